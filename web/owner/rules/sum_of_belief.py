"""The belief of one stay as a sum: from a guest of whom nothing is known to where this one stands.

The numbers shown add up exactly to the belief shown: what rounding takes stands in the step of the
smaller rules, and each step after them is the difference of two rounded sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.usecases.rules.why import Part, StayWhy, Verdict
from web.owner.told import signed, text
from web.plots import Waterfall
from web.words import word

RULE = "rule."
LEAST = 0.005
"""A smaller step rounds to 0.00."""
LEAST_OF_RULE = 0.05
"""A rule that moves less has no step of its own: some thirty of them would bury the large ones."""

Step = tuple[str, float]
"""Its name, and its number in hundredths."""


def sum_of_belief(told: StayWhy) -> Waterfall:
    """Draw the sum."""
    steps = [*_steps(told)]
    numbers = [number for _, number in steps]
    return Waterfall.of(
        [label for label, _ in steps],
        numbers,
        [signed(number) for number in numbers],
        start=(str(word("why.nothing_known")), 0.0, signed(0.0)),
        total=(str(word("why.this_guest")), signed(_hundredths(told.why.said.belief.mean))),
    )


def _steps(told: StayWhy) -> Iterator[Step]:
    parts = told.why.parts
    rules = [part for part in parts if part.key.startswith(RULE)]
    first = parts.index(rules[0]) if rules else len(parts)
    before = [part for part in parts[:first] if part not in rules]
    after = [part for part in parts[first:] if part not in rules]
    exact = shown = 0.0
    for part in before:
        exact += part.shift
        yield from _step(told, part, _hundredths(exact) - shown)
        shown = _hundredths(exact)
    for step in _of_rules(told, rules, exact, shown):
        yield step
        shown = _hundredths(shown + step[1])
    exact += sum(part.shift for part in rules)
    for part in after:
        exact += part.shift
        yield from _step(told, part, _hundredths(exact) - shown)
        shown = _hundredths(exact)


def _of_rules(told: StayWhy, rules: Sequence[Part], exact: float, shown: float) -> Iterator[Step]:
    """Give the rules that move most, largest first, then all others together."""
    large = [part for part in rules if abs(part.shift) >= LEAST_OF_RULE]
    for part in sorted(large, key=lambda one: -abs(one.shift)):
        shown += _hundredths(part.shift)
        yield _label(told, part.key), _hundredths(part.shift)
    rest = _hundredths(exact + sum(part.shift for part in rules)) - shown
    if abs(rest) >= LEAST:
        yield str(word("why.smaller_rules")), _hundredths(rest)


def _step(told: StayWhy, part: Part, number: float) -> Iterator[Step]:
    """Give a step; one that moves nothing is none, unless the guest said it."""
    is_said = part.key.partition(".")[1] == "."
    if is_said or abs(number) >= LEAST:
        yield _label(told, part.key), _hundredths(number)


def _label(told: StayWhy, key: str) -> str:
    kind, _, id = key.partition(".")
    return _LABELS[kind](told, id)


def _of_rule(told: StayWhy, id: str) -> str:
    """Name a rule; one that does not hold must not read as if it did."""
    said = next(one for one in told.why.rules if one.rule.id == id)
    name = text(said.rule.because)
    if said.verdict is Verdict.FIRES:
        return name
    return str(word(f"why.step_{said.verdict.value}", rule=name).unescape())


def _of_answer(told: StayWhy, id: str) -> str:
    grade = told.adviser.catalogue.questions[id].grades[told.case.answers[id]]
    return str(word("desk.reason_said", said=text(grade.text)).unescape())


def _of_reaction(told: StayWhy, id: str) -> str:
    taken = next(one.reaction.value for one in told.case.reactions if one.offer == id)
    how = word(f"desk.reaction_{taken}").unescape()
    offer = text(told.adviser.catalogue.offers[id].label)
    return str(word("desk.reason_taken", offer=offer, how=how).unescape())


_LABELS: Mapping[str, Callable[[StayWhy, str], str]] = {
    "rule": _of_rule,
    "answer": _of_answer,
    "reaction": _of_reaction,
    "trait": lambda told, id: str(word("why.remembered")),
    "limit": lambda told, id: str(word("why.limit")),
    "edge": lambda told, id: str(word("why.edge")),
}


def _hundredths(number: float) -> float:
    return round(number, 2)
