"""The stays behind a number: how many decide a rule, what their guests said, which they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import sqrt

from engine.audit.candidates import single_tests
from engine.decision.advise import Adviser
from engine.decision.compiled import may_be_learned
from engine.decision.situation import Situation
from engine.domain.cues import Value
from engine.domain.rules import Operator, Rule, Test
from engine.domain.stays import House
from engine.inference.stats import Pattern, Stats
from engine.rules.conditions import holds
from engine.rules.evaluate import tests_of, truth_of
from engine.rules.sentence import test_in_words
from engine.usecases.advice.advising import adviser_in_force, cases_of
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.rules.tune_rules import rule_in
from engine.usecases.stays.arrivals import house_in_use, house_today

MOST_LOOKED_AT = 500
"""Latest arrivals whose stays are listed; the counts are of all."""
MOST_LISTED = 50
LOOK_BACK = timedelta(days=400)
LEAST_ON_A_SIDE = 10
"""Guests of a rule with and without a cue: with fewer their difference is mostly chance."""
MOST_SPLITS = 3

Seen = tuple[Pattern, dict[str, Value], int]
"""A pattern, all that is known of it, and how many stays there were."""


@dataclass(frozen=True, slots=True)
class Side:
    """Stays for which a rule fires, or for which it does not."""

    n: int
    n_answered: int
    n_reacted: int
    n_told: int
    """Said how the stay was."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How guests on both sides answered one question."""

    question: str
    fires: tuple[int, ...]
    """Guests by grade, least contact first."""
    silent: tuple[int, ...]

    @property
    def mean_fires(self) -> float | None:
        """Mean grade where the rule fires; None where nobody answered."""
        return _mean(self.fires)

    @property
    def mean_silent(self) -> float | None:
        """Mean grade where it does not."""
        return _mean(self.silent)


@dataclass(frozen=True, slots=True)
class Listed:
    """One stay for which the rule is decided."""

    ref: str
    arrival_on: date
    fires: bool
    answers: int
    reactions: int


@dataclass(frozen=True, slots=True)
class Split:
    """A cue by which the guests of one rule differ."""

    test: Test
    difference: float
    """Of their answers, with it less without it, in standard deviations of each question."""
    error: float
    n_with: int
    n_without: int


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """What stands behind the numbers of one rule."""

    house: House
    rule: Rule
    n_stays: int
    fires: Side
    silent: Side
    n_unknown: int
    """Stays of which it cannot be told whether the rule holds."""
    answered: tuple[Answered, ...]
    stays: tuple[Listed, ...]
    """The latest for which it is decided, those for which it fires first."""
    splits: tuple[Split, ...]
    """Those that differ most, the surest first."""


def rule_evidence(
    ctx: Context, rule_id: str, house_id: str | None = None, *, now: datetime
) -> RuleEvidence:
    """Show the stays behind the numbers of one published rule.

    Raises
    ------
    NotFoundError
        If there is no such rule or house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        adviser = adviser_in_force(ctx, work)
        rule = rule_in(adviser.rule_set.rules, rule_id)
        stats = stats_of(work, house.id)
        today = house_today(house, now)
        stays = work.stays.between(house.id, today - LOOK_BACK, today)[-MOST_LOOKED_AT:]
        cases, _ = cases_of(ctx, work, house, stays, now=now)
    seen = seen_of(stats, adviser)
    sides = {truth: [s for s in seen if _truth(rule, s) is truth] for truth in (True, False, None)}
    listed = [
        Listed(stay.ref, stay.arrival_on, truth, len(case.answers), len(case.reactions))
        for stay, case in zip(stays, cases, strict=True)
        if (truth := truth_of(rule, Situation(case, ctx.catalogue).facts)) is not None
    ]
    latest = sorted(listed, key=lambda one: (not one.fires, -one.arrival_on.toordinal(), one.ref))
    return RuleEvidence(
        house=house,
        rule=rule,
        n_stays=stats.n_stays,
        fires=_side(sides[True]),
        silent=_side(sides[False]),
        n_unknown=sum(n for *_, n in sides[None]),
        answered=tuple(_answered(adviser, sides[True], sides[False])),
        stays=tuple(latest[:MOST_LISTED]),
        splits=splits_of(rule, seen, adviser),
    )


def seen_of(stats: Stats, adviser: Adviser) -> list[Seen]:
    """Return each pattern with all that is known of its guests."""
    cues = [id for id, fact in adviser.catalogue.cues.items() if may_be_learned(fact)]
    return [(pattern, pattern.known(cues), n) for pattern, n in stats]


def _truth(rule: Rule, seen: Seen) -> bool | None:
    pattern, known, _ = seen
    return None if rule.id in pattern.set_aside else truth_of(rule, known)


def _side(seen: Sequence[Seen]) -> Side:
    return Side(
        n=sum(n for *_, n in seen),
        n_answered=sum(n for pattern, _, n in seen if pattern.answers),
        n_reacted=sum(n for pattern, _, n in seen if pattern.reactions),
        n_told=sum(n for pattern, _, n in seen if pattern.outcome),
    )


def _answered(
    adviser: Adviser, fires: Sequence[Seen], silent: Sequence[Seen]
) -> Iterator[Answered]:
    for id, question in adviser.catalogue.questions.items():
        sides = [_grades(side, id, len(question.grades)) for side in (fires, silent)]
        if any(map(sum, sides)):
            yield Answered(id, *sides)


def _grades(seen: Sequence[Seen], question: str, n_grades: int) -> tuple[int, ...]:
    counts = [0] * n_grades
    for pattern, _, n in seen:
        grade = dict(pattern.answers).get(question)
        if grade is not None and grade < n_grades:
            counts[grade] += n
    return tuple(counts)


def _mean(counts: Sequence[int]) -> float | None:
    n = sum(counts)
    return sum(grade * k for grade, k in enumerate(counts)) / n if n else None


def splits_of(rule: Rule, seen: Sequence[Seen], adviser: Adviser) -> tuple[Split, ...]:
    """Return the tests by which the guests of a rule differ most in their answers.

    The answers of each guest are set beside the mean of all guests of the rule, question by
    question, in standard deviations; a guest counts by the mean of her answers.
    """
    fired = [one for one in seen if _truth(rule, one) and one[0].answers]
    scored = list(zip(_scores(fired), fired, strict=True))
    asked = {test.fact for test in tests_of(rule)}
    found = (_split(test, scored) for test in single_tests(adviser) if test.fact not in asked)
    told = [split for split in found if split and abs(split.difference) > split.error]
    told.sort(key=lambda one: (-abs(one.difference) / one.error, str(one.test)))
    return tuple(told[:MOST_SPLITS])


def _scores(seen: Sequence[Seen]) -> list[float]:
    """Return one number per pattern: how far its answers lie from the mean, plus is contact."""
    told: dict[str, list[tuple[int, int]]] = {}
    for pattern, _, n in seen:
        for question, grade in pattern.answers:
            told.setdefault(question, []).append((grade, n))
    spread = {question: _mean_sd(rows) for question, rows in told.items()}
    scores = []
    for pattern, *_ in seen:
        each = [
            (grade - spread[q][0]) / spread[q][1] for q, grade in pattern.answers if spread[q][1]
        ]
        scores.append(sum(each) / len(each) if each else 0.0)
    return scores


def _mean_sd(rows: Sequence[tuple[float, int]]) -> tuple[float, float]:
    n = sum(k for _, k in rows)
    mean = sum(value * k for value, k in rows) / n
    return mean, sqrt(sum(k * (value - mean) ** 2 for value, k in rows) / n)


def _split(test: Test, scored: Sequence[tuple[float, Seen]]) -> Split | None:
    sides: dict[bool, list[tuple[float, int]]] = {True: [], False: []}
    for score, (_, known, n) in scored:
        truth = holds(test, known.get(test.fact))
        if truth is not None:
            sides[truth].append((score, n))
    n_with, n_without = (sum(k for _, k in sides[truth]) for truth in (True, False))
    if min(n_with, n_without) < LEAST_ON_A_SIDE:
        return None
    (mean, sd), (other, other_sd) = (_mean_sd(sides[truth]) for truth in (True, False))
    error = sqrt(sd**2 / n_with + other_sd**2 / n_without)
    return Split(test, mean - other, error, n_with, n_without) if error > 0.0 else None


def opposite(test: Test) -> Test:
    """Return the test that holds exactly where `test` fails, and is unknown where it is.

    Raises
    ------
    ValueError
        If `test` is none of those that a rule may be split by.
    """
    if test.operator is Operator.AT_LEAST:
        return replace(test, operator=Operator.LESS_THAN)
    if test.operator is Operator.IS and isinstance(test.operand, bool):
        return replace(test, operand=not test.operand)
    if test.operator is Operator.IS and not isinstance(test.operand, tuple):
        return replace(test, operator=Operator.NONE_OF, operand=(test.operand,))
    raise ValueError(f"A rule is not split by {test.operator.value}.")


def test_told(ctx: Context, test: Test, language: str) -> str:
    """Return one test as a phrase in `language`."""
    words = ctx.catalogue.words
    tag = language if language in words else ctx.catalogue.languages[0]
    return test_in_words(test, ctx.catalogue.facts, words[tag], tag)
