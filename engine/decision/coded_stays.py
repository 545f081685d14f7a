"""Stays in coded columns, some after the others: later rows of a stay count, not earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.decision.past import NOTHING_SAID, Said
from engine.domain.cues import Value
from engine.rules.columns import UNKNOWN, Codebook, Codes, Column, Columns, smallest


@dataclass(frozen=True, slots=True)
class CodedStay:
    """One stay, ready to be kept."""

    id: int
    version: int
    seq: int
    """Latest entry of the whole ledger when it was looked at."""
    house: str
    day: int
    """Of arrival, as `date.toordinal` counts."""
    is_off: bool
    """Cancelled, or the guest did not come."""
    facts: Mapping[str, Value]
    said: Said


@dataclass(frozen=True, slots=True)
class Kept:
    """All coded stays by rising number; each array of shape (n_stays,)."""

    ids: NDArray[np.int64]
    versions: NDArray[np.int32]
    seqs: NDArray[np.int64]
    houses: tuple[str, ...]
    house: NDArray[np.int16]
    """Place in `houses`."""
    days: NDArray[np.int32]
    is_off: NDArray[np.bool_]
    words: tuple[Said, ...]
    said: NDArray[np.int32]
    columns: Columns
    mark: tuple[int, ...] | None
    """The moment that all of it holds for; None where it was not finished."""

    @property
    def n_stays(self) -> int:
        """How many there are."""
        return len(self.ids)


FIXED: Mapping[str, str] = {
    "id": "<i8",
    "version": "<i4",
    "seq": "<i8",
    "house": "<i2",
    "day": "<i4",
    "is_off": "|b1",
    "said": "<i4",
}
"""Arrays of every block beside the facts, with their types."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some stays as they were coded together."""

    arrays: Mapping[str, NDArray[Any]]
    mark: tuple[int, ...] | None


class CodedStays:
    """Blocks in memory, with the values and words that their codes stand for."""

    def __init__(self) -> None:
        self._blocks: list[_Rows] = []
        self._books: dict[str, Codebook] = {}
        self._houses = Codebook()
        self._words: dict[Said, int] = {NOTHING_SAID: 0}
        self._kept: Kept | None = None
        self.n_rows = 0
        """Rows of all blocks, those that no longer count included."""

    def code(
        self, stays: Sequence[CodedStay], mark: tuple[int, ...] | None
    ) -> tuple[dict[str, Any], bytes]:
        """Code stays, take them in, and return what brings them to others.

        Returns
        -------
        tuple of (dict, bytes)
            A description and the arrays. Values and words that never came before stand in the
            description, so that whoever takes all of them in order has the same codes.
        """
        known = {id: len(book.values) for id, book in self._books.items()}
        n_words, n_houses = len(self._words), len(self._houses.values)
        arrays = {**self._fixed(stays), **self._facts(stays)}
        values = {id: book.values[known.get(id, 0) :] for id, book in self._books.items()}
        about = {
            "values": {id: fresh for id, fresh in values.items() if fresh},
            "words": [_word_to_data(word) for word in list(self._words)[n_words:]],
            "houses": self._houses.values[n_houses:],
            "mark": list(mark) if mark else None,
            "arrays": [[name, array.dtype.str, len(array)] for name, array in arrays.items()],
        }
        self._add(_Rows(arrays, mark))
        return about, b"".join(array.tobytes() for array in arrays.values())

    def take(self, about: Mapping[str, Any], data: bytes | memoryview) -> None:
        """Take in what another one coded, with the values and words that it brings."""
        for id, values in about["values"].items():
            book = self._books.setdefault(id, Codebook())
            for value in values:
                book.code(value)
        for house in about["houses"]:
            self._houses.code(house)
        for word in about["words"]:
            self._word(_word_of_data(word))
        self._add(_Rows(_arrays_in(about["arrays"], data), about["mark"]))

    def merged(self) -> Kept:
        """Put the blocks together, of several rows of one stay the last.

        From then on they are held together only: a million stays take 70 MB, not twice as much.
        """
        if self._kept is None:
            self._kept = self._merged()
            self._blocks = [_rows_of(self._kept)]
        return self._kept

    def _add(self, rows: _Rows) -> None:
        self._blocks.append(rows)
        self.n_rows += len(rows.arrays["id"])
        self._kept = None

    def _fixed(self, stays: Sequence[CodedStay]) -> dict[str, NDArray[Any]]:
        told = {
            "id": [stay.id for stay in stays],
            "version": [stay.version for stay in stays],
            "seq": [stay.seq for stay in stays],
            "house": [self._houses.code(stay.house) for stay in stays],
            "day": [stay.day for stay in stays],
            "is_off": [stay.is_off for stay in stays],
            "said": [self._word(stay.said) for stay in stays],
        }
        return {name: np.array(values, dtype=FIXED[name]) for name, values in told.items()}

    def _facts(self, stays: Sequence[CodedStay]) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {}
        for id in dict.fromkeys(id for stay in stays for id in stay.facts):
            book = self._books.setdefault(id, Codebook())
            codes = [book.code(s.facts[id]) if id in s.facts else UNKNOWN for s in stays]
            arrays[f"fact.{id}"] = smallest(codes, len(book.values))
        return arrays

    def _word(self, said: Said) -> int:
        return self._words.setdefault(said, len(self._words))

    def _merged(self) -> Kept:
        whole = {name: self._joined(name, kind) for name, kind in FIXED.items()}
        rows = _last_of_each(whole["id"])
        fixed = {name: array[rows] for name, array in whole.items()}
        facts = {id: self._fact(id, book, rows) for id, book in self._books.items()}
        told = self._blocks[-1].mark if self._blocks else None
        return Kept(
            ids=fixed["id"],
            versions=fixed["version"],
            seqs=fixed["seq"],
            houses=tuple(str(house) for house in self._houses.values),
            house=fixed["house"],
            days=fixed["day"],
            is_off=fixed["is_off"],
            words=tuple(self._words),
            said=fixed["said"],
            columns=Columns(len(fixed["id"]), facts),
            mark=tuple(told) if told else None,
        )

    def _joined(self, name: str, kind: str) -> NDArray[Any]:
        found = [block.arrays[name] for block in self._blocks]
        return found[0] if len(found) == 1 else np.concatenate([np.zeros(0, dtype=kind), *found])

    def _fact(self, id: str, book: Codebook, rows: NDArray[np.intp] | slice) -> Column:
        whole: list[Codes] = [smallest([], len(book.values))]
        for block in self._blocks:
            nobody = np.full(len(block.arrays["id"]), UNKNOWN, dtype=np.int8)
            codes = block.arrays.get(f"fact.{id}", nobody)
            whole.append(codes.astype(whole[0].dtype, copy=False))
        codes = whole[1] if len(whole) == 2 else np.concatenate(whole)  # one block
        return Column(tuple(book.values), codes[rows])


def _rows_of(kept: Kept) -> _Rows:
    """Return what is kept as one block, the arrays shared."""
    fixed = (
        kept.ids, kept.versions, kept.seqs, kept.house, kept.days, kept.is_off, kept.said,
    )  # fmt: skip
    facts = {f"fact.{id}": column.codes for id, column in kept.columns.by_fact.items()}
    return _Rows({**dict(zip(FIXED, fixed, strict=True)), **facts}, kept.mark)


def _last_of_each(ids: NDArray[np.int64]) -> NDArray[np.intp] | slice:
    """Rows of the last entry of each stay, by rising number."""
    if ids.size < 2 or bool(np.all(ids[1:] > ids[:-1])):
        return slice(None)
    _, from_end = np.unique(ids[::-1], return_index=True)
    return np.asarray(len(ids) - 1 - from_end)


def _arrays_in(
    shapes: Sequence[tuple[str, str, int]], data: bytes | memoryview
) -> dict[str, NDArray[Any]]:
    arrays, at = {}, 0
    for name, kind, n in shapes:
        arrays[name] = np.frombuffer(data, dtype=kind, count=n, offset=at)
        at += arrays[name].nbytes
    return arrays


def _word_to_data(said: Said) -> list[Any]:
    return [said.answers, said.reactions, said.set_aside]


def _word_of_data(data: list[Any]) -> Said:
    answers, reactions, set_aside = data
    return Said(
        tuple((id, grade) for id, grade in answers),
        tuple((id, how) for id, how in reactions),
        tuple(set_aside),
    )
