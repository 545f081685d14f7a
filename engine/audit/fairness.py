"""Whether who a guest is changes how she is served: flips of one trait, moves of whole groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.decision.advise import Adviser
from engine.decision.compiled import CULTURE_FAMILY, tests_culture
from engine.domain.advice import Recommendation
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Rule
from engine.domain.stays import Case

OTHERWISE = {"home_market": ("JP", "BR")}
"""Values for facts of which the catalogue knows no two."""

LANGUAGE = "language"
"""The fact that also says in which language a guest is spoken to."""

LEAST_GROUP = 5
"""Guests of the smallest group that is told of: fewer could be named."""

BAND_ENDS = (0, 1, 2, 3, 7, 30, 100)
"""Whole numbers are told in these bands: of a guest, a pair, a few, a week, a month, a season."""

PARTS = ("style", "advice", "question", "offer", "packs", "closed", "instructions")
"""What a guest or the desk would notice of another recommendation."""
BELIEF_ONLY = "belief_only"
"""Only the belief behind it is another one: nobody notices anything."""

LARGEST_MOVE = 2.0
"""Points that no group should lose or gain by a change of the rules."""


@dataclass(frozen=True, slots=True)
class Turn:
    """So many stays would be served otherwise."""

    before: str
    after: str
    n: int


@dataclass(frozen=True, slots=True)
class Flip:
    """What happened when one thing about the guests was another."""

    what: str
    """`name`, or the id of a fact."""
    n: int
    n_moved: int
    """Stays of which anything changed but the language of texts."""
    turns: tuple[Turn, ...]
    """Changes of style among them, most frequent first."""
    largest_shift: float
    """Of a mean belief, in standard deviations, without sign."""
    parts: tuple[tuple[str, int], ...] = ()
    """Part of the recommendation, and in how many of the moved stays it is another one."""


@dataclass(frozen=True, slots=True)
class GroupMove:
    """What a change of the rules does to guests who share one thing."""

    fact: str
    value: str
    """As stored; a band of whole numbers such as 3-6."""
    n: int
    n_changed: int
    """Served in another style."""
    steps: float
    """Mean move of the style, in steps; + is contact."""
    points: float
    """Mean change of expected points, by what is believed of these guests now."""


def culture_rules(rules: Iterable[Rule], facts: Mapping[str, Fact]) -> tuple[Rule, ...]:
    """Return the rules about language and form of address that are switched on."""
    return tuple(rule for rule in rules if rule.is_on and tests_culture(rule, facts))


def flippable(facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """Return what may be turned into something else without changing any service."""
    return tuple(fact for fact in facts.values() if fact.family == CULTURE_FAMILY)


def with_other(case: Case, fact: Fact) -> Case:
    """Return the case of a guest who differs in one fact alone; what was unknown becomes known."""
    told = case.language if fact.id == LANGUAGE and case.language else case.facts.get(fact.id)
    value = other_value(fact, told)
    language = str(value) if fact.id == LANGUAGE else case.language
    return replace(case, facts={**case.facts, fact.id: value}, language=language)


def other_value(fact: Fact, value: Value | None) -> Value:
    """Return the value after `value` in the order of the catalogue, the first after the last."""
    if fact.kind is FactKind.YES_NO:
        return not value
    if fact.kind is FactKind.WHOLE:
        return int(value or 0) + 1
    known = OTHERWISE.get(fact.id) or fact.values or tuple(map(str, fact.usual))
    place = known.index(str(value)) if value in known else -1
    return known[(place + 1) % len(known)]


def flip_of(
    what: str, adviser: Adviser, pairs: Iterable[tuple[Recommendation, Case, Case]]
) -> Flip:
    """Advise each guest once more as somebody else, and count what changes.

    Parameters
    ----------
    what : str
        What was turned into something else.
    adviser : Adviser
        In force.
    pairs : iterable of (Recommendation, Case, Case)
        What is advised, from which case, and the case of the other guest. Equal cases are equal
        advice and are counted without asking again.
    """
    n = n_moved = 0
    turns: Counter[tuple[str, str]] = Counter()
    parts: Counter[str] = Counter()
    largest = 0.0
    for said, case, other in pairs:
        n += 1
        then = said if other == case else adviser.recommend(other)
        if is_same_service(said, then):
            continue
        n_moved += 1
        parts.update(parts_changed(said, then))
        largest = max(largest, abs(then.belief.mean - said.belief.mean))
        if then.style != said.style:
            turns[said.style, then.style] += 1
    told = tuple(Turn(*styles, many) for styles, many in turns.most_common())
    changed = tuple((part, parts[part]) for part in (*PARTS, BELIEF_ONLY) if parts[part])
    return Flip(what, n, n_moved, told, largest, changed)


def parts_changed(one: Recommendation, other: Recommendation) -> tuple[str, ...]:
    """Return which parts two recommendations differ in, `belief_only` where none can be noticed."""
    changed = tuple(part for part in PARTS if getattr(one, part) != getattr(other, part))
    return changed or (BELIEF_ONLY,)


def at_the_cap(rules: Iterable[Rule], facts: Mapping[str, Fact], cap: float) -> tuple[Rule, ...]:
    """Return the rules with every one about culture switched on, as heavy as the cap allows.

    A rule of weight 0 has no direction: by turns they lean to either side, so that guests of two
    values lie as far apart as they ever can.
    """
    made, n_seen = [], 0
    for rule in rules:
        if not tests_culture(rule, facts):
            made.append(rule)
            continue
        side = 1.0 if rule.weight > 0 or (rule.weight == 0 and n_seen % 2 == 0) else -1.0
        made.append(replace(rule, is_on=True, weight=side * cap))
        n_seen += 1
    return tuple(made)


def is_same_service(one: Recommendation, other: Recommendation) -> bool:
    """Whether two recommendations differ in nothing but reference and language of their texts."""
    texts = {"ref": "", "script": {}, "must_know": (), "versions": one.versions}
    return replace(one, **texts) == replace(other, **texts)  # type: ignore[arg-type]  # its fields


def group_moves(
    cases: Sequence[Case], before: Adviser, after: Adviser, *, judge: Adviser
) -> tuple[GroupMove, ...]:
    """Say what a change of the rules does to each group of guests, the largest move first.

    A group shares the value of one fact; cues make none, since they speak of a moment. Groups of
    fewer than 5 are left out.

    Parameters
    ----------
    cases : sequence of Case
        Past and coming stays.
    before, after : Adviser
        Two versions of the rules.
    judge : Adviser
        By what it believes of each guest the styles of both are worth points; one of the two.
    """
    place = {id: k for k, id in enumerate(after.catalogue.styles)}
    members: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for case in cases:
        said, then = before.recommend(case), after.recommend(case)
        worth = (said if judge is before else then).expected
        points = worth[then.style] - worth[said.style]
        step = float(place[then.style] - place[said.style])
        for key in _groups_of(case, after.catalogue.facts):
            members.setdefault(key, []).append((step, points))
    moves = [_move(*key, told) for key, told in members.items() if len(told) >= LEAST_GROUP]
    return tuple(sorted(moves, key=_largest_first))


def _largest_first(move: GroupMove) -> tuple[float, float, str, str]:
    return -abs(move.points), -abs(move.steps), move.fact, move.value


def _groups_of(case: Case, facts: Mapping[str, Fact]) -> Iterable[tuple[str, str]]:
    for id, value in case.facts.items():
        fact = facts.get(id)
        if fact is not None and not fact.is_cue:
            yield id, _told(fact, value)


def _told(fact: Fact, value: Value) -> str:
    if fact.kind is FactKind.YES_NO:
        return "yes" if value else "no"
    if fact.kind is FactKind.WHOLE and not isinstance(value, str):
        return band_of(int(value))
    return str(value)


def band_of(number: int) -> str:
    """Return the band that a whole number falls in, such as 3-6 or 100+."""
    for low, high in pairwise(BAND_ENDS):
        if number < high:
            return str(low) if high == low + 1 else f"{low}-{high - 1}"
    return f"{BAND_ENDS[-1]}+"


def _move(fact: str, value: str, told: Sequence[tuple[float, float]]) -> GroupMove:
    n = len(told)
    steps, points = (sum(column) / n for column in zip(*told, strict=True))
    return GroupMove(fact, value, n, sum(step != 0.0 for step, _ in told), steps, points)
