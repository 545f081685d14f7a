"""How often each two of many rules fire, alone and together: `boxes` for all pairs at once.

A combination of classes is counted once for each class that the two rules of a pair tell apart, so
that of one fact a box of the first and a box of the second share so many classes::

    |a & b & (c | d)| = |a & c & b| + |a & ~c & b & d|

with the bits a of the first box, b of the second, and the cuts c, d of their two rules. That is a
product of two tables of zeros and ones, one row a box, and one product tells it of all pairs.
Multiplied over the facts, and added up with the signs of the boxes, that is what is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.rules.axes import Axis
from engine.rules.boxes import Boxed, Signed

Array = NDArray[np.float64]

EXACT = 2.0**48
"""Products stay below it: sixteen of them, added, are whole numbers that float64 holds exactly."""

BLOCK = 32
"""Rules looked at against all others at once: some two megabytes a table for 300 rules."""


class Meeting(NamedTuple):
    """Numbers of combinations of the classes that two rules tell apart."""

    both: int
    """For which both fire."""
    one: int
    """For which the first fires."""
    other: int
    """For which the second fires."""
    total: int


def meetings(
    boxed: Sequence[Boxed], axes: Mapping[str, Axis]
) -> Iterator[tuple[int, int, Meeting]]:
    """Count for each pair of rules where they fire.

    Parameters
    ----------
    boxed : sequence of Boxed
        Of one space; each may fire.
    axes : mapping of str to Axis
        Of that space.

    Yields
    ------
    (int, int, Meeting)
        Places of two rules, the smaller one first, and what was counted of them.
    """
    if not boxed:
        return
    tables = [_table(boxed, axis) for axis in axes.values()]
    signs = np.array([sign for one in boxed for sign, _ in _rows(one)], dtype=np.float64)
    starts = np.cumsum([0, *(len(_rows(one)) for one in boxed)])
    for first in range(0, len(boxed), BLOCK):
        last = min(first + BLOCK, len(boxed))
        rows, columns = slice(starts[first], starts[last]), slice(starts[first], None)
        factors = (shared[kinds[rows]].take(kinds[columns], axis=1) for shared, kinds in tables)
        parts = (_parts(starts[first : last + 1]), _parts(starts[first:]))
        counts = _sums(_limbs(factors), (signs[rows], signs[columns]), parts)
        yield from _pairs(counts, first, last, len(boxed))


def _pairs(
    counts: Sequence[Sequence[int]], first: int, last: int, n_rules: int
) -> Iterator[tuple[int, int, Meeting]]:
    for k in range(first, last):
        fires, room = counts[2 * (k - first)], counts[2 * (k - first) + 1]
        for m in range(k + 1, n_rules):
            at = 2 * (m - first)
            yield k, m, Meeting(fires[at], fires[at + 1], room[at], room[at + 1])


def _rows(one: Boxed) -> tuple[Signed, ...]:
    """Return the boxes where a rule fires, and last the one of all guests."""
    return *one.fires, (1, {})


def _parts(starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where, from the first of some rules, each one's own boxes start and the last one."""
    ends: NDArray[np.intp] = np.stack([starts[:-1], starts[1:] - 1], axis=1).ravel()
    parts: NDArray[np.intp] = ends - starts[0]
    return parts


def _table(boxed: Sequence[Boxed], axis: Axis) -> tuple[Array, NDArray[np.intp]]:
    """Return how many classes of one fact each two kinds of boxes share, and each box's kind.

    Boxes of one kind have the same bits and cuts of the fact: there are few, so that the product is
    small and asks for no second processor. Where neither rule asks about the fact, the last column
    makes their product 1, which changes no product of facts.
    """
    n, fact = len(axis.classes), axis.fact
    rows = [
        (box.get(fact, axis.everything), one.cuts.get(fact, 0))
        for one in boxed
        for _, box in _rows(one)
    ]
    kinds = {row: place for place, row in enumerate(dict.fromkeys(rows))}
    bits = _zeros_and_ones([bits for bits, _ in kinds], n)
    cuts = _zeros_and_ones([cuts for _, cuts in kinds], n)
    is_absent = (~cuts.any(axis=1, keepdims=True)).astype(np.float64)
    left = np.hstack([bits * cuts, bits * (1.0 - cuts), is_absent])
    right = np.hstack([bits, bits * cuts, is_absent])
    return left @ right.T, np.array([kinds[row] for row in rows], dtype=np.intp)


def _zeros_and_ones(numbers: Sequence[int], n_bits: int) -> Array:
    """Return the bits of many numbers, the lowest first, shape (n_numbers, n_bits)."""
    n_bytes = -(-n_bits // 8)
    packed = b"".join(number.to_bytes(n_bytes, "little") for number in numbers)
    table = np.frombuffer(packed, np.uint8).reshape(len(numbers), n_bytes)
    return np.unpackbits(table, axis=1, count=n_bits, bitorder="little").astype(np.float64)


def _limbs(factors: Iterable[Array]) -> list[Array]:
    """Multiply whole numbers of at least 0 into as few tables as hold them exactly.

    The product of the tables is that of the factors; each stays below `EXACT`.
    """
    limbs: list[Array] = []
    bound = EXACT
    for factor in factors:
        largest = float(factor.max())
        if bound * largest >= EXACT and limbs:
            bound = float(limbs[-1].max())  # rather than what it could be
        if bound * largest >= EXACT:
            limbs, bound = [*limbs, factor], largest
        else:
            limbs[-1] *= factor
            bound *= largest
    return limbs


def _sums(
    limbs: Sequence[Array], signs: tuple[Array, Array], parts: tuple[NDArray[np.intp], ...]
) -> Sequence[Sequence[int]]:
    """Add up boxes with their signs, over the rows and columns of each part."""
    first, *more = limbs
    first *= signs[0][:, None] * signs[1]
    table: NDArray[Any] = first
    for limb in more:  # too large for any number of fixed width: Python's own have no end
        table = _whole(table) * _whole(limb)
    for axis, starts in enumerate(parts):
        table = np.add.reduceat(table, starts, axis=axis)
    counts: list[list[int]] = table.tolist() if more else table.astype(np.int64).tolist()
    return counts


def _whole(table: NDArray[Any]) -> NDArray[np.object_]:
    return table if table.dtype == object else table.astype(np.int64).astype(object)
