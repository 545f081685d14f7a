"""Which part each stay of a house has in exploration: drawn, kept, held or left."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from engine.decision.advise import Adviser
from engine.decision.draws import points_in_worlds
from engine.decision.explore import Opening, assign, opening_of
from engine.domain.exploration import Arm, Assignment, Draw, Exploration, Exploring
from engine.domain.learned import outcome_with, styles_covariance_with
from engine.domain.stays import Case, House, Stay, StayStatus
from engine.inference.grid import Array
from engine.store import AssignmentRecord, Work

NOTHING_SPENT = 0.0


def house_key(secret: bytes, house: str) -> bytes:
    """Return the key by which lots fall in a house: 32 bytes that nobody outside can tell."""
    return hmac.new(secret, f"explore:{house}".encode(), sha256).digest()


def month_of(stay: Stay) -> str:
    """Return the month whose budget a stay counts towards: that of its arrival, 2026-06."""
    return f"{stay.arrival_on:%Y-%m}"


def draw_again(secret: bytes, adviser: Adviser, case: Case, draw: Draw) -> Exploring:
    """Draw the assignment of a stay from what was kept of it; the same again, always."""
    opening = _opening(adviser, case, draw)
    return _drawn(secret, opening, case.house, draw)


class Assigning:
    """Exploration of one house, while it is on.

    A stay is drawn when it is first advised on, and again only where its own case or the owner's
    settings changed, with the same lots each time: so it stays in its arm. Once the guest has
    arrived nothing is drawn any more. Once she has said something she is served by that alone.

    Parameters
    ----------
    secret : bytes
        Of the database.
    work : Work
        The unit of work.
    house : House
        With its usual style.
    adviser : Adviser
        In force there.
    settings : Exploration
        What the owner allows.
    """

    def __init__(
        self, secret: bytes, work: Work, house: House, adviser: Adviser, settings: Exploration
    ) -> None:
        self.adviser = adviser
        self._secret = secret
        self._work = work
        self._house = house
        self._settings = settings
        self._spent: dict[str, float] = {}

    def parts(self, stays: Iterable[tuple[Stay, Case]]) -> Sequence[Exploring | None]:
        """Return the part of each stay, None for those that have none; nothing is written."""
        told = list(stays)
        kept = self._work.exploration.kept([stay.id for stay, _ in told])
        return [self._part(stay, case, kept.get(stay.id)) for stay, case in told]

    def _part(self, stay: Stay, case: Case, kept: AssignmentRecord | None) -> Exploring | None:
        is_due = stay.status is StayStatus.EXPECTED and not case.is_arrived
        if kept is None and not is_due:
            return None
        opening = _opening(self.adviser, case, self._draw(NOTHING_SPENT))
        if not opening.may_explore:
            return _left(opening, kept) if kept else None
        if kept and not is_due:
            return _held(opening, kept)
        holds = kept is not None and self._still_holds(stay, opening, kept)
        draw = kept.draw if kept and holds else self._new(stay, kept)
        return _drawn(self._secret, opening, self._house.id, draw)

    def _still_holds(self, stay: Stay, opening: Opening, kept: AssignmentRecord) -> bool:
        """Whether nothing changed that the assignment was drawn from, but what others cost."""
        is_same_draw = self._draw(kept.draw.spent) == kept.draw and month_of(stay) == kept.month
        return is_same_draw and opening.expected == kept.expected and not kept.has_left

    def _new(self, stay: Stay, kept: AssignmentRecord | None) -> Draw:
        """Draw against what is left of the month; what the stay itself costs is not counted."""
        month = month_of(stay)
        if month not in self._spent:
            self._spent[month] = self._work.exploration.spent(self._house.id, month)
        own = kept.assignment.cost if kept and kept.month == month and not kept.has_left else 0.0
        return self._draw(max(NOTHING_SPENT, self._spent[month] - own))

    def _draw(self, spent: float) -> Draw:
        return Draw(self._settings, self._house.usual_style, spent)


def keep_assignment(
    work: Work, stay: Stay, exploring: Exploring, expected: Mapping[str, float]
) -> None:
    """Keep what a stay was drawn into, or that it has left; what is held is kept already."""
    if exploring.draw is not None:
        given = AssignmentRecord(month_of(stay), exploring.assignment, exploring.draw, expected)
        work.exploration.keep(stay.house, stay.id, given)
    elif exploring.left is not None and stay.status is StayStatus.EXPECTED:
        work.exploration.leave(stay.id)


def _opening(adviser: Adviser, case: Case, draw: Draw) -> Opening:
    tables = _tables(adviser) if draw.settings.has_thompson else None
    return opening_of(adviser, case, draw.usual, tables)


def _tables(adviser: Adviser) -> Array:
    """Possible worlds around what the adviser goes by: the seed's numbers, or learned ones.

    They lie as far apart as stays have left unknown.
    """
    learned, seed = adviser.rules.learned, adviser.catalogue.model.outcome
    positions = tuple(style.position for style in adviser.catalogue.styles.values())
    covariance = styles_covariance_with(learned, seed)
    return points_in_worlds(positions, outcome_with(learned, seed), covariance)


def _drawn(secret: bytes, opening: Opening, house: str, draw: Draw) -> Exploring:
    given = assign(opening, draw.settings, key=house_key(secret, house), spent=draw.spent)
    return Exploring(given, draw)


def _held(opening: Opening, kept: AssignmentRecord) -> Exploring:
    """Serve as assigned before arrival; what a guardrail has taken away since is left."""
    if kept.has_left or kept.assignment.style not in opening.expected:
        return _left(opening, kept)
    return Exploring(kept.assignment)


def _left(opening: Opening, kept: AssignmentRecord) -> Exploring:
    """Serve the best style, and say which arm it has left."""
    best = Assignment(opening.best, 1.0, Arm.ENGINE, {opening.best: 1.0})
    return Exploring(best, left=kept.assignment.arm)
