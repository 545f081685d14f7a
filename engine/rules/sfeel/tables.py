"""Decision tables: rows of unary tests, and what becomes of the rows that match.

A row matches where all its tests say yes; a row that cannot be told does not match (DMN 1.5,
chapter 8). The owner's rule set is such a table, with the hit policy COLLECT SUM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import BadInputError, UnreadableTestError
from engine.rules.sfeel.policies import Output, policy_of
from engine.rules.sfeel.tests import Test, evaluate
from engine.rules.sfeel.text import parse_literal, parse_unary
from engine.rules.sfeel.values import plain_number
from engine.sentences import Sentence


@dataclass(frozen=True, slots=True)
class TableRow:
    """One test per input, and what the row says where all of them pass."""

    tests: tuple[Test, ...]
    out: Output


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Rows over the same inputs."""

    inputs: tuple[str, ...]
    rows: tuple[TableRow, ...]
    hit_policy: str = "UNIQUE"
    """UNIQUE, ANY, FIRST or COLLECT, in full or short, as `policy_of` takes it."""
    aggregation: str | None = None
    """SUM, MIN, MAX or COUNT, of COLLECT only; None collects a list."""

    def __post_init__(self) -> None:
        for at, row in enumerate(self.rows, start=1):
            if len(row.tests) != len(self.inputs):
                raise _uneven(at, len(row.tests), len(self.inputs))


def table_of(written: Mapping[str, Any]) -> DecisionTable:
    """Return a table from texts.

    Parameters
    ----------
    written : mapping
        `inputs` (names), `rows` (each with `tests`, one text per input, and `out`, the text of a
        value), `hit_policy` and `aggregation`. Other keys are passed over. A cell that is None
        is empty: it asks nothing.

    Raises
    ------
    BadInputError
        If a row has more or fewer tests than there are inputs, or says nothing (`out` may be the
        text null, but not absent), a cell is no test, or an input is no text; the message names
        row and input.
    """
    inputs = _inputs(written)
    rows = [
        _row(row, inputs, at)
        for at, row in enumerate(_listed(written, "rows", "The table"), start=1)
    ]
    policy, aggregation = written.get("hit_policy") or "UNIQUE", written.get("aggregation")
    return DecisionTable(inputs, tuple(rows), policy, aggregation)


def _listed(written: object, key: str, where: str) -> Sequence[Any]:
    found = written.get(key) if isinstance(written, Mapping) else None
    if isinstance(found, list | tuple):
        return found
    raise BadInputError(
        Sentence("{where}: {key} must be a list, not {found}.", where=where, key=key, found=found)
    )


def _inputs(written: object) -> tuple[str, ...]:
    names = tuple(_listed(written, "inputs", "The table"))
    for at, name in enumerate(names, start=1):
        if not isinstance(name, str):
            raise BadInputError(f"Input {at} is {name}. Allowed: a text, such as nights.")
    return names


def _row(written: Mapping[str, Any], inputs: Sequence[str], at: int) -> TableRow:
    texts = _listed(written, "tests", f"Row {at}")
    if len(texts) != len(inputs):
        raise _uneven(at, len(texts), len(inputs))
    cells = zip(inputs, texts, strict=True)
    tests = tuple(_cell(parse_unary, text, at, name) for name, text in cells)
    if "out" not in written:
        raise BadInputError(f"Row {at} has no out. Allowed: a value, such as 1.5, or null.")
    out = written["out"]
    return TableRow(tests, _cell(_output, out, at, "out") if isinstance(out, str) else out)


def _uneven(row: int, n_tests: int, n_inputs: int) -> BadInputError:
    return BadInputError(
        Sentence(
            "Row {row} has {n} tests for {inputs} inputs.", row=row, n=n_tests, inputs=n_inputs
        )
    )


def _cell(read: Callable[[str], Any], text: str, row: int, name: str) -> Any:
    try:
        return read(text)
    except UnreadableTestError as error:
        raise BadInputError(
            Sentence("Row {row}, {input}: {told}", row=row, input=name, told=error.message)
        ) from error


def _output(text: str) -> Output:
    value = parse_literal(text)
    return plain_number(value) if isinstance(value, Decimal) else value


def evaluate_table(
    table: DecisionTable | Mapping[str, Any], context: Mapping[str, object]
) -> Output:
    """Return what a table says of one case.

    Parameters
    ----------
    table : DecisionTable or mapping
        A mapping is read by `table_of`.
    context : mapping of str to object
        Value of each input; one that is absent is unknown.

    Returns
    -------
    object
        UNIQUE, ANY, FIRST: what the matching row says; None where none matches. COLLECT: the
        list of all that match, in the order of the rows. COLLECT SUM, MIN, MAX: a number, None
        where none matches. COLLECT COUNT: how many match.

    Raises
    ------
    BadInputError
        If several rows match under UNIQUE, or rows that match under ANY say different things:
        DMN leaves the result undefined, and None would look like a case of which no row speaks.
        If the policy is not known (PRIORITY needs an order of outputs, which unary tests do not
        give), an output is no number where numbers are asked for, the table is malformed (see
        `table_of`), or the case is no mapping.
    """
    _must_be_case(context)
    whole = table if isinstance(table, DecisionTable) else table_of(table)
    say = policy_of(whole.hit_policy, whole.aggregation)
    hits = [at for at, row in enumerate(whole.rows, start=1) if _matches(whole, row, context)]
    return say(hits, [whole.rows[at - 1].out for at in hits])


def _must_be_case(context: object) -> None:
    if not isinstance(context, Mapping):
        told = "Allowed: the value of each input by its name; {} where nothing is known."
        raise BadInputError(f"The case is {context}. {told}")


def _matches(table: DecisionTable, row: TableRow, context: Mapping[str, object]) -> bool:
    cells = zip(table.inputs, row.tests, strict=True)
    return all(evaluate(test, context.get(name)) is True for name, test in cells)
