"""What may be asked or offered, valued all at once."""

from __future__ import annotations

import numpy as np
import pytest

from engine.decision.candidates import Candidates, ItemTables
from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_table
from engine.inference.grid import NODES
from engine.inference.posterior import density, density_of_one, log_prior
from engine.inference.prior import Prior

SHARP = Item(2.5, (-1.0, 0.0, 1.0))
BLUNT = Item(0.4, (0.2,))
ITEMS = {"a": BLUNT, "b": SHARP, "c": BLUNT, "d": SHARP}
BELIEF = density(log_prior(Prior(0.3, 0.8)))
UTILITIES = np.vstack([-NODES, 0.5 - NODES**2, NODES])


def table(item: Item) -> np.ndarray:
    return answer_table(item.discrimination, item.thresholds)


def best(allowed: str) -> tuple[str | None, float]:
    tables = ItemTables(ITEMS)
    return Candidates(tables.place.items()).best(
        frozenset(allowed), tables.worth(BELIEF, UTILITIES)
    )


@pytest.mark.parametrize(
    ("allowed", "wanted"), [("abcd", "b"), ("acd", "d"), ("db", "b"), ("ca", "a"), ("c", "c")]
)
def test_the_allowed_item_of_highest_worth_is_named_the_first_one_on_a_tie(
    allowed: str, wanted: str
) -> None:
    alone = ItemBank([table(ITEMS[wanted])]).information_value(BELIEF, UTILITIES)
    id, worth = best(allowed)
    assert id == wanted
    assert worth == pytest.approx(alone[0], abs=1e-12)


def test_where_nothing_is_allowed_nothing_is_named() -> None:
    assert best("") == (None, -np.inf)
    assert ItemTables({}).worth(BELIEF, UTILITIES) == []


def test_each_item_finds_the_rows_of_its_own_grades() -> None:
    tables = ItemTables(ITEMS)
    for id, item in ITEMS.items():
        rows = range(tables.first[id], tables.first[id] + len(item.thresholds) + 1)
        assert np.array_equal(tables.plain[rows], table(item))
        assert np.array_equal(tables.logs[rows], np.log(table(item)))


def test_one_belief_is_as_the_same_belief_among_others() -> None:
    logs = np.stack([log_prior(Prior(mean, 0.7)) for mean in (-6.0, 0.0, 1.2)])
    assert all(
        np.array_equal(density_of_one(row), told)
        for row, told in zip(logs, density(logs), strict=True)
    )
