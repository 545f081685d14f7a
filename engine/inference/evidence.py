"""All that can be said of a guest, laid out for many stays: questions, reactions, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.inference.e_step import Block, blocks_of
from engine.inference.grid import Array
from engine.inference.item_step import item_of, log_table
from engine.inference.learned_model import GradedItem
from engine.inference.outcome_model import Contexts, OutcomeModel, OutcomePrior
from engine.inference.patterns import StayPatterns


@dataclass(frozen=True, slots=True)
class Evidence:
    """What `e_step.expect` and `e_step.densities` need beside patterns and priors."""

    blocks: list[Block]
    tables: Array
    """Shape (n_cells, n_nodes): log probability of everything that can be said."""


def evidence_of(
    patterns: StayPatterns,
    items: Sequence[GradedItem],
    outcome: OutcomePrior,
    point: Array | None = None,
) -> Evidence:
    """Lay out what was said of these patterns and how probable each of it is at each place.

    Parameters
    ----------
    patterns : StayPatterns
        Settled or not.
    items : sequence of GradedItem
        Each question, then the reactions to each offer.
    outcome : OutcomePrior
        What is said of outcomes.
    point : ndarray, optional
        Numbers of the outcome as `OutcomeModel` has them; those of its prior unless given.
    """
    contexts = Contexts.of(patterns, len(outcome.constants.thresholds) + 1)
    model = OutcomeModel(contexts, outcome)
    logs = [log_table(item_of(each.discrimination, np.array(each.thresholds))) for each in items]
    tables = np.vstack([*logs, model.tables(model.mean if point is None else point)])
    n_grades = [len(each.thresholds) + 1 for each in items]
    return Evidence(blocks_of(patterns, n_grades, contexts.cell_of), tables)
