"""Who a rule speaks of, counted among the latest stays, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Value
from engine.domain.rules import Rule, Test
from engine.domain.stays import House, Stay
from engine.rules.conditions import Truth, holds
from engine.rules.evaluate import truth_of
from engine.store import Work
from engine.usecases.advice.advising import case_of
from engine.usecases.advice.patterns import NEVER_MET
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_today

MOST_STAYS = 200
"""The latest arrivals: enough for a share to within 7 points, read while a page is made."""
LOOK_BACK = timedelta(days=120)
"""Stays older than a season say little about the next one."""
SAMPLE = 5
"""Stays named beside the counts."""


@dataclass(frozen=True, slots=True)
class SeenStay:
    """One stay with all that is known of it."""

    stay: Stay
    facts: Mapping[str, Value]
    """Facts and cues; what is absent is unknown."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many stays say yes, and of how many it cannot be told."""

    yes: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Matches:
    """What the latest stays say of a rule, whatever its days and whether it is on."""

    n_stays: int
    rule: Count
    tests: Mapping[tuple[str, str], Count]
    """By group (`when`, `any`, `unless`) and fact."""
    sample: tuple[Stay, ...]
    """The latest for whom it fires."""


def recent_stays(work: Work, catalogue: Catalogue, *, now: datetime) -> tuple[SeenStay, ...]:
    """Return what is known of the latest arrivals of all houses, the latest first."""
    found = [
        (house, stay) for house in work.houses.all() for stay in _arrived(work, house, now=now)
    ]
    found.sort(key=lambda pair: (pair[1].arrival_on, pair[1].id), reverse=True)
    return tuple(_seen(work, catalogue, found[:MOST_STAYS], now))


def _arrived(work: Work, house: House, *, now: datetime) -> Iterator[Stay]:
    today = house_today(house, now)
    stays = work.restrictions.without(work.stays.between(house.id, today - LOOK_BACK, today))
    return (stay for stay in stays if stay.status not in NEVER_MET)


def _seen(
    work: Work, catalogue: Catalogue, found: Sequence[tuple[House, Stay]], now: datetime
) -> Iterator[SeenStay]:
    ledgers = work.ledger.of_many([stay.id for _, stay in found])
    for house, stay in found:
        case = case_of(stay, house, ledgers[stay.id], now=now)
        yield SeenStay(stay, Situation(case, catalogue).facts)


def who_matches(ctx: Context, rule: Rule, *, now: datetime) -> Matches:
    """Count for whom of the latest stays a rule fires, and each of its tests holds."""
    with ctx.store.read() as work:
        stays = recent_stays(work, ctx.catalogue, now=now)
    truths = [truth_of(rule, seen.facts) for seen in stays]
    fired = [seen.stay for seen, truth in zip(stays, truths, strict=True) if truth]
    groups = {"when": rule.when, "any": rule.any, "unless": rule.unless}
    tests = {
        (group, test.fact): _count(_truths(test, stays))
        for group, tested in groups.items()
        for test in tested
    }
    return Matches(len(stays), _count(truths), tests, tuple(fired[:SAMPLE]))


def _truths(test: Test, stays: Sequence[SeenStay]) -> list[Truth]:
    return [holds(test, seen.facts.get(test.fact)) for seen in stays]


def _count(truths: Sequence[Truth]) -> Count:
    return Count(sum(truth is True for truth in truths), sum(truth is None for truth in truths))
