"""Make a past recommendation again, from what was kept of it."""

from __future__ import annotations

from typing import Any

from engine.catalogue.case import case_from_inputs, recommendation_to_dict
from engine.catalogue.load import catalogue_from
from engine.catalogue.rules import rule_set_from_dict
from engine.decision.advise import Adviser
from engine.domain.learned import run_of_model
from engine.store import RecommendationRecord, Work
from engine.usecases.context import Context
from engine.usecases.learned_weights import learned_of


def replay(ctx: Context, recommendation_id: int) -> tuple[RecommendationRecord, dict[str, Any]]:
    """Return a recommendation as it was given, and as its versions and inputs give it again.

    The two are equal as long as the program is the version that gave it.

    Raises
    ------
    NotFoundError
        If there is no such recommendation.
    """
    with ctx.store.read() as work:
        record = work.recommendations.get(recommendation_id)
        adviser = _adviser_then(ctx, work, record)
    return record, recommendation_to_dict(adviser.recommend(case_from_inputs(record.inputs)))


def _adviser_then(ctx: Context, work: Work, record: RecommendationRecord) -> Adviser:
    """Return the adviser of that day: its rules, its seed and what was learned, not today's."""
    seed, version = record.versions["seed"], record.versions["rules"]
    is_same = seed == ctx.catalogue.version
    catalogue = ctx.catalogue if is_same else catalogue_from(work.seeds.get(seed))
    rules = work.rule_sets.version(version)
    run = run_of_model(record.versions["model"])
    learned = learned_of(work.learning_runs.of(*run)) if run else None
    return Adviser(catalogue, rule_set_from_dict(rules.content, version), learned)
