"""A replay as it is noted and shown: how many, which turns, and the stays that are listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.audit.live import Outlook
from engine.decision.past import PastStays
from engine.domain.evidence import standing
from engine.domain.stays import Stay
from engine.store import Work
from engine.usecases.advice.patterns import outcome_of
from engine.usecases.rules.replay_rules import Turned


def noted(turned: Turned, *, most: int) -> dict[str, Any]:
    """Return what is shown of a replay as JSON can hold it."""
    turns = Counter(zip(turned.before, turned.after, strict=True)).most_common()
    return {
        "n_stays": turned.n_stays,
        "n_changed": len(turned.ids),
        "turns": [(before, after, n) for (before, after), n in turns],
        "changed": [
            (turned.ids[k], turned.before[k], turned.after[k], turned.shifts[k])
            for k in range(min(most, len(turned.ids)))
        ],
    }


def noted_live(found: Outlook, past: PastStays) -> dict[str, Any]:
    """Return what is shown of stays served at once, in the same form."""
    listed = found.listed
    ids, shifts = past.ids[listed.rows].tolist(), listed.shifts.tolist()
    return {
        "n_stays": found.n_stays,
        "n_changed": len(found.rows),
        "turns": found.turns,
        "changed": list(zip(ids, listed.before, listed.after, shifts, strict=True)),
    }


def outcomes_in(work: Work, stays: Sequence[Stay]) -> dict[str, int]:
    """Return how those stays were, 1 to 5, of whom anybody told."""
    ledgers = work.ledger.of_many([stay.id for stay in stays])
    told = {stay.ref: outcome_of(standing(ledgers[stay.id])) for stay in stays}
    return {ref: grade for ref, grade in told.items() if grade}
