"""Everything that a guest may be asked or offered, laid out so that all of it is valued at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np

from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_table
from engine.inference.grid import N_NODES, Array

MOST_REMEMBERED = 512
"""Sets of open items for which the candidates are remembered."""


class ItemTables:
    """The answers to all items of a catalogue, one row each, computed once.

    Parameters
    ----------
    items : mapping of str to Item
        By reason key, such as `answer.welcome`.

    Attributes
    ----------
    first : mapping of str to int
        Row of grade 0 of each item; the other grades follow it.
    plain, logs : ndarray of shape (n_answers, n_nodes)
        Likelihood of each answer, and its logarithm.
    place : mapping of str to int
        Where the worth of each item stands; items that answer alike share one place.
    """

    def __init__(self, items: Mapping[str, Item]) -> None:
        tables = [answer_table(item.discrimination, item.thresholds) for item in items.values()]
        starts = accumulate((len(table) for table in tables), initial=0)
        self.first = dict(zip(items, starts, strict=False))  # the last start is the end
        self.plain: Array = np.vstack([*tables, np.zeros((0, N_NODES))])
        self.logs: Array = np.log(self.plain)
        distinct = dict(zip(items.values(), tables, strict=True))
        place = {item: k for k, item in enumerate(distinct)}
        self.place = {key: place[item] for key, item in items.items()}
        self._bank = ItemBank(list(distinct.values()))

    def worth(self, probabilities: Array, utilities: Array) -> Sequence[float]:
        """Value of knowing the answer to each item, in points, by place."""
        values: list[float] = self._bank.information_value(probabilities, utilities).tolist()
        return values


class Candidates:
    """The items of one kind, in the order of the catalogue.

    Parameters
    ----------
    places : iterable of (str, int)
        Id of each item, and where its worth stands.
    """

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        self._places = tuple(places)
        self._open = lru_cache(maxsize=MOST_REMEMBERED)(self._make_open)

    def best(self, allowed: frozenset[str], worth: Sequence[float]) -> tuple[str | None, float]:
        """Return the allowed item of highest worth, the first one on a tie, and what it is worth.

        None and minus infinity where nothing is allowed.
        """
        first = self._open(allowed)
        if not first:
            return None, -np.inf
        place = max(first, key=worth.__getitem__)
        return first[place], worth[place]

    def _make_open(self, allowed: frozenset[str]) -> Mapping[int, str]:
        """Return the first allowed item of each place: those that answer alike are worth alike."""
        first: dict[int, str] = {}
        for id, place in self._places:
            if id in allowed:
                first.setdefault(place, id)
        return first
