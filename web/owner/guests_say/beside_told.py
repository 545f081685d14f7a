"""What a learning run says beside the rules: other houses, questions, reactions, styles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from markupsafe import Markup

from engine.audit.gates import LEAST_STAYS
from engine.audit.item_lessons import LEAST_ANSWERS
from engine.audit.lessons import LEAST_JUDGED
from engine.domain.offers import Reaction
from engine.domain.questions import Item
from engine.usecases.learning.guests_say import GuestsSay
from engine.usecases.learning.items_told import ItemState, ItemTold, items_told
from engine.usecases.learning.voices import Voice
from web.i18n import number
from web.owner.told import signed, text
from web.words import word
from web.work import context

NINETY = 1.6449
"""Standard deviations on each side of a normal number that hold it with 90 %."""
MOST_TENTHS = 9
"""Never more is said than 'about 9 in 10'."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One question or offer as guests answer it."""

    title: str
    n: str
    state: str
    state_words: Markup
    telling: str
    """How much it tells: shipped, and learned where it is."""
    places: tuple[Markup, ...]
    """Between which answers guests change, on the axis."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run says beside its rules."""

    pooling: Markup
    answers: tuple[ItemRow, ...]
    reactions: tuple[ItemRow, ...]
    n_learned: int
    styles: Markup


def beside(told: GuestsSay) -> Beside:
    """Put what the latest run found beside the rules in words."""
    items = items_told(context(), told.house.id, told.run)
    rows = {kind: tuple(_row(one) for one in items if one.kind == kind) for kind in _TITLES}
    return Beside(
        pooling=_pooling(told.document.get("pooling")) if told.run else Markup(),
        answers=rows["answer"],
        reactions=rows["reaction"],
        n_learned=sum(one.state is ItemState.LEARNED for one in items),
        styles=_styles(told),
    )


def _pooling(told: Mapping[str, Any] | None) -> Markup:
    if not told:
        return word("guests_say.pooled_none", least=LEAST_STAYS)
    return word(
        "guests_say.pooled",
        houses=told["houses"],
        stays=format_decimal(told["stays"]),
        apart=format_decimal(told["apart"], format="0.00"),
        least=LEAST_STAYS,
    )


def pooled_words(document: Mapping[str, Any], voice: Voice) -> Markup:
    """Say how much of what counts for one rule comes from other houses; empty where nothing does.

    Of a normal number with the variance v, the share v / c rests on what was expected before with
    the variance c, the rest on the own stays; rule by rule, so that it is about right.
    """
    rules = (document.get("pooling") or {}).get("rules", ())
    chain = next((rule for rule in rules if rule["id"] == voice.rule.id), None)
    if chain is None or voice.verdict is None:
        return Markup()
    side = NINETY * chain["chain_sd"]
    return word(
        "guests_say.pooled_rule",
        chain=signed(chain["chain"]),
        low=signed(chain["chain"] - side),
        high=signed(chain["chain"] + side),
        share=_tenths((voice.both_sd / chain["chain_sd"]) ** 2),
    )


def _tenths(share: float) -> Markup:
    n = min(round(10.0 * share), MOST_TENTHS)
    return word("guests_say.tenths", n=n) if n else word("guests_say.tenths_none")


def _row(one: ItemTold) -> ItemRow:
    state = one.state.value
    return ItemRow(
        title=_TITLES[one.kind](one.id),
        n=format_decimal(one.n),
        state=state,
        state_words=word(f"guests_say.item_{state}", least=LEAST_ANSWERS),
        telling=_change(number(one.shipped.discrimination), _telling(one.learned)),
        places=tuple(_places(one)),
    )


def _telling(item: Item | None) -> str:
    return number(item.discrimination) if item else ""


def _change(before: str, after: str) -> str:
    return f"{before} → {after}" if after and after != before else before


def _places(one: ItemTold) -> Iterator[Markup]:
    """Give the place between each answer and the next higher one."""
    grades = _GRADES[one.kind](one.id)
    for k, place in enumerate(one.shipped.thresholds):
        after = signed(one.learned.thresholds[k]) if one.learned else ""
        told = _change(signed(place), after)
        yield word("guests_say.item_place", low=grades[k], high=grades[k + 1], place=told)


def _question(id: str) -> str:
    return text(context().catalogue.questions[id].text)


def _offer(id: str) -> str:
    return text(context().catalogue.offers[id].label)


def _grades(id: str) -> list[str]:
    return [text(grade.text) for grade in context().catalogue.questions[id].grades]


def _reactions(id: str) -> list[str]:
    return [str(word(f"desk.reaction_{one.value}")) for one in Reaction if one.grade is not None]


_TITLES = {"answer": _question, "reaction": _offer}
_GRADES = {"answer": _grades, "reaction": _reactions}


def _styles(told: GuestsSay) -> Markup:
    """Say where one style gives way to the next, as learned or as shipped."""
    learned = told.run.content["learned"] if told.run else {}
    cuts = learned.get("cuts")
    if not cuts:
        shipped = context().catalogue.model.outcome.cuts
        places = " · ".join(map(signed, shipped))
        return word("guests_say.styles_shipped", places=places, least=LEAST_JUDGED)
    fit = format_decimal(learned["kappa"], format="0.00")
    return word("guests_say.styles_learned", places=" · ".join(map(signed, cuts)), fit=fit)
