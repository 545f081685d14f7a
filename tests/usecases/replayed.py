"""Stays advised one after the other, to hold a replay of all of them to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.decision.advise import Adviser
from engine.domain.rules import Rule
from engine.domain.stays import Case
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.snapshots import case_at_arrival
from engine.usecases.context import Context
from engine.usecases.demo import DEMO

RULE = "one_night"


def other_rules(ctx: Context) -> tuple[Rule, ...]:
    return tuple(
        replace(rule, weight=-1.5) if rule.id == RULE else rule for rule in ctx.catalogue.rules
    )


def cases_at_arrival(ctx: Context) -> list[Case]:
    with ctx.store.read() as work:
        house = work.houses.get(DEMO)
        stays = work.stays.between(DEMO, date.min, date.max)
        ledgers = work.ledger.of_many([stay.id for stay in stays])
    told = [stay for stay in stays if stay.status not in ("cancelled", "no_show")]
    return [case_at_arrival(stay, house, ledgers[stay.id]) for stay in told]


def advised_alone(ctx: Context) -> dict[str, tuple[str, str]]:
    """What each stay is advised now and then, one after the other."""
    with ctx.store.read() as work:
        now = adviser_in_force(ctx, work, DEMO)
    then = Adviser(ctx.catalogue, replace(now.rule_set, rules=other_rules(ctx)))
    pairs = {
        case.ref: (now.recommend(case).style, then.recommend(case).style)
        for case in cases_at_arrival(ctx)
    }
    return {ref: pair for ref, pair in pairs.items() if pair[0] != pair[1]}
