"""Past stays served by the rules of a file: `tact rules replay`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.audit.judgement import Judgement
from engine.audit.replay import Served
from engine.decision.advise import Adviser
from engine.domain.rules import Rule
from engine.store import Store
from engine.store.faults import missing
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.learning.offpolicy import estimate_to_dict
from engine.usecases.rules.analyse_rules import rules_of
from engine.usecases.rules.replay_rules import (
    Progress,
    Turned,
    judged,
    nobody_waits,
    turned_by,
    with_refs,
)
from engine.usecases.stays.arrivals import house_in_use


@dataclass(frozen=True, slots=True)
class RulesReplayed:
    """What a replay of other rules told."""

    turned: Turned
    changed: tuple[Served, ...]
    """With the references of the stays."""
    judgement: Judgement


def refuse_without_database(store: Store) -> None:
    """Refuse to look at past stays where there are none to look at.

    Raises
    ------
    EnvironmentFaultError
        If there is no database, or another version of Tact made it.
    """
    if not store.is_there():
        raise missing(store.place)
    store.refuse_other_age()


def replay_file(
    ctx: Context,
    text: str,
    *,
    file: str,
    most: int = 0,
    house_id: str | None = None,
    progress: Progress = nobody_waits,
) -> RulesReplayed:
    """Replay past stays by the rules of a file.

    Parameters
    ----------
    ctx : Context
    text : str
        Rules as in `seed/rules/*.toml`.
    file : str
        Its name, for messages.
    most : int
        So many stays, those that arrived last; 0 = all.
    house_id : str, optional
        The house; the one in use otherwise.
    progress : callable, optional

    Raises
    ------
    UnreadableError
        If the rules cannot be read.
    NotFoundError
        If there is no such house.
    """
    rules = rules_of(text, ctx.catalogue, file=file)
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        now = adviser_in_force(ctx, work, house.id)
    then = adviser_with(ctx, now, rules)
    turned = turned_by(ctx, house, now, then, most=most, progress=progress)
    return RulesReplayed(turned, with_refs(ctx, turned), judged(ctx, house, now, then))


def adviser_with(ctx: Context, now: Adviser, rules: Sequence[Rule]) -> Adviser:
    """Return an adviser with other rules, whose numbers are the owner's own: nobody taught them."""
    return Adviser(ctx.catalogue, replace(now.rule_set, rules=tuple(rules)))


def document_of(told: RulesReplayed) -> dict[str, Any]:
    """Return what `tact rules replay --json` writes."""
    return {
        "stays": told.turned.n_stays,
        "changed": [
            {"ref": one.ref, "from": one.before, "to": one.after, "shift": one.shift}
            for one in told.changed
        ],
        "estimate": estimate_to_dict(told.judgement.after),
    }


def in_words(told: RulesReplayed) -> Iterator[str]:
    """Yield what a replay told line by line, for a person."""
    turned = told.turned
    yield (
        f"{len(turned.ids)} of {turned.n_stays} stays of {turned.house.name} would be served "
        "otherwise."
    )
    for one in told.changed:
        yield f"  {one.ref}: {one.before} -> {one.after}, shift {one.shift:+.2f}"
    for name, found in (("now", told.judgement.before), ("then", told.judgement.after)):
        if found.dr is not None:
            band = f"{found.dr.low:.3f} to {found.dr.high:.3f}"
            yield (
                f"Satisfaction {name}: {found.dr.estimate:.3f}, 95 % interval {band} "
                f"({found.n} stays left to chance)."
            )
    for refusal in told.judgement.after.refusals:
        yield f"Refused: {refusal.message}"
