"""What the template of 'why' gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import format_decimal
from markupsafe import Markup

from engine.domain.advice import Recommendation
from engine.usecases.rules.why import QuestionWorth, StayWhy, Taken
from web.axis import Axis
from web.desk.address import path_of
from web.owner.rules.given_lines import GivenLine, given_line
from web.owner.rules.pages import style_name
from web.owner.rules.rules_said import RuleGroup, rule_groups
from web.owner.rules.stays_page import PATH, advice_seen, unit_name, why_path
from web.owner.rules.sum_of_belief import sum_of_belief
from web.owner.told import day, moment, signed, text
from web.plots import Waterfall
from web.words import name_of, word


@dataclass(frozen=True, slots=True)
class GuardLine:
    """One guardrail and what it took away."""

    name: Markup
    lines: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class StyleLine:
    """One style with what it is worth, in points."""

    name: str
    points: str
    behind: str
    """Points below the best; empty for the best."""
    is_shown: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question with what its answer is worth, in points."""

    text: str
    value: str
    is_worth: bool


@dataclass(frozen=True, slots=True)
class WhyPage:
    """One piece of advice, taken apart."""

    back: str
    ref: str
    name: str
    unit: str
    day: str
    desk: str
    """The stay at the front desk; empty where that shows another house."""
    what_if: str
    as_of: Markup
    as_now: str
    """Address of the advice as it would be now; empty where it is shown."""
    is_blind: bool
    show: str
    verb: str
    next_step: Markup
    chance: Markup | str
    axis: Axis
    belief: Markup
    plot: Waterfall
    groups: tuple[RuleGroup, ...]
    guards: tuple[GuardLine, ...]
    styles: tuple[StyleLine, ...]
    asking: Markup
    questions: tuple[QuestionLine, ...]
    history: tuple[GivenLine, ...]


def why_page(told: StayWhy, *, is_open: bool = False) -> WhyPage:
    """Make the page of one stay.

    Parameters
    ----------
    told : StayWhy
    is_open : bool
        Show the advice although looking spoils a comparison.
    """
    house, stay, why = told.house, told.stay, told.why
    return WhyPage(
        back=f"{PATH}?house={house.id}",
        ref=stay.ref,
        name=name_of(stay.guest),
        unit=unit_name(house, stay),
        day=day(stay.arrival_on),
        desk=path_of(stay.ref) if told.is_at_desk else "",
        what_if=why_path(house.id, stay.ref, advice_seen(told), "what-if"),
        as_of=_as_of(told),
        as_now=why_path(house.id, stay.ref, {"now": 1}) if told.given else "",
        is_blind=told.is_blind and not is_open,
        show=why_path(house.id, stay.ref, advice_seen(told)),
        verb=style_name(told.shown.style),
        next_step=next_step(told, told.shown),
        chance=_chance(told),
        axis=Axis.of(told.shown.belief),
        belief=belief_words(told.shown),
        plot=sum_of_belief(told),
        groups=rule_groups(told),
        guards=tuple(_guard(told, taken) for taken in why.taken),
        styles=_styles(told),
        asking=_asking(told),
        questions=tuple(_question(told, one) for one in why.questions),
        history=tuple(given_line(told, one) for one in told.history),
    )


def belief_words(said: Recommendation) -> Markup:
    """Say where a belief stands, as a number."""
    sd = format_decimal(said.belief.sd, format="0.00")
    return word("why.belief", mean=signed(round(said.belief.mean, 2)), sd=sd)


def _as_of(told: StayWhy) -> Markup:
    version = told.adviser.versions.rules
    if told.given is None:
        return word("why.as_now", version=version)
    at = moment(told.given.at, told.house.time_zone)
    return word("why.as_given", at=at, by=told.given.by, version=version)


def next_step(told: StayWhy, said: Recommendation) -> Markup:
    """Say what the desk does next: greet, ask, or offer and watch."""
    catalogue = told.adviser.catalogue
    if said.question:
        return word("why.next_ask", question=text(catalogue.questions[said.question].text))
    if said.offer:
        return word("why.next_observe", offer=text(catalogue.offers[said.offer].label))
    return word("why.next_act")


def _chance(told: StayWhy) -> Markup | str:
    if told.exploring is None:
        return ""
    given, best = told.exploring.assignment, told.why.said.style
    if told.exploring.left:
        return word("why.chance_left", arm=word(f"why.arm_{told.exploring.left.value}"))
    return word(
        "why.chance",
        arm=word(f"why.arm_{given.arm.value}"),
        share=format_decimal(100 * given.propensity, format="0"),
        best=style_name(best),
    )


def _guard(told: StayWhy, taken: Taken) -> GuardLine:
    catalogue = told.adviser.catalogue
    gone: Mapping[str, list[str]] = {
        "styles": [style_name(id) for id in taken.styles],
        "questions": [text(catalogue.questions[id].text) for id in taken.questions],
        "offers": [text(catalogue.offers[id].label) for id in taken.offers],
        "packs": [text(catalogue.packs[id].title) for id in taken.packs],
    }
    lines = (
        word(f"why.took_{kind}", names=" · ".join(names)) for kind, names in gone.items() if names
    )
    return GuardLine(word(f"owner.guardrail.{taken.guardrail}"), tuple(lines))


def _styles(told: StayWhy) -> tuple[StyleLine, ...]:
    points = told.why.said.expected
    best = max(points.values())
    return tuple(
        StyleLine(
            name=style_name(id),
            points=_points(worth),
            behind=_points(best - worth) if worth < best else "",
            is_shown=id == told.shown.style,
        )
        for id, worth in points.items()
    )


def _points(worth: float) -> str:
    told: str = format_decimal(worth, format="0.00")
    return told


def _asking(told: StayWhy) -> Markup:
    if not told.why.questions:
        return word("why.nothing_to_ask")
    best = told.why.questions[0]
    key = "why.worth_asking" if best.gain > 0 else "why.not_worth_asking"
    return word(key, value=_points(best.value), price=_points(best.price))


def _question(told: StayWhy, one: QuestionWorth) -> QuestionLine:
    asked = told.adviser.catalogue.questions[one.question]
    return QuestionLine(text(asked.text), _points(one.value), one.gain > 0)
