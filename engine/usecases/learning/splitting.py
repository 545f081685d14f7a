"""One rule becomes two in the draft: with a cue, and without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.catalogue.rules import rule_from_dict
from engine.domain.cues import Fact, Value
from engine.domain.rules import Operator, Rule, RuleExample, Test
from engine.errors import ConflictError, NotFoundError
from engine.rules.evaluate import trace
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.learning.guests_say_acts import keep_rules
from engine.usecases.rules.evidence import opposite, rule_evidence, test_told
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.tune_rules import mark_of_rule
from engine.usecases.rules.write_rules import numbered, used_ids


@dataclass(frozen=True, slots=True)
class SplitDone:
    """Two rules in the place of one."""

    ids: tuple[str, str]
    """With the cue, and without it."""
    left: tuple[int, ...]
    """Places, from 1, of the tests of the old rule that neither of the two passes."""


def split_rule(  # noqa: PLR0913  # who, when and what was seen, each named at the call
    ctx: Context,
    house_id: str,
    rule_id: str,
    fact: str,
    *,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> SplitDone:
    """Put two rules in the place of one in the draft: with a cue, and without it.

    Both begin with its weight, so that publishing them changes next to nothing; from then on the
    stays speak of each alone. Their ids are new: none was ever that of another rule.

    Parameters
    ----------
    fact : str
        Fact or cue of one of the splits offered in `rule_evidence`.
    seen : str, optional
        `mark_of_rule` of the rule that the owner looked at; None asks nothing.

    Raises
    ------
    ConflictError
        If the draft no longer holds the rule, was split so already, or somebody else changed the
        rule since.
    NotFoundError
        If there is no such house or rule, or the cue is not offered.
    """
    offered = rule_evidence(ctx, rule_id, house_id, now=now).splits
    test = next((split.test for split in offered if split.test.fact == fact), None)
    if test is None:
        raise NotFoundError("The guests of this rule do not differ by that.")
    with ctx.store.begin() as work:
        rules = rule_set_of(work.rule_sets.draft() or work.rule_sets.published()).rules
        old = next((rule for rule in rules if rule.id == rule_id), None)
        if old is None:
            raise ConflictError("The draft no longer holds this rule. Look at it again.")
        if seen is not None and mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        both, left = _halves(ctx, work, old, test)
        new = [half for rule in rules for half in (both if rule.id == rule_id else (rule,))]
        was = keep_rules(work, new, by=by, now=now)
        ids = (both[0].id, both[1].id)
        detail = {"rule": rule_id, "into": list(ids), "house": house_id, "left": list(left)}
        work.history.add("rules.split", by, now, {**detail, **was})
    return SplitDone(ids, left)


def _halves(
    ctx: Context, work: Work, old: Rule, test: Test
) -> tuple[tuple[Rule, Rule], tuple[int, ...]]:
    """Return both halves of a rule, and the places of its tests that neither passes."""
    used, fact = used_ids(work), ctx.catalogue.facts[test.fact]
    one, other = (
        _half(ctx, old, test, "with", used),
        _half(ctx, old, opposite(test), "without", used),
    )
    kept = [[_carried(half, example, fact) for example in old.examples] for half in (one, other)]
    with_it, without = (
        replace(half, examples=tuple(example for example in each if example))
        for half, each in zip((one, other), kept, strict=True)
    )
    pairs = enumerate(zip(*kept, strict=True), start=1)
    return (with_it, without), tuple(place for place, both in pairs if both == (None, None))


def _half(ctx: Context, rule: Rule, test: Test, how: str, used: set[str]) -> Rule:
    """Return one half of a rule, without the examples of the whole."""
    return replace(
        rule,
        id=numbered(f"{rule.id}_{how}_{test.fact}", used),
        when=(*rule.when, test),
        because={
            tag: f"{text} ({test_told(ctx, test, tag)})" for tag, text in rule.because.items()
        },
        source=f"Split from {rule.id}. {rule.source}".strip(),
        examples=(),
    )


def _carried(half: Rule, example: RuleExample, fact: Fact) -> RuleExample | None:
    """Return an example of the old rule as one that the half passes, or None where it cannot be.

    Where nothing is told of the cue, the guest gets the value that the half asks for: the old rule
    said the same of her with every value.
    """
    asked = half.when[-1]
    guests = [dict(example.guest)]
    if asked.fact not in example.guest:
        guests += [{**example.guest, asked.fact: value} for value in _meant(asked, fact)]
    tried = (replace(example, guest=guest) for guest in guests)
    return next((one for one in tried if _holds(half, one)), None)


def _holds(rule: Rule, example: RuleExample) -> bool:
    told = trace(rule, example.guest)
    missing = set(example.missing)
    return told.verdict == example.expect and missing in (set(), set(told.missing))


def unfit_tests(detail: Mapping[str, Any]) -> Iterator[tuple[int, RuleExample]]:
    """Return the tests, with their places, that an entry of the history says fit neither half."""
    was = (one for one in detail.get("was", ()) if one["id"] == detail.get("rule"))
    for old in was:
        examples = rule_from_dict(old).examples
        yield from ((place, examples[place - 1]) for place in detail.get("left", ()))


def _meant(test: Test, fact: Fact) -> Iterator[Value]:
    """Return a value that a test which splits a rule asks for."""
    operand = test.operand
    if test.operator is Operator.NONE_OF and isinstance(operand, tuple):
        yield from (value for value in fact.values if value not in operand)
    elif test.operator is Operator.LESS_THAN and isinstance(operand, int):
        yield from range(fact.lowest, operand)
    elif not isinstance(operand, tuple):
        yield operand
