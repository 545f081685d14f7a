"""What is never recommended, however the numbers stand. A guardrail only takes away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from engine.decision.options import Options
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue

AT_THE_DESK = timedelta(minutes=30)
"""How long after check-in a guest counts as standing there: long enough for any welcome."""

Guardrail = Callable[[Situation, Options], Options]
StandingGuardrail = Callable[[Catalogue, Options], Options]
"""One that holds for every stay alike, so that it is applied once and not for each guest."""


def _at_most(situation: Situation, options: Options, style: str) -> Options:
    """Keep the styles up to `style`; where none is left the stricter word stands already."""
    styles = situation.catalogue.styles
    most = styles[style].position
    kept = frozenset([id for id in options.styles if styles[id].position <= most])
    return options.keeping(styles=kept or options.styles)


def _at_least(situation: Situation, options: Options, style: str) -> Options:
    styles = situation.catalogue.styles
    least = styles[style].position
    kept = frozenset([id for id in options.styles if styles[id].position >= least])
    return options.keeping(styles=kept or options.styles)


def guest_word_wins(situation: Situation, options: Options) -> Options:
    """An answer or a spoken wish bounds the style, and the stricter wish goes first."""
    bounds = sorted(
        {word.most_style for word in situation.words if word.most_style},
        key=lambda style: situation.catalogue.styles[style].position,
    )
    for style in bounds:
        options = _at_most(situation, options, style)
    for grade in situation.grades:
        if grade.least_style:
            options = _at_least(situation, options, grade.least_style)
    return options


def recovery_needs_people(situation: Situation, options: Options) -> Options:
    """After a complaint, or when advice is asked for, nobody is left alone uninvited."""
    if situation.asks_to_be_left:
        return options
    for fact in situation.true_facts:
        if fact.least_style:
            options = _at_least(situation, options, fact.least_style)
    return options


def never_offer_twice(situation: Situation, options: Options) -> Options:
    """A topic that was declined, or thanked away, is not raised again: no offer, question, pack."""
    catalogue, closed = situation.catalogue, situation.closed
    if not closed:
        return options
    return options.keeping(
        questions=frozenset(
            [id for id in options.questions if catalogue.questions[id].topic not in closed]
        ),
        offers=frozenset([id for id in options.offers if catalogue.offers[id].topic not in closed]),
        packs=frozenset(
            [
                id
                for id in options.packs
                if catalogue.packs[id].topic not in closed or catalogue.packs[id].is_for_everyone
            ]
        ),
    )


def offers_are_made_once(situation: Situation, options: Options) -> Options:
    """What was already offered in this stay is not offered again, however it was taken."""
    reactions = situation.case.reactions
    if not reactions:
        return options
    return options.keeping(offers=options.offers.difference([entry.offer for entry in reactions]))


def leave_be_means_leave_be(situation: Situation, options: Options) -> Options:
    """After 'leave me be' nothing is started by us: no question, no offer."""
    if not situation.asks_to_be_left:
        return options
    return options.keeping(questions=frozenset(), offers=frozenset())


def few_questions(situation: Situation, options: Options) -> Options:
    """At most three a stay, none after 'no more questions', none whose answer is known."""
    case = situation.case
    put = case.asked.union(case.answers)
    if case.has_stopped or len(put) >= situation.catalogue.model.cost.most_questions:
        return options.keeping(questions=frozenset())
    return options.keeping(questions=options.questions - put) if put else options


def quiet_hours(situation: Situation, options: Options) -> Options:
    """Nobody in house is approached at night; whoever has just arrived is still at the desk."""
    case = situation.case
    if not case.is_arrived or case.at is None:
        return options
    if case.arrived_at is not None and case.at - case.arrived_at < AT_THE_DESK:
        return options
    start, end = situation.place.quiet_hours
    hour = case.at.hour
    is_quiet = hour >= start or hour < end if start > end else start <= hour < end
    return options.keeping(offers=frozenset()) if is_quiet else options


def codes_stay_closed(situation: Situation, options: Options) -> Options:
    """A pack with codes opens only when the unit is ready and the PMS has released it."""
    facts = situation.facts
    if facts.get("unit_ready") is True and facts.get("access_released") is True:
        return options
    packs = situation.catalogue.packs
    return options.keeping(
        packs=frozenset([id for id in options.packs if not packs[id].is_guarded])
    )


def wait_to_be_asked(catalogue: Catalogue, options: Options) -> Options:
    """Some offers are the guest's to raise, such as whatever costs money."""
    kept = frozenset(id for id in options.offers if not catalogue.offers[id].only_if_asked)
    return options.keeping(offers=kept)


def no_rapport_with_device(catalogue: Catalogue, options: Options) -> Options:
    """A screen lowers the welcome while staff build rapport: drop the device, not the style."""
    styles = catalogue.styles
    kept = frozenset(id for id in options.device_styles if styles[id].position <= 0)
    return options.keeping(device_styles=kept)


GUARDRAILS: tuple[Guardrail, ...] = (
    guest_word_wins,
    recovery_needs_people,
    never_offer_twice,
    offers_are_made_once,
    leave_be_means_leave_be,
    few_questions,
    quiet_hours,
    codes_stay_closed,
)
"""Applied in order; each may only take away, never add."""

STANDING: tuple[StandingGuardrail, ...] = (wait_to_be_asked, no_rapport_with_device)
"""Applied before all others, whoever the guest is."""


def open_to_any(catalogue: Catalogue) -> Options:
    """Return all that may ever be recommended: everything there is, less what never may."""
    options = Options(
        styles=frozenset(catalogue.styles),
        questions=frozenset(catalogue.questions),
        offers=frozenset(catalogue.offers),
        packs=frozenset(catalogue.packs),
        device_styles=frozenset(catalogue.styles),
    )
    for guardrail in STANDING:
        options = guardrail(catalogue, options)
    return options


def guard(
    situation: Situation, options: Options, guardrails: Iterable[Guardrail] = GUARDRAILS
) -> Options:
    """Apply every guardrail in turn."""
    for guardrail in guardrails:
        options = guardrail(situation, options)
    return options
