"""What the learner sees of a stay, kept up in the transaction that changed its ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from engine.decision.compiled import may_be_learned
from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.exploration import Arm
from engine.domain.outcomes import Satisfaction
from engine.domain.stays import Case, House, Stay, StayStatus
from engine.errors import NotFoundError
from engine.inference import bands
from engine.inference.stats import Pattern, Stats
from engine.store import DecisionRecord, Store, Work
from engine.usecases.advice.advising import case_of
from engine.usecases.advice.traits import guests_who_allow

SATISFACTION = "satisfaction"
"""Key of the outcome that the ledger holds: how the whole stay was, 1 to 5."""

TEACHES = frozenset(
    {
        EvidenceKind.CUE,
        EvidenceKind.ANSWER,
        EvidenceKind.REACTION,
        EvidenceKind.OUTCOME,
        EvidenceKind.SET_ASIDE,
        EvidenceKind.ARRIVAL,
    }
)
"""Kinds of entries that tell of a stay; without one that stands there is nothing to count."""

NEVER_MET = frozenset({StayStatus.CANCELLED, StayStatus.NO_SHOW})
OTHER_TAG = "und"
"""Stands for all tags that the catalogue has no share of."""
BATCH = 500
"""Stays whose ledgers are read at once."""

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay with all that is told of it."""

    house: House
    stay: Stay
    case: Case
    told: Sequence[Evidence]
    """What still counts, oldest first."""


def keep_pattern(work: Work, known: Facts, visit: Visit) -> bool:
    """Bring the counted patterns up to date with one stay; return whether they changed.

    Parameters
    ----------
    work : Work
        The unit of work that changed the ledger of the stay.
    known : mapping of str to Fact
        Facts and cues of the catalogue.
    visit : Visit
        The stay as it is now.
    """
    pattern = pattern_in(work, known, visit)
    if pattern is None:
        return work.patterns.remove_stay(visit.stay.id)
    content = pattern.to_data()
    return work.patterns.put(visit.stay.id, key_of(content), content)


def renew_pattern(work: Work, known: Facts, stay: Stay, *, now: datetime) -> bool:
    """Bring the pattern of a stay up to date where nobody is advised; return whether it changed."""
    entries = work.ledger.of(stay.id)
    if not entries:
        return False
    return keep_pattern(work, known, _visit(work.houses.get(stay.house), stay, entries, now))


def stats_of(work: Work, house: str) -> Stats:
    """Return what the learner sees of a house, as it was kept up."""
    rows = work.patterns.of_house(house)
    return Stats.from_data({"pattern": content, "n": n} for content, n in rows)


def recomputed(work: Work, known: Facts, house: str, *, now: datetime) -> Stats:
    """Return what the learner should see of a house, from its whole ledger anew."""
    visits = _visits(work, work.houses.get(house), now)
    patterns = (pattern_in(work, known, visit) for visit in visits)
    return Stats.of(pattern for pattern in patterns if pattern is not None)


def rebuild_patterns(store: Store, known: Facts, house: str, *, now: datetime) -> int:
    """Count every stay of a house anew; return how many counted otherwise before.

    Needed once for stays from before patterns were kept, and after a change of the seed. Goes in
    steps, so that the desk never waits for all of it.
    """
    with store.read() as work:
        ids = [stay.id for stay in work.stays.between(house, date.min, date.max)]
    n_changed = 0
    for start in range(0, len(ids), BATCH):
        with store.begin() as work:
            n_changed += _renewed(work, known, ids[start : start + BATCH], now)
    return n_changed


def _renewed(work: Work, known: Facts, ids: Sequence[int], now: datetime) -> int:
    """Count some stays anew that may be gone by now; return how many counted otherwise."""
    n_changed = 0
    for id in ids:
        with suppress(NotFoundError):
            n_changed += renew_pattern(work, known, work.stays.by_id(id), now=now)
    return n_changed


def subtract_guest(work: Work, guest_id: int) -> int:
    """Count all stays of a guest out, as if she had never come; return how many there were."""
    return sum(work.patterns.remove_stay(stay.id) for stay in work.stays.of_guest(guest_id))


def pattern_in(work: Work, known: Facts, visit: Visit) -> Pattern | None:
    """Return the pattern of a stay with what was decided for it, or None where it tells nothing."""
    guest = visit.stay.guest.id
    if not teaches(visit) or work.restrictions.of([guest]):
        return None
    case = visit.case
    decision = work.recommendations.decision(visit.stay.id, is_arrived=case.is_arrived)
    trait = decision.trait if decision else NO_TRAIT
    if trait != NO_TRAIT and guest not in guests_who_allow(work, [guest], _seen_on(visit)):
        trait = NO_TRAIT
    return pattern_of(known, visit, decision if case.is_arrived else None, trait)


def _seen_on(visit: Visit) -> date:
    """Return the day at the house on which a stay is looked at."""
    return visit.case.at.date() if visit.case.at else visit.stay.arrival_on


def teaches(visit: Visit) -> bool:
    """Whether a stay took or takes place and anything was seen or said of it."""
    if visit.stay.status in NEVER_MET:
        return False
    return any(entry.kind in TEACHES for entry in visit.told)


def pattern_of(
    known: Facts, visit: Visit, decision: DecisionRecord | None, trait: Trait = NO_TRAIT
) -> Pattern:
    """Return the pattern of one stay.

    Parameters
    ----------
    known : mapping of str to Fact
        Facts and cues of the catalogue.
    visit : Visit
        The stay.
    decision : DecisionRecord or None
        What was assigned to her when she arrived; None before.
    trait : Trait
        What was remembered of her at the last decision.
    """
    case = visit.case
    return Pattern(
        facts=tuple(_facts(known, case.facts)),
        cues=tuple(cue for cue in case.cues if cue in known and may_be_learned(known[cue])),
        is_arrived=case.is_arrived,
        set_aside=tuple(case.set_aside),
        answers=tuple(case.answers.items()),
        reactions=tuple(_reactions(case)),
        style=decision.style if decision else "",
        propensity=bands.propensity_band(decision.propensity) if decision else bands.CERTAIN,
        outcome=outcome_of(visit.told),
        z=tuple(_given(visit)),
        week=bands.week_of(_arrived_on(visit)),
        arm=(decision.arm if decision else None) or Arm.ENGINE.value,
        trait=bands.trait_band(trait),
    )


def outcome_of(told: Sequence[Evidence]) -> int:
    """Return the satisfaction that counts, the last one told, 1 to 5; 0 where none was."""
    grades = [e.value for e in told if e.kind is EvidenceKind.OUTCOME and e.key == SATISFACTION]
    last = grades[-1] if grades else 0
    return int(last) if type(last) is int and last in list(Satisfaction) else 0


def key_of(content: Mapping[str, object]) -> str:
    """Return the hash by which equal patterns are found: 128 bits of their one spelling."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:32]


def _facts(known: Facts, facts: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for id, value in facts.items():
        fact = known.get(id)
        if fact is not None and not fact.is_cue and may_be_learned(fact):
            yield id, _banded(fact, value)


def _banded(fact: Fact, value: Value) -> Value:
    """Return a value as it is counted, always of the one type that its fact has."""
    if fact.kind is FactKind.WHOLE and not isinstance(value, str):
        return bands.whole_band(int(value))
    if fact.kind is FactKind.YES_NO:
        return bool(value)
    if fact.kind is FactKind.TAG:
        return value if value in fact.usual else OTHER_TAG
    return value


def _reactions(case: Case) -> Iterator[tuple[str, int]]:
    for taken in case.reactions:
        if taken.is_own_free_word and taken.reaction.grade is not None:
            yield taken.offer, taken.reaction.grade


def _given(visit: Visit) -> Iterator[tuple[str, Value]]:
    """What the desk cannot choose: how late she came, and what kind of unit she has."""
    late = _hours_late(visit)
    if late is not None:
        yield "late", bands.late_band(late)
    unit = next((unit for unit in visit.house.units if unit.code == visit.stay.unit), None)
    if unit is not None:
        yield "unit", unit.kind


def _hours_late(visit: Visit) -> float | None:
    arrived, hour = visit.case.arrived_at, visit.stay.expected_hour
    if arrived is None or hour is None:
        return None
    zone = ZoneInfo(visit.house.time_zone)
    expected = datetime.combine(visit.stay.arrival_on, time(hour), tzinfo=zone)
    return (arrived - expected).total_seconds() / 3600.0


def _arrived_on(visit: Visit) -> date:
    arrived = visit.case.arrived_at
    if arrived is None:
        return visit.stay.arrival_on
    return arrived.astimezone(ZoneInfo(visit.house.time_zone)).date()


def _visits(work: Work, house: House, now: datetime) -> Iterator[Visit]:
    """Give every stay of a house of which anything was ever told."""
    stays = work.stays.between(house.id, date.min, date.max)
    for start in range(0, len(stays), BATCH):
        some = stays[start : start + BATCH]
        ledgers = work.ledger.of_many([stay.id for stay in some])
        for stay in some:
            if ledgers[stay.id]:
                yield _visit(house, stay, ledgers[stay.id], now)


def _visit(house: House, stay: Stay, entries: Sequence[Evidence], now: datetime) -> Visit:
    return Visit(house, stay, case_of(stay, house, entries, now=now), standing(entries))
