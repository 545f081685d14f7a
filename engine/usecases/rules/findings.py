"""What a look at all rules together says of them, for the page of an owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.domain.rules import Rule
from engine.rules.analysis import Seen, analyse
from engine.rules.findings import Finding
from engine.usecases.context import Context
from engine.usecases.rules.matching import recent_stays

RuleFinding = Finding
"""What pages get."""

LEAST_STAYS = 60
"""Fewer say little: a rule that holds for one guest in twenty is silent in 60 stays once in 22."""


def findings_now(ctx: Context, rules: Sequence[Rule], *, now: datetime) -> tuple[Finding, ...]:
    """Return what there is to say about rules that an owner looks at, counted in recent stays."""
    with ctx.store.read() as work:
        seen = recent_stays(work, ctx.catalogue, now=now)
    stays = [Seen(one.facts, one.stay.arrival_on) for one in seen]
    return analyse(rules, ctx.catalogue.facts, stays if len(stays) >= LEAST_STAYS else ())
