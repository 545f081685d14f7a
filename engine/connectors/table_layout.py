"""How a rule set lies in a sheet: one row a rule, one column a fact and group.

Columns are headed as the keys of a rules file: `when.nights`, `unless.delayed`, `because.en`.
Tests of a rule keep their order: where two rules test the same facts in orders that no row of
columns can have, a fact gets a second column, headed `when.nights 2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import tomlkit

from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule, RuleExample, Test
from engine.rules.unary import to_unary

GROUPS = ("when", "any", "unless")
BEFORE = ("id", "on", "scope", "weight", "sure")
AFTER = ("source", "valid.from", "valid.until", "test")
NEEDED = ("id", "scope", "weight", "because.en", "source")
"""Columns that no table can do without."""

NOTHING = "-"
"""A cell that asks nothing."""

Cell = str | float
"""Weights are numbers; all else is text."""

_AGAIN = re.compile(r" [2-9]\Z| [1-9]\d+\Z")


def group_and_fact(column: str) -> tuple[str, str] | None:
    """Return `when` and `nights` of `when.nights 2`; None for a column without tests."""
    group, dot, fact = column.partition(".")
    return (group, _AGAIN.sub("", fact)) if dot and group in GROUPS else None


def laid_out(rules: Sequence[Rule], catalogue: Catalogue) -> tuple[list[str], list[list[Cell]]]:
    """Return header and rows of a rule set.

    Parameters
    ----------
    rules : sequence of Rule
        In the order of the rows.
    catalogue : Catalogue
        Its order of facts is that of the columns as far as the rules allow; each of its
        languages gets a column.
    """
    tested = [column for group in GROUPS for column in _columns(rules, group, catalogue)]
    spoken = dict.fromkeys([*catalogue.languages, *(tag for rule in rules for tag in rule.because)])
    header = [*BEFORE, *tested, *(f"because.{tag}" for tag in spoken), *AFTER]
    rows = (_plain_cells(rule) | _test_cells(rule, tested) for rule in rules)
    return header, [[cells.get(column, "") for column in header] for cells in rows]


def _plain_cells(rule: Rule) -> dict[str, Cell]:
    return {
        "id": rule.id,
        "on": "true" if rule.is_on else "false",
        "scope": rule.scope.value,
        "weight": rule.weight,
        "sure": rule.sure.value,
        **{f"because.{tag}": text for tag, text in rule.because.items()},
        "source": rule.source,
        "valid.from": rule.valid_from.isoformat() if rule.valid_from else "",
        "valid.until": rule.valid_until.isoformat() if rule.valid_until else "",
        "test": "\n".join(_example(example) for example in rule.examples),
    }


def _test_cells(rule: Rule, tested: Sequence[str]) -> dict[str, Cell]:
    cells: dict[str, Cell] = dict.fromkeys(tested, NOTHING)
    for group in GROUPS:
        columns = iter(tested)
        for test in tests_in(rule, group):
            column = next(one for one in columns if group_and_fact(one) == (group, test.fact))
            cells[column] = to_unary(test)
    return cells


def tests_in(rule: Rule, group: str) -> tuple[Test, ...]:
    """Return the tests of one group of a rule."""
    found: tuple[Test, ...] = getattr(rule, group)
    return found


def _example(example: RuleExample) -> str:
    """One example as an inline table of TOML, as it stands in a rules file."""
    table = tomlkit.inline_table()
    guest = tomlkit.inline_table()
    guest.update(example.guest)
    table.update({"guest": guest, "expect": example.expect})
    if example.missing:
        table["missing"] = list(example.missing)
    return table.as_string()


def _columns(rules: Sequence[Rule], group: str, catalogue: Catalogue) -> Iterator[str]:
    seen: dict[str, int] = {}
    for fact in _facts_in_order(rules, group, catalogue):
        seen[fact] = seen.get(fact, 0) + 1
        yield f"{group}.{fact}" if seen[fact] == 1 else f"{group}.{fact} {seen[fact]}"


def _facts_in_order(rules: Sequence[Rule], group: str, catalogue: Catalogue) -> list[str]:
    """Facts so that the tests of every rule can be found from left to right."""
    orders = [[test.fact for test in tests_in(rule, group)] for rule in rules]
    facts = _without_repeats(orders, catalogue.facts)
    for order in orders:
        place = 0
        for fact in order:
            if fact not in facts[place:]:
                facts.insert(place, fact)
            place = facts.index(fact, place) + 1
    return facts


def _without_repeats(orders: Iterable[Sequence[str]], known: Mapping[str, object]) -> list[str]:
    """Each fact once, in the order of the catalogue or in one that all rules share."""
    used = {fact for order in orders for fact in order}
    place = {fact: at for at, fact in enumerate([*known, *sorted(used - set(known))])}
    sorter = TopologicalSorter(dict.fromkeys(sorted(used, key=place.__getitem__), ()))
    for order in orders:
        for before, after in pairwise(order):
            sorter.add(after, before)
    try:
        return list(sorter.static_order())
    except CycleError:
        return sorted(used, key=place.__getitem__)
