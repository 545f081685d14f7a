"""Which packs are put forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain.cues import Value
from engine.domain.packs import Pack
from engine.rules.conditions import holds

MOST_PACKS = 5
"""More than five links are not read; the whole guide stays one tap away."""


def _rank(pack: Pack, style: str, facts: Mapping[str, Value]) -> int | None:
    """0 for everyone, 1 by situation, 2 by style; None where it is not put forward."""
    if pack.is_for_everyone:
        return 0
    if pack.is_guarded:
        return 1
    if any(holds(test, facts.get(test.fact)) for test in pack.any):
        return 1
    return 2 if style in pack.styles else None


def choose_packs(packs: Sequence[Pack], style: str, facts: Mapping[str, Value]) -> tuple[str, ...]:
    """Choose the packs to put forward, most needed first.

    Parameters
    ----------
    packs : sequence of Pack
        Those that the guardrails left open.
    style : str
        The recommended style.
    facts : mapping
        What is known of the stay.

    Returns
    -------
    tuple of str
        The pack for everyone always comes first.
    """
    ranked = [(_rank(pack, style, facts), pack.order, pack.id) for pack in packs]
    chosen = sorted((rank, order, id) for rank, order, id in ranked if rank is not None)
    for_everyone = [entry for entry in chosen if entry[0] == 0]
    rest = [entry for entry in chosen if entry[0] > 0]
    return tuple(id for _, _, id in for_everyone + rest[: max(0, MOST_PACKS - len(for_everyone))])
