"""Unary tests: what stands in one cell of a decision table, such as `[1..3]` or `not("x")`.

S-FEEL of DMN 1.5, three-valued: a test answers yes, no or cannot tell (None). An unknown value
passes `-` and `null`, fails `not(null)`, and leaves every other test open.

>>> evaluate(parse_unary("[1..3)"), 3)
False
>>> print(evaluate(parse_unary("> 5"), None))
None
"""

from __future__ import annotations

from engine.rules.sfeel.rules import from_unary, to_unary
from engine.rules.sfeel.tables import DecisionTable, TableRow, evaluate_table
from engine.rules.sfeel.tests import (
    Anything,
    Compared,
    Either,
    Listed,
    Not,
    Test,
    Within,
    between,
    conjunction,
    disjunction,
    evaluate,
    negation,
)
from engine.rules.sfeel.text import parse_literal, parse_unary
from engine.rules.sfeel.values import Literal, Months
from engine.rules.sfeel.words import text_of

__all__ = [
    "Anything",
    "Compared",
    "DecisionTable",
    "Either",
    "Listed",
    "Literal",
    "Months",
    "Not",
    "TableRow",
    "Test",
    "Within",
    "between",
    "conjunction",
    "disjunction",
    "evaluate",
    "evaluate_table",
    "from_unary",
    "negation",
    "parse_literal",
    "parse_unary",
    "text_of",
    "to_unary",
]
