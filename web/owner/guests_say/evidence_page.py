"""What the templates about one rule's stays, and about one learning run, get."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask_babel import format_decimal
from markupsafe import Markup

from engine.domain.rules import Test
from engine.usecases.learning.voices import Voice
from engine.usecases.rules.evidence import Answered, RuleEvidence, Side, Split, test_told
from engine.usecases.rules.in_words import rule_in_words
from engine.usecases.rules.run_preview import RunPreview
from engine.usecases.rules.tune_rules import mark_of_rule
from web.desk.address import path_of
from web.i18n import language, number
from web.owner.guests_say.learner_told import PATH, RunCard, card_of
from web.owner.guests_say.page import numbers_words
from web.owner.rules.pages import Turn, style_name
from web.owner.told import day, text
from web.plots import ForestRow, Histogram, Stretch
from web.words import word
from web.work import context

NINETY = 1.6449
"""Standard deviations on each side of a normal number that hold it with 90 %."""


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """How guests answered one question where the rule fires, and where it does not."""

    question: str
    plot: Histogram
    label: Markup


@dataclass(frozen=True, slots=True)
class StayLine:
    """One stay by its reference."""

    ref: str
    path: str
    day: str
    fires: Markup
    told: Markup


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A cue by which the guests of the rule differ."""

    fact: str
    name: str
    words: Markup


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """What stands behind the numbers of one rule."""

    back: str
    house: str
    rule: str
    seen: str
    title: str
    sentence: str
    numbers: Markup
    stretch: Stretch
    plot: ForestRow
    counts: tuple[tuple[Markup, Side], ...]
    n_unknown: int
    n_stays: int
    answers: tuple[AnswerCard, ...]
    stays: tuple[StayLine, ...]
    splits: tuple[SplitLine, ...]


@dataclass(frozen=True, slots=True)
class ChangedStay:
    """One stay that would be served otherwise."""

    ref: str
    path: str
    day: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """What advising by one run would change, and the owner's nod."""

    back: str
    house: str
    until: str
    card: RunCard
    is_old: bool
    may_put_in_force: bool
    may_withdraw: bool
    n_changed: int
    n_stays: int
    turns: tuple[Turn, ...]
    stays: tuple[ChangedStay, ...]


MOST_LISTED = 100
"""Changed stays listed; the counts are of all."""


def evidence_page(told: RuleEvidence, voice: Voice) -> EvidencePage:
    """Make the page of one rule."""
    edges = [
        mean + sign * NINETY * sd
        for mean, sd in ((voice.said, voice.said_sd), (voice.both, voice.both_sd))
        for sign in (-1, 1)
    ]
    stretch = Stretch.around_zero([*edges, voice.told or 0.0])
    both = (voice.both, voice.both_sd) if voice.verdict is not None else None
    return EvidencePage(
        back=f"{PATH}?house={told.house.id}#rule-{told.rule.id}",
        house=told.house.id,
        rule=told.rule.id,
        seen=mark_of_rule(voice.drafted),
        title=text(told.rule.because),
        sentence=rule_in_words(context(), told.rule, language()),
        numbers=numbers_words(voice),
        stretch=stretch,
        plot=ForestRow.of(stretch, both, (voice.said, voice.said_sd), voice.told),
        counts=(
            (word("guests_say.side_fires"), told.fires),
            (word("guests_say.side_silent"), told.silent),
        ),
        n_unknown=told.n_unknown,
        n_stays=told.n_stays,
        answers=tuple(_answers(one) for one in told.answered),
        stays=tuple(
            StayLine(
                one.ref,
                path_of(one.ref),
                day(one.arrival_on),
                word("guests_say.fires" if one.fires else "guests_say.silent"),
                word("guests_say.told_of_stay", answers=one.answers, reactions=one.reactions),
            )
            for one in told.stays
        ),
        splits=tuple(_split(one) for one in told.splits) if voice.is_in_draft else (),
    )


def _answers(one: Answered) -> AnswerCard:
    question = context().catalogue.questions[one.question]
    n_fires, n_silent = sum(one.fires), sum(one.silent)
    shares = [k / max(n_fires, 1) for k in one.fires]
    others = [k / n_silent for k in one.silent] if n_silent else [None] * len(one.silent)
    plot = Histogram.of(
        [text(grade.text) for grade in question.grades],
        shares,
        [str(k) for k in one.fires],
        marks=others,
        mark_texts=[str(k) for k in one.silent],
        most=max([*shares, *(share or 0.0 for share in others)]) or None,
    )
    label = word(
        "guests_say.answers",
        question=text(question.text),
        n=n_fires,
        others=n_silent,
        mean="–" if one.mean_fires is None else number(one.mean_fires),
        other_mean="–" if one.mean_silent is None else number(one.mean_silent),
    )
    return AnswerCard(text(question.text), plot, label)


def _split(one: Split) -> SplitLine:
    name = _test(one.test)
    words = word(
        "guests_say.split_more" if one.difference > 0 else "guests_say.split_less",
        cue=name,
        size=format_decimal(abs(one.difference), format="0.0"),
        error=format_decimal(NINETY * one.error, format="0.0"),
        n=one.n_with,
        others=one.n_without,
    )
    return SplitLine(one.test.fact, name, words)


def _test(test: Test) -> str:
    return test_told(context(), test, language())


def run_page(told: RunPreview) -> RunPage:
    """Make the page of one run."""
    turns = Counter((served.before, served.after) for served in told.changed)
    run = told.run
    return RunPage(
        back=f"{PATH}?house={told.house.id}",
        house=told.house.id,
        until=run.until.isoformat(),
        card=card_of(run, told.house.time_zone),
        is_old=not told.is_of_these_rules,
        may_put_in_force=run.state.value == "candidate" and told.is_of_these_rules,
        may_withdraw=told.is_in_force,
        n_changed=len(told.changed),
        n_stays=told.n_stays,
        turns=tuple(
            Turn(n, style_name(before), style_name(after))
            for (before, after), n in turns.most_common()
        ),
        stays=tuple(
            ChangedStay(
                one.ref,
                path_of(one.ref),
                day(told.stays[one.ref].arrival_on),
                style_name(one.before),
                style_name(one.after),
            )
            for one in told.changed[:MOST_LISTED]
        ),
    )
