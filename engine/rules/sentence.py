"""A rule in words: whole phrases from the catalogue, never an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import STRENGTHS, Operator, Rule, Test

Words = Mapping[str, str]
"""Keys `rule.<operator>`, `rule.and`, `rule.or`, `rule.any`, `rule.unless`, `rule.always`,
`rule.not`, `rule.unknown`."""

CHOICES = (Operator.IS, Operator.ANY_OF)
"""Where the values speak for themselves: 'on a business trip' needs no 'purpose:' before it."""


def value_in_words(fact: Fact | None, value: Value, language: str) -> str:
    """Return one value of a fact as a phrase: 'on a business trip'."""
    key = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    texts = fact.value_labels.get(key, {}) if fact else {}
    return texts.get(language) or texts.get("en") or key


def test_in_words(test: Test, facts: Mapping[str, Fact], words: Words, language: str) -> str:
    """Return one test as a phrase; a fact that is gone by now speaks by its id."""
    fact = facts.get(test.fact)
    label = (fact.label.get(language) or fact.label["en"]) if fact else test.fact
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    told = [value_in_words(fact, value, language) for value in operands]
    if test.operator is Operator.KNOWN:
        return words["rule.known" if operands[0] else "rule.unknown"].format(label=label)
    if test.operator in CHOICES and fact and fact.value_labels:
        return words["rule.or"].join(told)
    if test.operator is Operator.IS and fact and fact.kind is FactKind.YES_NO:
        return label if operands[0] else words["rule.not"].format(label=label)
    phrase = words[f"rule.{test.operator.value}"]
    return phrase.format(label=label, value=words["rule.or"].join(told), low=told[0], high=told[-1])


def sentence(rule: Rule, facts: Mapping[str, Fact], words: Words, language: str) -> str:
    """Return all conditions of `rule` as one phrase, without its weight.

    Parameters
    ----------
    rule : Rule
    facts : mapping of str to Fact
        Facts and cues of the catalogue.
    words : mapping of str to str
        Trade words of `language`.
    language : str
        Of the phrases; English where a label lacks it.
    """

    def phrases(tests: Sequence[Test]) -> list[str]:
        return [test_in_words(test, facts, words, language) for test in tests]

    parts = [words["rule.and"].join(phrases(rule.when))] if rule.when else []
    if rule.any:
        parts.append(words["rule.any"].format(tests=words["rule.or"].join(phrases(rule.any))))
    told = words["rule.and"].join(parts) or words["rule.always"]
    if rule.unless:
        told += words["rule.unless"].format(tests=words["rule.and"].join(phrases(rule.unless)))
    return told


def strength_of(weight: float) -> str | None:
    """Return the word for a weight, `none` for 0, or None where no word fits exactly."""
    if weight == 0:
        return "none"
    return next((word for word, size in STRENGTHS.items() if abs(size - abs(weight)) < 1e-9), None)
