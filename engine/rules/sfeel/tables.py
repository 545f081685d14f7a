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
from engine.rules.sfeel.tests import Test, evaluate
from engine.rules.sfeel.text import parse_literal, parse_unary
from engine.rules.sfeel.values import exact, order, plain_number
from engine.sentences import Sentence

Output = Any
"""A number, text, yes or no …, or None where no row matches."""


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
    """UNIQUE, ANY, FIRST, RULE ORDER or COLLECT."""
    aggregation: str | None = None
    """SUM, MIN, MAX or COUNT, of COLLECT only; None collects a list."""


def table_of(written: Mapping[str, Any]) -> DecisionTable:
    """Return a table from texts.

    Parameters
    ----------
    written : mapping
        `inputs` (names), `rows` (each with `tests`, one text per input, and `out`, the text of a
        value), `hit_policy` and `aggregation`. Other keys are passed over.

    Raises
    ------
    BadInputError
        If a row has more or fewer tests than there are inputs, or a cell is no test; the message
        names row and input.
    """
    inputs = tuple(written["inputs"])
    rows = [_row(row, inputs, at) for at, row in enumerate(written["rows"], start=1)]
    policy, aggregation = written.get("hit_policy") or "UNIQUE", written.get("aggregation")
    return DecisionTable(inputs, tuple(rows), policy, aggregation)


def _row(written: Mapping[str, Any], inputs: Sequence[str], at: int) -> TableRow:
    if len(written["tests"]) != len(inputs):
        raise BadInputError(
            Sentence(
                "Row {row} has {n} tests for {inputs} inputs.",
                row=at,
                n=len(written["tests"]),
                inputs=len(inputs),
            )
        )
    cells = zip(inputs, written["tests"], strict=True)
    tests = tuple(_cell(parse_unary, text, at, name) for name, text in cells)
    out = written["out"]
    return TableRow(tests, _cell(_output, out, at, "out") if isinstance(out, str) else out)


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
        UNIQUE, ANY, FIRST: what the matching row says; None where none matches. COLLECT and
        RULE ORDER: the list of all that match. COLLECT SUM, MIN, MAX: a number, None where none
        matches. COLLECT COUNT: how many match.

    Raises
    ------
    BadInputError
        If several rows match where the hit policy allows one, the policy is not known (PRIORITY
        needs an order of outputs, which unary tests do not give), or an output is no number
        where numbers are asked for.
    """
    whole = table if isinstance(table, DecisionTable) else table_of(table)
    policy = _known("hit policy", whole.hit_policy.upper(), _POLICIES)
    hits = [at for at, row in enumerate(whole.rows, start=1) if _matches(whole, row, context)]
    outs = [whole.rows[at - 1].out for at in hits]
    if policy == "COLLECT" and whole.aggregation:
        _known("aggregation", whole.aggregation.upper(), _AGGREGATIONS)
        return _AGGREGATIONS[whole.aggregation.upper()](outs)
    return _POLICIES[policy](hits, outs)


def _matches(table: DecisionTable, row: TableRow, context: Mapping[str, object]) -> bool:
    cells = zip(table.inputs, row.tests, strict=True)
    return all(evaluate(test, context.get(name)) is True for name, test in cells)


def _known(what: str, given: str, known: Mapping[str, object]) -> str:
    if given in known:
        return given
    allowed = ", ".join(known)
    raise BadInputError(
        Sentence(
            "{given} is no {what} here. Allowed: {allowed}.",
            given=given,
            what=what,
            allowed=allowed,
        )
    )


def _only(hits: Sequence[int], outs: Sequence[Output]) -> Output:
    if len(hits) > 1:
        raise _several(hits)
    return outs[0] if outs else None


def _any(hits: Sequence[int], outs: Sequence[Output]) -> Output:
    if any(out != outs[0] or type(out) is not type(outs[0]) for out in outs):
        raise _several(hits)
    return outs[0] if outs else None


def _several(hits: Sequence[int]) -> BadInputError:
    rows = ", ".join(str(at) for at in hits)
    return BadInputError(
        Sentence(
            "Rows {rows} match at once, and the table does not say which one counts.", rows=rows
        )
    )


def _numbers(outs: Sequence[Output]) -> list[Decimal]:
    numbers = [exact(out) for out in outs]
    if not all(isinstance(number, Decimal) for number in numbers):
        raise BadInputError("Only numbers can be added up.")
    return numbers


def _sum(outs: Sequence[Output]) -> Output:
    return plain_number(sum(_numbers(outs), Decimal(0))) if outs else None


def _best(outs: Sequence[Output], sign: int) -> Output:
    """The largest, or the smallest where `sign` is -1."""
    best = outs[0] if outs else None
    for out in outs[1:]:
        place = order(out, best)
        if place is None:
            raise BadInputError("These outputs have no order: no smallest one, no largest one.")
        best = out if place == sign else best
    return best


_POLICIES: Mapping[str, Callable[[Sequence[int], Sequence[Output]], Output]] = {
    "UNIQUE": _only,
    "ANY": _any,
    "FIRST": lambda _hits, outs: outs[0] if outs else None,
    "RULE ORDER": lambda _hits, outs: list(outs),
    "COLLECT": lambda _hits, outs: list(outs),
}

_AGGREGATIONS: Mapping[str, Callable[[Sequence[Output]], Output]] = {
    "SUM": _sum,
    "MIN": lambda outs: _best(outs, -1),
    "MAX": lambda outs: _best(outs, 1),
    "COUNT": len,
}
