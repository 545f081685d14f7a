"""The decision table of the rules: out to a spreadsheet, and what would change on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.catalogue.rules import rule_from_dict, rule_to_dict
from engine.connectors.rule_table import read_rows, write_table
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule
from engine.errors import Problem, RuleError
from engine.usecases.rules.in_words import Difference, differences


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What a table would change; nothing is written."""

    rules: tuple[Rule, ...]
    """The rules of the table; those of its rows with a problem are missing."""
    changed: tuple[Difference, ...]
    """Rules that differ from those now; a rule with a problem counts as unchanged."""
    problems: tuple[Problem, ...]
    """`file` names the row, `id` the rule, `key` the column."""

    @property
    def may_be_taken(self) -> bool:
        """Whether the table can take the place of the rules: every row could be read."""
        return not self.problems


def table_of_rules(catalogue: Catalogue, rules: Sequence[Rule], kind: str = "csv") -> bytes:
    """Return rules as a decision table, `csv` or `xlsx`."""
    return write_table(rules, catalogue, kind)


def preview_table(catalogue: Catalogue, data: bytes, now: Sequence[Rule]) -> TablePreview:
    """Say what a decision table would change of the rules as they are now.

    Parameters
    ----------
    catalogue : Catalogue
        What rules may ask about.
    data : bytes
        CSV or XLSX.
    now : sequence of Rule
        Of the draft, or in force.

    Raises
    ------
    UnreadableError
        If the file is neither.
    """
    placed, problems = read_rows(data, catalogue)
    faults = {rule.id: _faults(rule, catalogue, place) for place, rule in placed}
    rules = tuple(rule for _, rule in placed if not faults[rule.id])
    told = (*problems, *(fault for found in faults.values() for fault in found))
    wrong = {problem.id for problem in told}
    changed = differences(now, rules)
    if any(not problem.id for problem in told):  # a whole row is lost: nobody knows which rule
        changed = tuple(one for one in changed if one.after is not None)
    return TablePreview(rules, tuple(one for one in changed if one.rule.id not in wrong), told)


def _faults(rule: Rule, catalogue: Catalogue, row: str) -> tuple[Problem, ...]:
    """What only the whole rule shows: too large a weight, an example about nothing known."""
    limit = catalogue.model.prior.culture_weight_limit
    try:
        rule_from_dict(rule_to_dict(rule), catalogue.facts, file=row, culture_limit=limit)
    except RuleError as error:
        return error.problems
    return ()
