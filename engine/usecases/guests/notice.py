"""The privacy notice, made from the rules in force: what is used, why, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact
from engine.domain.privacy import ConsentText, Retention
from engine.domain.questions import Question
from engine.domain.rules import Rule
from engine.domain.stays import House
from engine.errors import LinkError
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.stays.arrivals import house_in_use, house_today


@dataclass(frozen=True, slots=True)
class Notice:
    """What a guest is told of her data in one house."""

    house: House
    facts: tuple[Fact, ...]
    """Of the booking, the house and the clock, that a rule in force looks at."""
    cues: tuple[Fact, ...]
    """Noticed at the desk, that a rule in force looks at."""
    cues_besides: tuple[Fact, ...]
    """Noticed too: they call for help or are wishes, and change no belief."""
    questions: tuple[Question, ...]
    """What she may be asked, here or aloud."""
    consents: tuple[ConsentText, ...]
    retention: Retention
    learns: bool
    """Whether what is advised goes by what guests of this house taught."""
    language: str | None
    """Of the booking; None where nobody's own page led here."""
    explores: bool
    """Whether chance has a say in how some guests are met, so that ways can be compared."""


def notice_of_stay(ctx: Context, code: str, *, now: datetime) -> Notice:
    """Return the notice of the house whose guest opens it; a dead code gets that of the house.

    Nobody needs a code to read it.
    """
    with ctx.store.read() as work:
        try:
            stay = stay_of_code(ctx, work, code, now=now)
        except LinkError:
            return _notice(ctx, work, house_in_use(work), now)
        return _notice(ctx, work, work.houses.get(stay.house), now, stay.guest.language)


def notice_of_unit(ctx: Context, unit_code: str, *, now: datetime) -> Notice:
    """Return the notice of the house that has a unit of this printed code.

    Raises
    ------
    LinkError
        If no house has.
    """
    wanted = unit_code.strip().casefold()
    with ctx.store.read() as work:
        for house in work.houses.all():
            if any(unit.code.casefold() == wanted for unit in house.units):
                return _notice(ctx, work, house, now)
    raise LinkError("Ask at the desk; we open your page again.")


def _notice(
    ctx: Context, work: Work, house: House, now: datetime, language: str | None = None
) -> Notice:
    catalogue = ctx.catalogue
    tested = set(_tested(_live_rules(work, house_today(house, now))))
    cues = tuple(cue for cue in catalogue.cues.values() if cue.id in tested)
    settings = work.exploration.of(house.id)
    return Notice(
        house=house,
        facts=tuple(_facts(catalogue, tested)),
        cues=cues,
        cues_besides=tuple(cue for cue in catalogue.cues.values() if cue not in cues),
        questions=tuple(catalogue.questions.values()),
        consents=tuple(catalogue.privacy.consents.values()),
        retention=catalogue.privacy.retention,
        language=language,
        learns=work.learning_runs.day_in_force(house.id) is not None,
        explores=settings is not None and settings.is_on,
    )


def _facts(catalogue: Catalogue, tested: Iterable[str]) -> Iterator[Fact]:
    known = set(tested)
    return (fact for id, fact in catalogue.facts.items() if id in known and not fact.is_cue)


def _live_rules(work: Work, day: date) -> Iterator[Rule]:
    """Give the rules that speak today: of the published version, and of one that is tried."""
    rollout = work.rollouts.running()
    records = [work.rule_sets.published()]
    records += [work.rule_sets.version(rollout.version)] if rollout else []
    for record in records:
        yield from (rule for rule in rule_set_of(record).rules if rule.is_valid_on(day))


def _tested(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        for test in (*rule.when, *rule.any, *rule.unless):
            yield test.fact
