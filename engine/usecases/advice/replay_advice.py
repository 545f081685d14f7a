"""Make a past recommendation again, from what was kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.catalogue.case import case_from_inputs, recommendation_to_dict
from engine.catalogue.kept import exploring_from_inputs
from engine.catalogue.load import catalogue_from
from engine.catalogue.rules import rule_set_from_dict
from engine.decision.advise import Adviser
from engine.decision.assigned import served_as
from engine.domain.advice import Recommendation
from engine.domain.exploration import Draw, Exploring
from engine.domain.learned import run_of_model
from engine.store import RecommendationRecord, Work
from engine.usecases.advice.assigning import draw_again
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.context import Context


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
        adviser = adviser_then(ctx, work, record.versions)
    return record, recommendation_to_dict(*advice_again(ctx, adviser, record.inputs))


def advice_again(
    ctx: Context, adviser: Adviser, inputs: Mapping[str, Any]
) -> tuple[Recommendation, Exploring | None]:
    """Advise and, where chance had a say, let the same lots fall again."""
    case, kept = case_from_inputs(inputs), exploring_from_inputs(inputs)
    said = adviser.recommend(case)
    if kept is None:
        return said, None
    exploring = draw_again(ctx.secret, adviser, case, kept) if isinstance(kept, Draw) else kept
    return served_as(adviser, case, said, exploring), exploring


def adviser_then(ctx: Context, work: Work, versions: Mapping[str, Any]) -> Adviser:
    """Return the adviser of that day: its rules, its seed and what was learned, not today's."""
    seed, version = versions["seed"], versions["rules"]
    is_same = seed == ctx.catalogue.version
    catalogue = ctx.catalogue if is_same else catalogue_from(work.seeds.get(seed))
    rules = work.rule_sets.version(version)
    run = run_of_model(versions["model"])
    learned = learned_of(work.learning_runs.of(*run)) if run else None
    return Adviser(catalogue, rule_set_from_dict(rules.content, version), learned)
