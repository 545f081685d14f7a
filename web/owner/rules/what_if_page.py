"""What the template of 'what if' gets: the form as it is supposed, and what would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain.advice import Recommendation
from engine.domain.cues import Fact, FactKind
from engine.domain.styles import Stage
from engine.usecases.rules.what_if import RuleTurn, Supposed, WhatIf, facts_to_suppose
from engine.usecases.rules.why import StayWhy, Why
from web.axis import Axis
from web.owner.rules.pages import style_name
from web.owner.rules.rules_said import verdict_words
from web.owner.rules.stays_page import advice_seen, why_path
from web.owner.rules.why_page import belief_words, next_step
from web.owner.told import signed, text
from web.words import name_of, word

LEAST = 0.005
"""A rule whose shift changes by less moves nothing that is shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact of the form: a choice, or a number or tag to write."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    """Empty for a number or a tag."""
    is_number: bool
    value: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Side:
    """The advice on one side of the comparison."""

    verb: str
    next_step: Markup
    belief: Markup
    axis: Axis
    line: str
    language: str
    packs: str


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One rule that says something else then."""

    title: str
    before: Markup
    after: Markup
    moves: str


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """A stay supposed otherwise; nothing of it is saved."""

    back: str
    reset: str
    name: str
    action: str
    hidden: tuple[tuple[str, str], ...]
    facts: tuple[FactField, ...]
    cues: tuple[Choice, ...]
    answers: tuple[FactField, ...]
    before: Side
    after: Side | None
    verdict: Markup | str
    turns: tuple[TurnLine, ...]
    problem: str = ""


def what_if_page(
    told: StayWhy, supposed: Supposed, found: WhatIf | None = None, *, problem: str = ""
) -> WhatIfPage:
    """Make the page; without `found` nothing was supposed yet, or it could not be."""
    given = advice_seen(told)
    hidden = {"asked": "1", "house": told.house.id, **{k: str(v) for k, v in given.items()}}
    path = why_path(told.house.id, told.stay.ref, given, "what-if")
    return WhatIfPage(
        back=why_path(told.house.id, told.stay.ref, given),
        reset=path,
        name=name_of(told.stay.guest),
        action=path.partition("?")[0],
        hidden=tuple(hidden.items()),
        facts=tuple(_fact(fact, supposed) for fact in facts_to_suppose(told)),
        cues=tuple(
            Choice(cue.id, text(cue.label), cue.id in supposed.cues)
            for cue in told.adviser.catalogue.cues.values()
        ),
        answers=tuple(_answers(told, supposed)),
        before=_side(told, told.why),
        after=_side(told, found.after) if found else None,
        verdict=_verdict(found) if found else "",
        turns=tuple(_turns(told, found)) if found else (),
        problem=problem,
    )


def _fact(fact: Fact, supposed: Supposed) -> FactField:
    value = supposed.facts.get(fact.id, "")
    keys = fact.values or (("yes", "no") if fact.kind is FactKind.YES_NO else ())
    labels = [(key, text(fact.value_labels.get(key) or {"en": key})) for key in keys]
    return FactField(
        name=f"fact.{fact.id}",
        label=text(fact.label),
        choices=_choices(labels, value, str(word("why.unknown"))),
        is_number=fact.kind is FactKind.WHOLE,
        value=value,
        lowest=fact.lowest,
        highest=fact.highest,
    )


def _answers(told: StayWhy, supposed: Supposed) -> Iterator[FactField]:
    for question in told.adviser.catalogue.questions.values():
        value = supposed.answers.get(question.id, "")
        labels = [(str(k), text(grade.text)) for k, grade in enumerate(question.grades)]
        choices = _choices(labels, value, str(word("why.unanswered")))
        yield FactField(f"answer.{question.id}", text(question.text), choices, False, value, 0, 0)


def _choices(labels: list[tuple[str, str]], value: str, blank: str) -> tuple[Choice, ...]:
    if not labels:
        return ()
    return tuple(Choice(key, label, key == value) for key, label in [("", blank), *labels])


def _side(told: StayWhy, why: Why) -> Side:
    said: Recommendation = why.said
    packs = told.adviser.catalogue.packs
    return Side(
        verb=style_name(said.style),
        next_step=next_step(told, said),
        belief=belief_words(said),
        axis=Axis.of(said.belief),
        line=said.script[Stage.GREET].replace("{guest}", told.stay.guest.name),
        language=told.language,
        packs=" · ".join(text(packs[id].title) for id in said.packs),
    )


def _verdict(found: WhatIf) -> Markup:
    before, after = found.before.said, found.after.said
    if before.style != after.style:
        verbs = style_name(before.style), style_name(after.style)
        return word("why.if_style", before=verbs[0], after=verbs[1])
    if (before.advice, before.question, before.offer) != (
        after.advice,
        after.question,
        after.offer,
    ):
        return word("why.if_next")
    if signed(before.belief.mean) != signed(after.belief.mean):
        return word("why.if_belief")
    return word("why.if_nothing")


def _turns(told: StayWhy, found: WhatIf) -> Iterator[TurnLine]:
    supposed = replace(told, case=found.case)
    for turn in found.turns:
        if _is_seen(turn):
            yield TurnLine(
                title=text(turn.after.rule.because),
                before=verdict_words(told, turn.before),
                after=verdict_words(supposed, turn.after),
                moves=signed(round(turn.after.shift - turn.before.shift, 2)),
            )


def _is_seen(turn: RuleTurn) -> bool:
    moves = abs(turn.after.shift - turn.before.shift) >= LEAST
    return moves or turn.before.verdict != turn.after.verdict
