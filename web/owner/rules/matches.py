"""For how many stays each rule fires, as it stands beside its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain.rules import Rule
from engine.errors import NotFoundError
from engine.usecases.rules.preview_rules import matching
from web.work import context, now


@dataclass(frozen=True, slots=True)
class Matches:
    """How many of the stays of the last year and the next one rule speaks of."""

    fires: int
    unknown: int
    """Of so many it cannot be told."""
    n_stays: int


def matches_of(rules: Sequence[Rule]) -> Mapping[str, Matches]:
    """Count for whom each rule fires; empty where there are no stays, or far too many to wait."""
    try:
        found = matching(context(), rules, now=now())
    except NotFoundError:
        return {}
    if found is None or not found.n_stays:
        return {}
    return {id: Matches(*both, found.n_stays) for id, both in found.by_rule.items()}
