"""The arrivals of one day, as the template gets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.domain.advice import Advice
from engine.domain.stays import House, Stay, StayStatus
from engine.usecases.advice.advising import Advised
from engine.usecases.stays.arrivals import Board
from web.desk.address import path_of
from web.desk.shown import clock_time, day_in_words, hour
from web.words import name_of

ONE_DAY = timedelta(days=1)
USUAL = "usual"
"""Stands where the verb would: this stay is served as the house always does."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stay on the board."""

    id: int
    path: str
    time: str
    name: str
    unit: str
    nights: int
    advice: str
    """act, ask or observe; usual where no advice is shown"""
    status: str
    since: str
    """Time of the check-in, empty before."""
    is_here: bool
    is_next: bool

    @classmethod
    def of(cls, advised: Advised, house: House, *, is_here: bool, is_next: bool = False) -> Row:
        """Write one stay as a row."""
        stay = advised.stay
        return cls(
            id=stay.id,
            path=path_of(stay.ref),
            time=hour(stay.expected_hour),
            name=name_of(stay.guest),
            unit=stay.unit or "",
            nights=(stay.departure_on - stay.arrival_on).days,
            advice=USUAL if advised.is_usual_service else advised.recommendation.advice.value,
            status=stay.status.value,
            since=clock_time(stay.checked_in_at, house) if stay.checked_in_at else "",
            is_here=is_here,
            is_next=is_next,
        )


@dataclass(frozen=True, slots=True)
class Next:
    """The first arrival after an empty day."""

    path: str
    day: str
    time: str
    name: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """Arrivals of one day, or everybody in house."""

    is_in_house: bool
    is_today: bool
    day: str
    before: str
    """Day before, for the link: 2026-06-11."""
    after: str
    rows: tuple[Row, ...]
    n_done: int
    n: int
    next_day: Next | None
    find: str

    @classmethod
    def of(
        cls, board: Board, *, here: int | None = None, find: str = "", is_in_house: bool = False
    ) -> BoardView:
        """Write a board; `here` is the stay shown beside it."""
        sought = find.strip().casefold()
        kept = [row for row in board.rows if sought in _sought_in(row.stay)]
        upcoming = _upcoming(kept, here)
        return cls(
            is_in_house=is_in_house,
            is_today=board.day == board.today,
            day=day_in_words(board.day),
            before=(board.day - ONE_DAY).isoformat(),
            after=(board.day + ONE_DAY).isoformat(),
            rows=tuple(
                Row.of(
                    row,
                    board.house,
                    is_here=row.stay.id == here,
                    is_next=row.stay.id == upcoming,
                )
                for row in kept
            ),
            n_done=board.n_done,
            n=len(board.rows),
            next_day=_next_day(board.next_arrival, board.today),
            find=find,
        )

    @property
    def next_row(self) -> Row | None:
        """The arrival that comes next, other than the one shown."""
        return next((row for row in self.rows if row.is_next), None)

    @property
    def counts(self) -> dict[str, int]:
        """How many are still to come, by what to do for them."""
        advices = [row.advice for row in self.rows if row.status == StayStatus.EXPECTED]
        return {one.value: advices.count(one.value) for one in Advice if one.value in advices}

    @property
    def is_over(self) -> bool:
        """Whether nobody else is expected on this day."""
        return self.n_done == self.n


def _sought_in(stay: Stay) -> str:
    return f"{stay.guest.name} {stay.unit or ''} {stay.ref}".casefold()


def _upcoming(rows: list[Advised], here: int | None) -> int | None:
    """Return the first stay still expected that is not the one shown."""
    expected = (row.stay for row in rows if row.stay.status is StayStatus.EXPECTED)
    return next((stay.id for stay in expected if stay.id != here), None)


def _next_day(stay: Stay | None, today: date) -> Next | None:
    if stay is None:
        return None
    day = "" if stay.arrival_on == today + ONE_DAY else day_in_words(stay.arrival_on)
    return Next(path_of(stay.ref), day, hour(stay.expected_hour), name_of(stay.guest))
