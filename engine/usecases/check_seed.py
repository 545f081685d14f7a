"""Everything that can be wrong with the files under `seed/`, rules' own examples included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.catalogue.checks import check_folder
from engine.catalogue.lint import lint_tree
from engine.catalogue.load import load_catalogue
from engine.catalogue.tree import read_tree, seed_folder
from engine.domain.rules import Rule
from engine.errors import Problem, SeedError
from engine.rules.evaluate import trace


def check_seed(folder: Path | None = None) -> tuple[Problem, ...]:
    """Return every problem of a seed folder; none means that it is whole."""
    problems = check_folder(folder)
    if problems:
        return problems
    rules = load_catalogue(folder).rules
    return tuple(problem for rule in rules for problem in broken_examples(rule))


def lint_seed(folder: Path | None = None) -> tuple[str, ...]:
    """Return a line for each word of a seed that the script lint points at; none is a problem."""
    try:
        tree = read_tree(folder or seed_folder())
    except SeedError:
        return ()
    return tuple(
        f"{one.file}: {one.id}: {one.key}: “{one.warned.found}” ({one.warned.trap.value}). "
        f"{one.warned.better}"
        for one in lint_tree(tree)
    )


def broken_examples(rule: Rule) -> Iterator[Problem]:
    """Tell each example of a rule that does not hold."""
    for place, example in enumerate(rule.examples):
        told = trace(rule, example.guest)
        key = f"test.{place}"
        if told.verdict != example.expect:
            message = f"expects {example.expect!r}, but the rule is {told.verdict!r}"
            yield Problem("rules", rule.id, key, message)
        elif example.missing and set(example.missing) != set(told.missing):
            message = f"expects missing {list(example.missing)}, but it is {list(told.missing)}"
            yield Problem("rules", rule.id, key, message)
