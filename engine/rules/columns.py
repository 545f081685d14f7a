"""Many stays at once: a coded column for each fact.

A value is a small number, a fact that nobody told is -1, so a column is its own mask of what is
known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.domain.cues import Value

Codes = NDArray[np.signedinteger[Any]]

UNKNOWN = -1
"""Code of a fact that is not known: the last entry of every table of truths."""

CHUNK = 8_192
"""Stays at a time: their codes and truths stay near the processor."""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of many stays."""

    values: tuple[Value, ...]
    codes: Codes
    """Shape (n_stays,): place in `values`, -1 where unknown; int8 or int16 where that suffices."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Shape (n_stays,): which stays tell this fact."""
        return np.asarray(self.codes >= 0)


@dataclass(frozen=True, slots=True)
class Columns:
    """Facts and cues of many stays; a fact without a column is known of none of them."""

    n_stays: int
    by_fact: Mapping[str, Column]

    def facts_of(self, row: int) -> dict[str, Value]:
        """Return what is known of one stay."""
        told = ((id, column, int(column.codes[row])) for id, column in self.by_fact.items())
        return {id: column.values[code] for id, column, code in told if code != UNKNOWN}

    def picked(self, rows: NDArray[np.intp] | slice) -> Columns:
        """Return some of the stays, in the order given."""
        picked = {id: Column(c.values, c.codes[rows]) for id, c in self.by_fact.items()}
        n_stays = len(range(self.n_stays)[rows]) if isinstance(rows, slice) else len(rows)
        return Columns(n_stays, picked)


class Codebook:
    """Values of one fact in the order in which they first came; it only grows.

    A yes and a 1 are two values, since tests tell them apart.
    """

    def __init__(self, values: Iterable[Value] = ()) -> None:
        self.values: list[Value] = []
        self._places: dict[tuple[type, Value], int] = {}
        for value in values:
            self.code(value)

    def code(self, value: Value) -> int:
        """Return the code of a value, a new one where it never came before."""
        place = self._places.setdefault((type(value), value), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return place


def smallest(codes: Iterable[int] | Codes, n_values: int) -> Codes:
    """Return codes in the smallest type that holds `n_values` of them and -1."""
    kinds: tuple[type[np.signedinteger[Any]], ...] = (np.int8, np.int16, np.int32)
    kind = next(kind for kind in kinds if n_values <= np.iinfo(kind).max + 1)
    return np.asarray(codes if isinstance(codes, np.ndarray) else list(codes), dtype=kind)


def columns_of(stays: Sequence[Mapping[str, Value]], facts: Iterable[str]) -> Columns:
    """Code some facts of many stays.

    Parameters
    ----------
    stays : sequence of mapping
        Facts and cues of each; what is absent is unknown.
    facts : iterable of str
        Ids to take; the rest is left out.
    """
    by_fact = {id: _column([stay.get(id) for stay in stays]) for id in facts}
    return Columns(len(stays), by_fact)


def _column(told: Sequence[Value | None]) -> Column:
    """Code one fact; None is unknown."""
    kinds = set(map(type, told))
    places: dict[Value | None, int] = {None: UNKNOWN}
    if bool in kinds and int in kinds:  # for a dict, a yes and a 1 are one key
        book = Codebook()
        codes = [UNKNOWN if value is None else book.code(value) for value in told]
        return Column(tuple(book.values), smallest(codes, len(book.values)))
    values = tuple(value for value in dict.fromkeys(told) if value is not None)
    places.update(zip(values, range(len(values)), strict=True))
    return Column(values, smallest(list(map(places.__getitem__, told)), len(values)))


def chunks(n_stays: int, size: int = CHUNK) -> Iterator[slice]:
    """Part many stays into rows that are looked at together."""
    return (slice(start, min(start + size, n_stays)) for start in range(0, n_stays, size))
