"""Add one entry to the ledger of a stay and keep the advice that follows from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from engine.catalogue.case import case_inputs, recommendation_to_dict
from engine.domain.consent import LegalBasis
from engine.domain.cues import Value
from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.domain.stays import Stay
from engine.store import Work
from engine.usecases.advising import Advised, advise_stays
from engine.usecases.context import Context


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, where, when, and under which idempotency key."""

    by: str
    at: datetime
    source: str = "desk"
    key: str | None = None
    """The same key twice records once."""


def entry(
    kind: EvidenceKind,
    key: str,
    value: Value | None,
    actor: Actor,
    *,
    retracts: int | None = None,
    basis: LegalBasis | None = None,
) -> Evidence:
    """Make an entry with its usual legal basis."""
    return Evidence(
        kind=kind,
        key=key,
        value=value,
        by=actor.by,
        at=actor.at,
        basis=basis or BASIS_OF[kind],
        source=actor.source,
        retracts=retracts,
    )


def keep_advice(ctx: Context, work: Work, stay: Stay, actor: Actor) -> Advised:
    """Advise anew and save the recommendation with its inputs and versions."""
    house = work.houses.get(stay.house)
    (advised,) = advise_stays(ctx, work, house, [stay], now=actor.at)
    work.recommendations.add(
        stay.id,
        at=actor.at,
        by=actor.by,
        inputs=case_inputs(advised.case),
        output=recommendation_to_dict(advised.recommendation),
        versions=asdict(advised.recommendation.versions),
    )
    return advised
