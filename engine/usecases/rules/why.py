"""Why a past or present stay was advised as it was, and whether it can be advised so again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

from engine.catalogue.case import case_from_inputs, recommendation_to_dict
from engine.decision.advise import Adviser
from engine.decision.script import language_of
from engine.decision.situation import Situation
from engine.decision.why import Part, QuestionWorth, RuleSaid, Taken, Verdict, Why, why
from engine.domain.advice import Recommendation
from engine.domain.exploration import Exploring
from engine.domain.stays import Case, House, Stay, StayStatus
from engine.errors import NotFoundError
from engine.store import RecommendationRecord, Work
from engine.usecases.advice.advising import advise_stays, adviser_in_force
from engine.usecases.advice.replay_advice import advice_again, adviser_then
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use, house_today

__all__ = [
    "Differing",
    "Given",
    "Part",
    "QuestionWorth",
    "RuleSaid",
    "StayWhy",
    "StaysFound",
    "Taken",
    "Verdict",
    "Why",
    "differing",
    "find_stays",
    "why_of",
]

LOOK_BACK = timedelta(days=14)
LOOK_AHEAD = timedelta(days=2)
"""Whom an owner asks about is here, was here lately, or comes soon."""
MOST_LISTED = 50
ROUNDING = 1e-9
"""Two numbers that differ by less come from another machine, not from another reason."""


@dataclass(frozen=True, slots=True)
class StaysFound:
    """Stays to ask about."""

    house: House
    houses: tuple[House, ...]
    stays: tuple[Stay, ...]
    """Latest arrivals first."""
    asked: str
    """What was looked for; empty: the recent ones are shown."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One place where advice that was made again is not what it was."""

    where: str
    """Path in the output, as in `belief.mean`."""
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Given:
    """Advice as it was given, and what comes of making it again."""

    record: RecommendationRecord
    differing: tuple[Differing, ...] = ()
    is_gone: bool = False
    """What it was made from is no longer kept, so it cannot be made again."""

    @property
    def arm(self) -> str | None:
        """Its part in exploration; None where nothing was left to chance."""
        arm: str | None = self.record.output.get("more", {}).get("arm")
        return arm

    @property
    def is_same(self) -> bool:
        """Whether it is the same again, to the last bit."""
        return not self.differing and not self.is_gone

    @property
    def is_same_but_rounding(self) -> bool:
        """Whether only the last digits differ, as on another kind of machine."""
        gaps = [_gap(one) for one in self.differing]
        return bool(gaps) and max(gaps) < ROUNDING


@dataclass(frozen=True, slots=True)
class StayWhy:
    """One stay with the advice on it taken apart, now or as it was given."""

    house: House
    stay: Stay
    adviser: Adviser
    case: Case
    why: Why
    shown: Recommendation
    """What the desk sees or saw: `why.said`, or what chance made of it."""
    exploring: Exploring | None
    at: datetime
    given: RecommendationRecord | None
    """The advice that is explained; None: as it would be given now."""
    history: tuple[Given, ...]
    """All advice on the stay, newest first."""
    is_at_desk: bool
    """Whether the front desk shows stays of this house."""

    @property
    def language(self) -> str:
        """Language in which the guest is spoken to."""
        return language_of(Situation(self.case, self.adviser.catalogue))

    @property
    def is_blind(self) -> bool:
        """Whether looking would spoil a comparison: usual service, and not yet arrived."""
        is_usual = self.exploring is not None and self.exploring.is_usual_service
        return is_usual and self.stay.status is StayStatus.EXPECTED


def find_stays(
    ctx: Context, text: str = "", house_id: str | None = None, *, now: datetime
) -> StaysFound:
    """Find stays by guest, reference or unit; without a text show the recent ones.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        asked = " ".join(text.split())
        found = (
            work.stays.find(house.id, asked, MOST_LISTED) if asked else _recent(work, house, now)
        )
        return StaysFound(house, work.houses.all(), tuple(found), asked)


def _recent(work: Work, house: House, now: datetime) -> Sequence[Stay]:
    today = house_today(house, now)
    around = work.stays.between(house.id, today - LOOK_BACK, today + LOOK_AHEAD)
    here = work.stays.in_house(house.id)
    told = {stay.id: stay for stay in (*around, *here)}.values()
    latest = sorted(told, key=lambda stay: (stay.arrival_on, stay.id), reverse=True)
    return latest[:MOST_LISTED]


def why_of(
    ctx: Context,
    ref: str,
    house_id: str | None = None,
    *,
    now: datetime,
    given: int | None = None,
    as_now: bool = False,
) -> StayWhy:
    """Say why a stay is or was advised as it is, every piece of it.

    Parameters
    ----------
    ref : str
        Of the stay.
    house_id : str, optional
        The house in use unless told otherwise.
    given : int, optional
        A recommendation of the stay, to be explained as it was given.
    as_now : bool
        Explain what would be advised now. Otherwise a stay that is over is explained as it was
        decided: by the last advice before the guest arrived.

    Raises
    ------
    NotFoundError
        If there is no such stay or recommendation, or what it was made from is gone.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        stay = work.stays.get(house.id, ref)
        records = work.recommendations.of(stay.id)
        is_at_desk = house_in_use(work).id == house.id
        again = _Again(ctx, work, house)
        history = tuple(again.of(record) for record in reversed(records))
        record = _explained(stay, history, given, as_now=as_now)
        if record is None:
            (advised,) = advise_stays(ctx, work, house, [stay], now=now)
            adviser, case = adviser_in_force(ctx, work, house.id, stay), advised.case
            shown, exploring = advised.recommendation, advised.exploring
        else:
            adviser, case = again.adviser(record.versions), case_from_inputs(record.inputs)
            shown, exploring = advice_again(ctx, adviser, record.inputs)
    told, at = why(adviser, case), record.at if record else now
    return StayWhy(
        house, stay, adviser, case, told, shown, exploring, at, record, history, is_at_desk
    )


def _explained(
    stay: Stay, history: Sequence[Given], given: int | None, *, as_now: bool
) -> RecommendationRecord | None:
    """Choose what is explained: the one asked for, else the decision of a stay that is over."""
    if given is not None:
        found = next((one for one in history if one.record.id == given), None)
        if found is None or found.is_gone:
            raise NotFoundError("There is no such recommendation.")
        return found.record
    if as_now or stay.status in (StayStatus.EXPECTED, StayStatus.IN_HOUSE):
        return None
    known = [one.record for one in history if not one.is_gone]
    before = [record for record in known if not record.inputs["is_arrived"]]
    return next(iter([*before, *known[-1:]]), None)


class _Again:
    """Makes advice again; versions that several pieces of it share are made ready once."""

    def __init__(self, ctx: Context, work: Work, house: House) -> None:
        self._ctx = ctx
        self._work = work
        in_force = adviser_in_force(ctx, work, house.id)
        self._advisers = {_key(asdict(in_force.versions)): in_force}

    def adviser(self, versions: Mapping[str, Any]) -> Adviser:
        """Return the adviser of these versions."""
        key = _key(versions)
        if key not in self._advisers:
            self._advisers[key] = adviser_then(self._ctx, self._work, versions)
        return self._advisers[key]

    def of(self, record: RecommendationRecord) -> Given:
        """Make one piece of advice again and compare."""
        try:
            adviser = self.adviser(record.versions)
        except NotFoundError:
            return Given(record, is_gone=True)
        now = recommendation_to_dict(*advice_again(self._ctx, adviser, record.inputs))
        return Given(record, tuple(differing(record.output, now)))


def _key(versions: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what an adviser is made from; the version of Tact itself is always the present one."""
    return tuple(versions[name] for name in ("seed", "rules", "model"))


def differing(then: object, now: object, where: str = "") -> Iterator[Differing]:
    """Give every place where two documents differ; lists are compared whole."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            path = f"{where}.{key}" if where else str(key)
            yield from differing(then.get(key), now.get(key), path)
    elif then != now:
        yield Differing(where, then, now)


def _gap(one: Differing) -> float:
    numbers = (one.then, one.now)
    is_number = all(isinstance(value, float) for value in numbers)
    return abs(one.then - one.now) if is_number else inf
