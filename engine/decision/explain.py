"""Why: the few reasons that moved the belief most, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.domain.advice import Reason
from engine.inference.grid import NODES, Array
from engine.inference.posterior import density

MOST_REASONS = 3
LEAST_SHIFT = 0.005
"""A smaller shift rounds to 0.00 and explains nothing."""


def evidence_reasons(log_prior: Array, rows: Mapping[str, Array], mean: float) -> list[Reason]:
    """How far each answer or reaction moved the mean: with it, less without it.

    Parameters
    ----------
    log_prior : ndarray of shape (n_nodes,)
        Log density before any item.
    rows : mapping of str to ndarray of shape (n_nodes,)
        Log likelihood of each item, by reason key.
    mean : float
        Of the belief with all items.
    """
    total = log_prior + sum(rows.values())
    return [Reason(key, mean - float(density(total - row) @ NODES)) for key, row in rows.items()]


def top_reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Keep the reasons with the largest effect, largest first; ties by key."""
    told = [reason for reason in reasons if abs(reason.shift) >= LEAST_SHIFT]
    return tuple(sorted(told, key=lambda r: (-abs(r.shift), r.key))[:MOST_REASONS])
