"""Hit policies: what a decision table makes of the rows that match.

Written in full, `COLLECT` with `SUM`, or short as in the corner of a table, `C+` [1]_.

References
----------
.. [1] OMG (2024), Decision Model and Notation 1.5, 8.2.8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact, localcontext
from difflib import get_close_matches
from typing import Any

from engine.errors import BadInputError
from engine.rules.sfeel.values import exact, order, plain_number
from engine.sentences import Sentence

Output = Any
"""A number, text, yes or no …, or None where no row matches."""

Say = Callable[[Sequence[int], Sequence[Output]], Output]
"""Takes the numbers of the rows that match, and their outputs."""

MOST_DIGITS = 2_000
"""Of a sum: the largest and the smallest float together have about 1,400."""

_EXACTLY = Context(prec=MOST_DIGITS, traps=[Inexact])

_SHORT: Mapping[str, str] = {
    "U": "UNIQUE",
    "A": "ANY",
    "F": "FIRST",
    "C": "COLLECT",
    "P": "PRIORITY",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}
_SIGNS: Mapping[str, str] = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}

_NEAR_ORDER: Mapping[str, str] = {"PRIORITY": "FIRST", "OUTPUT ORDER": "RULE ORDER"}
"""What does nearly the same by the order of the rows."""


def policy_of(policy: object, aggregation: object = None) -> Say:
    """Return what a hit policy makes of the rows that match.

    Parameters
    ----------
    policy : str or None
        `UNIQUE`, `ANY`, `FIRST`, `RULE ORDER` or `COLLECT`, in full or by its first letter; `C+`,
        `C<`, `C>` and `C#` say the aggregation too. None is UNIQUE.
    aggregation : str or None
        `SUM`, `MIN`, `MAX`, `COUNT` or its sign, of COLLECT only.

    Raises
    ------
    BadInputError
        If there is no such policy, or it does not go with the aggregation. PRIORITY and OUTPUT
        ORDER need an order of outputs, which unary tests do not give.
    """
    name, sign = _parted(str(policy or "UNIQUE").strip().upper())
    told = str(aggregation or "").strip().upper()
    told = _SIGNS.get(told, told)
    if name not in _POLICIES:
        raise _unknown("hit policy", str(policy), name, (*_POLICIES, *_SHORTS))
    for asked in filter(None, (sign, told)):
        if asked not in _AGGREGATIONS:
            raise _unknown("aggregation", str(aggregation), asked, (*_AGGREGATIONS, *_SIGNS))
    if (sign or told) and (name != "COLLECT" or (sign and told and sign != told)):
        raise _at_odds(str(policy or "UNIQUE"), told or sign)
    adds_up = _AGGREGATIONS.get(sign or told)
    return (lambda _hits, outs: adds_up(outs)) if adds_up else _POLICIES[name]


def _parted(policy: str) -> tuple[str, str]:
    """Return policy and aggregation in full: `C+`, `COLLECT SUM`."""
    name, _, more = policy.partition(" ")
    if name == "COLLECT" and more in _AGGREGATIONS:
        return name, more
    if policy[:1] == "C" and policy[1:] in _SIGNS:
        return "COLLECT", _SIGNS[policy[1:]]
    return _SHORT.get(policy, policy), ""


def _unknown(what: str, given: str, meant: str, allowed: Sequence[str]) -> BadInputError:
    named = f"{given} ({meant})" if given.strip().upper() in _SHORT else given
    nearest = get_close_matches(meant, allowed, n=1)
    near = _NEAR_ORDER.get(meant) or (nearest[0] if nearest else "")
    said = {"given": named, "what": what, "allowed": ", ".join(allowed)}
    told = Sentence("{given} is no {what} here. Allowed: {allowed}.", **said)
    return BadInputError(f"{told} Did you mean {near}?" if near else told)


def _at_odds(policy: str, aggregation: str) -> BadInputError:
    return BadInputError(
        Sentence(
            "The hit policy {policy} does not go with {aggregation}. Allowed: {allowed}.",
            policy=policy,
            aggregation=aggregation,
            allowed=", ".join(f"C{sign}" for sign in _SIGNS),
        )
    )


def _only(hits: Sequence[int], outs: Sequence[Output]) -> Output:
    if len(hits) > 1:
        raise _several("UNIQUE", hits, outs)
    return outs[0] if outs else None


def _any(hits: Sequence[int], outs: Sequence[Output]) -> Output:
    if not all(_same(out, outs[0]) for out in outs):
        raise _several("ANY", hits, outs)
    return outs[0] if outs else None


def _same(one: Output, other: Output) -> bool:
    """Whether two outputs are one: 1 and 1.0 are the same number, 1 and yes are not."""
    left, right = exact(one), exact(other)
    return type(left) is type(right) and bool(left == right)


def _several(policy: str, hits: Sequence[int], outs: Sequence[Output]) -> BadInputError:
    """Refuse: DMN leaves the result undefined, and None would look like no row at all."""
    return BadInputError(
        Sentence(
            "Rows {rows} match at once and say {outs}; {policy} does not say which one counts. "
            "Allowed there: FIRST, COLLECT.",
            rows=", ".join(map(str, hits)),
            outs=", ".join(map(str, outs)),
            policy=policy,
        )
    )


def _numbers(outs: Sequence[Output]) -> list[Decimal]:
    numbers = [exact(out) for out in outs]
    for out, number in zip(outs, numbers, strict=True):
        if not isinstance(number, Decimal):
            raise BadInputError(Sentence("Only numbers can be added up, not {out}.", out=out))
    return numbers


def _sum(outs: Sequence[Output]) -> Output:
    """Add up exactly, or refuse."""
    if not outs:
        return None
    numbers = _numbers(outs)
    try:
        with localcontext(_EXACTLY):
            return plain_number(sum(numbers, Decimal(0)))
    except Inexact:
        told = f"The sum has more than {MOST_DIGITS} digits. Allowed: numbers closer in size."
        raise BadInputError(told) from None


def _best(outs: Sequence[Output], sign: int) -> Output:
    """The largest, or the smallest where `sign` is -1."""
    best = outs[0] if outs else None
    for out in outs[1:]:
        place = order(out, best)
        if place is None:
            raise BadInputError(
                Sentence(
                    "{one} and {other} have no order: none is the smallest, none the largest.",
                    one=best,
                    other=out,
                )
            )
        best = out if place == sign else best
    return best


_POLICIES: Mapping[str, Say] = {
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

_SHORTS = (*("U", "A", "F", "R", "C"), *(f"C{sign}" for sign in _SIGNS))
