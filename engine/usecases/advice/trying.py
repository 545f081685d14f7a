"""What both versions of the rules say of a stay is kept while one of them is tried."""

from __future__ import annotations

from engine.domain.rollout import Rollout, TrialStay
from engine.store import Work
from engine.usecases.advice.advising import Advised, adviser_of
from engine.usecases.advice.dealing import version_for
from engine.usecases.context import Context


def keep_trial(ctx: Context, work: Work, advised: Advised) -> None:
    """Keep what the old and the new rules say of a stay, until its guest has arrived.

    Nothing happens where nothing is tried. The other version advises silently: nobody sees it.
    """
    rollout = work.rollouts.running()
    if rollout is not None and not _is_settled(work, rollout, advised):
        work.rollouts.keep(rollout.id, advised.stay.house, _trial(ctx, work, rollout, advised))


def _is_settled(work: Work, rollout: Rollout, advised: Advised) -> bool:
    """Whether the guest was met before the trial began, or her arrival is kept already."""
    met_at = advised.stay.checked_in_at
    if met_at is None:
        return False
    return met_at < rollout.at or bool(work.rollouts.of_stays(rollout.id, [advised.stay.id]))


def _trial(ctx: Context, work: Work, rollout: Rollout, advised: Advised) -> TrialStay:
    stay, case = advised.stay, advised.case
    old, new = (
        adviser_of(ctx, work, version, stay.house).recommend(case).style
        for version in (work.rule_sets.published_version(), rollout.version)
    )
    return TrialStay(
        stay_id=stay.id,
        is_new=version_for(work, stay) == rollout.version,
        percent=rollout.percent,
        old_style=old,
        new_style=new,
        shown=None if advised.is_usual_service else advised.recommendation.style,
    )
