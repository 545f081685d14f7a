"""What the template about fairness and quality gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal
from markupsafe import Markup

from engine.audit.fairness import Flip, GroupMove
from engine.audit.quality import LEAST_TOLD, Finding, Gap, GroupQuality
from engine.errors import Problem
from engine.usecases.house.culture_lock import OPENED, CultureLock, LockEntry
from engine.usecases.house.fairness import NAME, FairnessRoom
from web.owner.house.page import HouseLink, house_links, percent
from web.owner.rules.pages import style_name
from web.owner.told import moment, signed, text
from web.words import word
from web.work import context

PATH = "/owner/fairness"
MOST_LISTED = 10
MOST_TURNS = 5


@dataclass(frozen=True, slots=True)
class GroupRow:
    """How one group found its stays."""

    name: Markup
    n: int
    mean: str
    too_little: str
    right: str
    too_much: str


@dataclass(frozen=True, slots=True)
class GapCard:
    """Two groups compared."""

    title: Markup
    said: Markup
    is_alert: bool


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One group and how far it moves."""

    name: str
    n: int
    changed: str
    steps: str
    points: str


@dataclass(frozen=True, slots=True)
class FlipCard:
    """What happens when one thing about the guests is another."""

    title: Markup
    said: Markup
    turns: tuple[Markup, ...]
    parts: tuple[Markup, ...]
    """What of the recommendation is another one, and how often."""
    has_moved: bool


@dataclass(frozen=True, slots=True)
class LockLine:
    """One time that the lock was opened or closed."""

    said: Markup
    reason: str
    audit: tuple[Markup, ...]
    """What the owner saw of it before opening."""


@dataclass(frozen=True, slots=True)
class LockCard:
    """The lock on rules about language and form of address."""

    is_open: bool
    cap: str
    last: LockLine | None
    rules: tuple[str, ...]
    """Names of those that are on."""
    history: tuple[LockLine, ...]
    """Each time before the last."""


@dataclass(frozen=True, slots=True)
class FairnessPage:
    """The room of one house."""

    house: str
    name: str
    houses: tuple[HouseLink, ...]
    n_told: int
    groups: tuple[GroupRow, ...]
    gaps: tuple[GapCard, ...]
    compared: Markup
    largest: Markup
    is_unfair: bool
    moves: tuple[MoveRow, ...]
    n_cases: int
    flips: tuple[FlipCard, ...]
    full: tuple[FlipCard, ...]
    full_said: Markup
    is_checking: bool
    check_failed: str
    lock: LockCard
    at_cap: tuple[FlipCard, ...] = ()
    """What could move at most, before the lock is opened."""
    reason: str = ""
    problems: Sequence[Problem] = ()


def fairness_page(
    room: FairnessRoom, *, reason: str = "", problems: Sequence[Problem] = ()
) -> FairnessPage:
    """Make the page of one house.

    Parameters
    ----------
    room : FairnessRoom
    reason : str
        As typed, where it could not be used.
    problems : sequence of Problem
        What is wrong with it.
    """
    quality, house = room.quality, room.house
    moved = [move for move in room.moves if move.n_changed]
    return FairnessPage(
        house=house.id,
        name=house.name,
        houses=house_links(room.houses, house.id, PATH),
        n_told=quality.n,
        groups=tuple(_group(one) for one in quality.groups if one.n or one.n_felt),
        gaps=tuple(_gap(gap) for gap in quality.gaps),
        compared=word(f"fairness.compared_{room.compared.value}", n=room.n_cases),
        largest=_largest(room.largest),
        is_unfair=room.has_unfair_move,
        moves=tuple(_move(move) for move in moved[:MOST_LISTED]),
        n_cases=room.n_cases,
        flips=tuple(_flip(flip) for flip in room.flips),
        full=tuple(_flip(flip) for flip in room.full.flips) if room.full else (),
        full_said=_full(room),
        is_checking=room.is_checking,
        check_failed=room.check_failed,
        lock=_lock(room.lock, house.time_zone),
        at_cap=tuple(_flip(flip) for flip in room.at_cap),
        reason=reason,
        problems=problems,
    )


def _group(one: GroupQuality) -> GroupRow:
    mean = "–" if one.mean is None else format_decimal(one.mean, format="0.00")
    return GroupRow(
        word(f"fairness.group_{one.group.value}"),
        one.n,
        mean,
        *(_of_felt(n, one) for n in (one.n_too_little, one.n_right, one.n_too_much)),
    )


def _of_felt(n: int, one: GroupQuality) -> str:
    return f"{n} ({percent(round(n / one.n_felt, 2))})" if one.n_felt else "–"


def _gap(gap: Gap) -> GapCard:
    of, against = (word(f"fairness.group_{group.value}") for group in (gap.of, gap.against))
    title = word("fairness.gap_of", of=of, against=against)
    if gap.finding is Finding.TOO_FEW or gap.difference is None:
        return GapCard(title, word("fairness.too_few", n=gap.n_least, least=LEAST_TOLD), False)
    numbers = {
        "gap": signed(gap.difference),
        "low": signed(gap.low),
        "high": signed(gap.high),
    }
    return GapCard(
        title,
        word(f"fairness.gap_{gap.finding.value}", **numbers),
        gap.finding is Finding.ALERT,
    )


def _largest(move: GroupMove | None) -> Markup:
    if move is None:
        return word("fairness.no_move")
    told = {"group": _name(move), "points": signed(move.points), "steps": signed(move.steps)}
    return word("fairness.largest", n=move.n, changed=move.n_changed, **told)


def _move(move: GroupMove) -> MoveRow:
    return MoveRow(
        _name(move), move.n, str(move.n_changed), signed(move.steps), signed(move.points)
    )


def _name(move: GroupMove) -> str:
    fact = context().catalogue.facts[move.fact]
    labels = fact.value_labels.get(move.value)
    return f"{text(fact.label)}: {_value(move.value) if labels is None else text(labels)}"


def _value(value: str) -> str:
    return str(word(f"fairness.value_{value}")) if value in ("yes", "no") else value


def _flip(flip: Flip) -> FlipCard:
    key = "fairness.flip_moved" if flip.n_moved else "fairness.flip_still"
    shift = format_decimal(flip.largest_shift, format="0.00")
    return FlipCard(
        title=word("fairness.flip", what=_what(flip.what)),
        said=word(key, n=flip.n, moved=flip.n_moved, shift=shift),
        turns=tuple(
            word(
                "fairness.turn",
                n=turn.n,
                before=style_name(turn.before),
                after=style_name(turn.after),
            )
            for turn in flip.turns[:MOST_TURNS]
        ),
        parts=tuple(word(f"fairness.part_{part}", n=n) for part, n in flip.parts),
        has_moved=flip.n_moved > 0 or (flip.what == NAME and flip.largest_shift > 0),
    )


def _full(room: FairnessRoom) -> Markup:
    if room.full is None:
        return word("fairness.never_checked")
    at = moment(room.full.at, room.house.time_zone)
    n = format_decimal(room.full.n)
    return word("fairness.checked", n=n, by=room.full.by, at=at)


def _lock(lock: CultureLock, zone: str) -> LockCard:
    lines = [_lock_line(entry, zone) for entry in lock.history]
    return LockCard(
        is_open=lock.is_open,
        cap=format_decimal(lock.cap, format="0.##"),
        last=lines[0] if lines else None,
        rules=tuple(text(rule.because) for rule in lock.in_force),
        history=tuple(lines[1:]),
    )


def _lock_line(entry: LockEntry, zone: str) -> LockLine:
    key = "fairness.opened" if entry.what == OPENED else "fairness.closed"
    audit = entry.detail.get("audit", {})
    return LockLine(
        said=word(key, by=entry.by, at=moment(entry.at, zone)),
        reason=str(entry.detail.get("reason", "")),
        audit=tuple(
            word("fairness.audited", what=_what(fact), moved=moved, n=n)
            for fact, (moved, n) in audit.items()
        ),
    )


def _what(id: str) -> str:
    known = context().catalogue.facts.get(id)
    return text(known.label) if known else str(word("fairness.flip_name"))
