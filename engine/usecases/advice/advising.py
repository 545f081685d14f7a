"""From what is stored of a stay to what to do: the one path that every screen takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.catalogue.rules import rule_set_from_dict
from engine.decision.advise import Adviser
from engine.decision.assigned import served_as
from engine.domain.advice import Recommendation
from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.cues import Value
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.exploration import Exploring
from engine.domain.learned import run_name
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case, House, Place, Stay
from engine.store import Work
from engine.usecases.advice.assigning import Assigning
from engine.usecases.advice.dealing import version_for, versions_for
from engine.usecases.advice.learned_weights import learned_in_force
from engine.usecases.advice.traits import traits_of
from engine.usecases.advice.without_notes import bare, unasked, unwatched
from engine.usecases.context import Context

NOT_OWN_WORD = frozenset({"companion", "pressed"})
"""Sources of a reaction that closes a topic and moves no belief."""


def adviser_in_force(
    ctx: Context, work: Work, house: str | None = None, stay: Stay | None = None
) -> Adviser:
    """Return the adviser of the published rules, made ready once per process.

    With a `house` it knows what guests taught there, once the owner has agreed to that; without
    one it holds the owner's own numbers. With a `stay` it is the one of the rules that serve her
    guest, which may be others while those are tried for a share of the guests.
    """
    version = version_for(work, stay) if stay else work.rule_sets.published_version()
    return adviser_of(ctx, work, version, house)


def adviser_of(ctx: Context, work: Work, version: int, house: str | None = None) -> Adviser:
    """Return the adviser of one version of the rules, in force or tried, as above."""
    until = work.learning_runs.day_in_force(house) if house else None
    key = (version, run_name(house, until) if house and until else "")
    if key not in ctx.advisers:
        record = work.rule_sets.version(version)
        rule_set = rule_set_from_dict(record.content, version)
        learned = learned_in_force(work, house, version)
        ctx.advisers[key] = Adviser(ctx.catalogue, rule_set, learned)
    return ctx.advisers[key]


def house_facts(house: House, unit_code: str | None) -> dict[str, Value]:
    """What the house itself tells of a stay."""
    facts: dict[str, Value] = {"house_class": house.house_class}
    unit = next((unit for unit in house.units if unit.code == unit_code), None)
    return facts | ({"unit_complexity": unit.complexity} if unit else {})


def case_of(
    stay: Stay,
    house: House,
    entries: Sequence[Evidence],
    *,
    now: datetime,
    trait: Trait = NO_TRAIT,
) -> Case:
    """Gather all that a recommendation may know of one stay.

    Parameters
    ----------
    stay : Stay
        As the reservation tells it.
    house : House
        Where it is.
    entries : sequence of Evidence
        The whole ledger of the stay, by rising `seq`.
    now : datetime
        With time zone.
    trait : Trait
        What is remembered of the guest, where she allowed it, faded to this arrival.
    """
    told = standing(entries)
    arrived_at = next((e.at for e in told if e.kind is EvidenceKind.ARRIVAL), None)
    answers = {e.key: int(e.value or 0) for e in told if e.kind is EvidenceKind.ANSWER}
    return Case(
        ref=stay.ref,
        house=house.id,
        facts=house_facts(house, stay.unit) | dict(stay.facts),
        cues=_keys(told, EvidenceKind.CUE),
        answers=answers,
        reactions=tuple(_reactions(told)),
        reopened=_reopened(told),
        set_aside=_keys(told, EvidenceKind.SET_ASIDE),
        asked=_keys(told, EvidenceKind.ASKED) | frozenset(answers),
        has_stopped=any(entry.kind is EvidenceKind.STOP for entry in told),
        is_arrived=arrived_at is not None,
        arrived_at=arrived_at,
        unit=stay.unit,
        place=Place.of(house, stay.unit),
        language=stay.guest.language,
        trait=trait,
        at=now.astimezone(ZoneInfo(house.time_zone)),
    )


def _keys(told: Iterable[Evidence], kind: EvidenceKind) -> frozenset[str]:
    return frozenset(entry.key for entry in told if entry.kind is kind)


def _reactions(told: Iterable[Evidence]) -> Iterable[OfferReaction]:
    """Reactions in order; of several to one offer the last one counts."""
    latest: dict[str, OfferReaction] = {}
    for entry in told:
        if entry.kind is EvidenceKind.REACTION:
            is_own = entry.source not in NOT_OWN_WORD
            latest[entry.key] = OfferReaction(entry.key, Reaction(str(entry.value)), is_own)
    return latest.values()


def _reopened(told: Iterable[Evidence]) -> frozenset[str]:
    """Topics asked about again since they were last closed; the entry's value names the topic."""
    topics: set[str] = set()
    for entry in told:
        if entry.kind is EvidenceKind.REOPENED:
            topics.add(entry.key)
        elif entry.kind is EvidenceKind.REACTION and Reaction(str(entry.value)).closes_topic:
            topics.discard(str(entry.key))
    return frozenset(topics)


@dataclass(frozen=True, slots=True)
class Advised:
    """One stay with what is known of it and what to do."""

    stay: Stay
    entries: tuple[Evidence, ...]
    """What still counts, oldest first."""
    case: Case
    recommendation: Recommendation
    exploring: Exploring | None = None
    """Its part in exploration; None where nothing is left to chance."""
    is_without_notes: bool = False
    """As the guest wishes: nothing known of her was used, and nothing new is kept."""

    @property
    def is_usual_service(self) -> bool:
        """Whether the desk serves as it always did, and no advice is shown."""
        return self.exploring is not None and self.exploring.is_usual_service


def cases_of(
    ctx: Context, work: Work, house: House, stays: Sequence[Stay], *, now: datetime
) -> tuple[list[Case], Mapping[int, tuple[Evidence, ...]]]:
    """Gather the cases of several stays of one house, and their ledgers, in few queries.

    A guest who is served without notes is as good as unknown: of her only the instructions count.
    """
    return _cases(ctx, work, house, stays, _without_notes(work, stays), now)


def _without_notes(work: Work, stays: Sequence[Stay]) -> frozenset[int]:
    return work.restrictions.of([stay.guest.id for stay in stays])


def _cases(  # of whom, where, who of them is as good as unknown, and when
    ctx: Context,
    work: Work,
    house: House,
    stays: Sequence[Stay],
    without: frozenset[int],
    now: datetime,
) -> tuple[list[Case], Mapping[int, tuple[Evidence, ...]]]:
    ledgers = work.ledger.of_many([stay.id for stay in stays])
    today = now.astimezone(ZoneInfo(house.time_zone)).date()
    traits = traits_of(work, stays, ctx.catalogue.model.prior, on=today)
    cases = [
        _bare_case(ctx, stay, house, ledgers[stay.id], now)
        if stay.guest.id in without
        else case_of(stay, house, ledgers[stay.id], now=now, trait=traits.get(stay.id, NO_TRAIT))
        for stay in stays
    ]
    return cases, ledgers


def _bare_case(
    ctx: Context, stay: Stay, house: House, entries: Sequence[Evidence], now: datetime
) -> Case:
    seen, told = bare(stay, entries, ctx.catalogue.facts, ctx.catalogue.questions)
    return unasked(case_of(seen, house, told, now=now))


def advise_stays(
    ctx: Context, work: Work, house: House, stays: Sequence[Stay], *, now: datetime
) -> tuple[Advised, ...]:
    """Advise on several stays of one house with one query for their ledgers."""
    versions = versions_for(work, stays)
    advisers = {version: adviser_of(ctx, work, version, house.id) for version in set(versions)}
    without = _without_notes(work, stays)
    cases, ledgers = _cases(ctx, work, house, stays, without, now)
    advised = tuple(
        _advised(stay, ledgers[stay.id], case, advisers[version], stay.guest.id in without)
        for stay, case, version in zip(stays, cases, versions, strict=True)
    )
    settings = work.exploration.of(house.id)
    if settings is None or not settings.is_on:
        return advised
    served: dict[int, Advised] = {}
    for version, adviser in advisers.items():
        of_it = [one for one, v in zip(advised, versions, strict=True) if v == version]
        served |= {one.stay.id: one for one in of_it if one.is_without_notes}
        of_it = [one for one in of_it if not one.is_without_notes]
        assigning = Assigning(ctx.secret, work, house, adviser, settings)
        served |= {one.stay.id: one for one in _explored(assigning, of_it)}
    return tuple(served[stay.id] for stay in stays)


def _advised(
    stay: Stay,
    entries: Sequence[Evidence],
    case: Case,
    adviser: Adviser,
    is_without_notes: bool,
) -> Advised:
    said = adviser.recommend(case)
    said = unwatched(said) if is_without_notes else said
    return Advised(stay, standing(entries), case, said, is_without_notes=is_without_notes)


def _explored(assigning: Assigning, advised: Sequence[Advised]) -> tuple[Advised, ...]:
    """Serve each stay that has a part in exploration as it was assigned."""
    parts = assigning.parts([(one.stay, one.case) for one in advised])
    return tuple(
        replace(
            one,
            recommendation=served_as(assigning.adviser, one.case, one.recommendation, part),
            exploring=part,
        )
        if part
        else one
        for one, part in zip(advised, parts, strict=True)
    )
