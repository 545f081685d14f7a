"""The lock on rules about language and form of address: shut until an owner says why (A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.audit.fairness import culture_rules
from engine.catalogue.rules import rule_set_from_dict
from engine.domain.rules import Rule
from engine.errors import ConflictError
from engine.store import HistoryRecord, Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of

OPENED, CLOSED = "culture.opened", "culture.closed"
LockEntry = HistoryRecord
"""One time that the lock was opened or closed, for pages, which know no tables."""


@dataclass(frozen=True, slots=True)
class CultureLock:
    """Whether rules about culture may be switched on, and which are."""

    is_open: bool
    last: HistoryRecord | None
    """Who opened or closed it last, when, and why; None: it was never opened."""
    in_force: tuple[Rule, ...]
    """Switched on in the rules in force."""
    cap: float
    """Largest |weight| of such a rule, in standard deviations."""
    history: tuple[HistoryRecord, ...] = ()
    """Every time that it was opened or closed, newest first."""


def culture_lock(ctx: Context, work: Work) -> CultureLock:
    """Return how the lock stands."""
    entries = work.history.of(OPENED, CLOSED)
    last = entries[0] if entries else None
    rules = rule_set_of(work.rule_sets.published()).rules
    return CultureLock(
        is_open=last is not None and last.what == OPENED,
        last=last,
        in_force=culture_rules(rules, ctx.catalogue.facts),
        cap=ctx.catalogue.model.prior.culture_weight_limit,
        history=tuple(entries),
    )


def refuse_locked(ctx: Context, work: Work, content: Mapping[str, Any]) -> None:
    """Refuse to put rules in force of which one is behind the lock.

    Raises
    ------
    ConflictError
        If a rule about culture is switched on while the lock is shut.
    """
    rules = rule_set_from_dict(content, 1).rules
    if culture_rules(rules, ctx.catalogue.facts) and not culture_lock(ctx, work).is_open:
        raise ConflictError(
            "A rule about language or form of address is switched on, and these are locked. "
            "Switch it off, or open the lock under “Fairness and quality”, with a reason."
        )
