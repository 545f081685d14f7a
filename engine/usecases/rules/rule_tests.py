"""The tests that hang on rules: red ones stop a publication, stays become new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from engine.catalogue.rules import EXPECTATIONS
from engine.decision.situation import Situation
from engine.domain.rules import Operator, Rule, RuleExample, Test
from engine.domain.stays import House, Stay
from engine.errors import ConflictError, NotFoundError
from engine.rules.evaluate import Facts, Trace, tests_of, trace
from engine.rules.sentence import test_in_words
from engine.sentences import Sentence
from engine.usecases.advice.advising import cases_of
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.tune_rules import keep_draft, mark_of_rule, rule_in, wrong
from engine.usecases.stays.arrivals import house_in_use


@dataclass(frozen=True, slots=True)
class RedTest:
    """A test that does not hold: what it expects, and what the rule says."""

    rule: Rule
    place: int
    """Among the tests of the rule, from 0."""
    example: RuleExample
    told: Trace

    @property
    def is_about_missing(self) -> bool:
        """Whether the verdict is right and only what is missing differs."""
        return self.told.verdict == self.example.expect


@dataclass(frozen=True, slots=True)
class RuleOfStay:
    """What one rule of the draft says of one stay."""

    rule: Rule
    told: Trace
    facts: Facts
    """Known facts that the rule tests, and no others."""
    is_pinned: bool
    """Whether the rule has this very test already."""


@dataclass(frozen=True, slots=True)
class PinnedStay:
    """One stay, and what each rule says of it."""

    house: House
    stay: Stay
    rules: tuple[RuleOfStay, ...]


def red_tests(rules: Iterable[Rule]) -> tuple[RedTest, ...]:
    """Return every test that does not hold, in the order of the rules."""
    return tuple(_red(rules))


def _red(rules: Iterable[Rule]) -> Iterator[RedTest]:
    for rule in rules:
        for place, example in enumerate(rule.examples):
            told = trace(rule, example.guest)
            lacks = example.missing and set(example.missing) != set(told.missing)
            if told.verdict != example.expect or lacks:
                yield RedTest(rule, place, example, told)


def red_sentence(red: RedTest) -> Sentence:
    """Say which test is red, what it expects and what happened."""
    if red.is_about_missing:
        said = "{rule}: test {n} expects {expected} to be missing, but it is {told}."
        values = {"expected": _listed(red.example.missing), "told": _listed(red.told.missing)}
    else:
        said = "{rule}: test {n} expects “{expected}”, but the rule says “{told}”."
        values = {
            "expected": Sentence(VERDICTS[red.example.expect]),
            "told": Sentence(VERDICTS[red.told.verdict]),
        }
    return Sentence(said, rule=red.rule.id, n=red.place + 1, **values)


VERDICTS = {"fires": "fires", "silent": "does not fire", "unknown": "cannot tell"}
"""What a rule can say, in words."""


def guest_in_words(ctx: Context, guest: Facts, language: str) -> tuple[str, ...]:
    """Return what a test knows of its guest, a phrase for each fact."""
    tag = language if language in ctx.catalogue.words else ctx.catalogue.languages[0]
    words, facts = ctx.catalogue.words[tag], ctx.catalogue.facts
    asked = (Test(fact, Operator.IS, value) for fact, value in guest.items())
    return tuple(test_in_words(test, facts, words, tag) for test in asked)


def fact_names(ctx: Context, facts: Iterable[str], language: str) -> tuple[str, ...]:
    """Return what facts are called."""
    known = ctx.catalogue.facts
    labels = ((known[fact].label if fact in known else {}, fact) for fact in facts)
    return tuple(label.get(language) or label.get("en") or fact for label, fact in labels)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "–"


def accept_test(
    ctx: Context, rule_id: str, place: int, *, by: str, now: datetime, seen: str
) -> None:
    """Let a test of the draft expect what the rule says now.

    Parameters
    ----------
    place : int
        Of the test, from 0.
    seen : str
        `mark_of_rule` of the rule that the owner looked at.

    Raises
    ------
    ConflictError
        If somebody else changed this rule since.
    NotFoundError
        If there is no such rule or test.
    """

    def accept(rule: Rule) -> tuple[RuleExample, ...]:
        example = _example_at(rule, place)
        told = trace(rule, example.guest)
        missing = told.missing if example.missing or told.truth is None else ()
        new = replace(example, expect=told.verdict, missing=missing)
        return (*rule.examples[:place], new, *rule.examples[place + 1 :])

    _change(ctx, rule_id, accept, "rules.test_changed", by=by, now=now, seen=seen)


def remove_test(
    ctx: Context, rule_id: str, place: int, *, by: str, now: datetime, seen: str
) -> None:
    """Take a test of the draft out; parameters and errors as of `accept_test`."""

    def remove(rule: Rule) -> tuple[RuleExample, ...]:
        gone = _example_at(rule, place)
        return tuple(one for n, one in enumerate(rule.examples) if (n, one) != (place, gone))

    _change(ctx, rule_id, remove, "rules.test_removed", by=by, now=now, seen=seen)


def _example_at(rule: Rule, place: int) -> RuleExample:
    if not 0 <= place < len(rule.examples):
        raise NotFoundError("There is no such test.")
    return rule.examples[place]


def stay_to_pin(
    ctx: Context, ref: str, *, now: datetime, house_id: str | None = None
) -> PinnedStay:
    """Say what each rule of the draft, or in force, says of one stay.

    Raises
    ------
    NotFoundError
        If the house has no stay by this reference.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        stay = work.stays.get(house.id, ref)
        (case,), _ = cases_of(ctx, work, house, [stay], now=now)
        rules = rule_set_of(work.rule_sets.draft() or work.rule_sets.published()).rules
    facts = Situation(case, ctx.catalogue).facts
    return PinnedStay(house, stay, tuple(_rule_of_stay(rule, facts) for rule in rules))


def _rule_of_stay(rule: Rule, facts: Facts) -> RuleOfStay:
    asked = [test.fact for test in tests_of(rule)]
    known = {fact: facts[fact] for fact in dict.fromkeys(asked) if fact in facts}
    is_pinned = any(dict(example.guest) == known for example in rule.examples)
    return RuleOfStay(rule, trace(rule, known), known, is_pinned)


def pin_stay(  # noqa: PLR0913  # who, when and where, each named at the call
    ctx: Context,
    ref: str,
    rule_id: str,
    expect: str,
    *,
    by: str,
    now: datetime,
    house_id: str | None = None,
) -> None:
    """Make a stay a test of one rule of the draft: what the rule tests of it, no name, no number.

    Parameters
    ----------
    expect : {'fires', 'silent', 'unknown'}
        What the rule must say of such a guest; it may say something else today.

    Raises
    ------
    FormError
        If a rule says that already, or `expect` is none of these; with the fields `rule` or
        `expect`.
    NotFoundError
        If there is no such stay or rule.
    """
    if expect not in EXPECTATIONS:
        raise wrong("expect", "Choose one of these.", *VERDICTS.values())
    pinned = stay_to_pin(ctx, ref, now=now, house_id=house_id)
    found = next((one for one in pinned.rules if one.rule.id == rule_id), None)
    if found is None:
        raise NotFoundError("There is no such rule.")
    if not found.facts and expect != "unknown":
        raise wrong("rule", "Nothing that this rule asks about is known of this stay.")
    if found.is_pinned:
        raise wrong("rule", "This rule has a test of such a guest already.")
    missing = found.told.missing if expect == "unknown" else ()
    example = RuleExample(found.facts, expect, missing)
    seen = mark_of_rule(found.rule)
    _change(
        ctx,
        rule_id,
        lambda rule: (*rule.examples, example),
        "rules.pinned",
        by=by,
        now=now,
        seen=seen,
    )


def _change(  # noqa: PLR0913  # who, when and what was seen, each named at the call
    ctx: Context,
    rule_id: str,
    examples_of: Callable[[Rule], tuple[RuleExample, ...]],
    what: str,
    *,
    by: str,
    now: datetime,
    seen: str,
) -> None:
    with ctx.store.begin() as work:
        published = work.rule_sets.published()
        rule_set = rule_set_of(work.rule_sets.draft() or published)
        old = rule_in(rule_set.rules, rule_id)
        if mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        new = replace(old, examples=examples_of(old))
        rules = tuple(new if rule.id == rule_id else rule for rule in rule_set.rules)
        was = keep_draft(work, replace(rule_set, rules=rules), published, by=by, now=now)
        work.history.add(what, by, now, {"rule": rule_id, **was})
