"""Chance in the choice of style, from the owner's settings to what the learner sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from engine.catalogue.kept import recommendation_to_dict
from engine.catalogue.load import catalogue_from
from engine.catalogue.tree import read_tree, seed_folder
from engine.domain.exploration import NO_EXPLORATION, Arm
from engine.errors import BadInputError, NotFoundError, SeedError
from engine.inference import bands
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.learning.exploring import (
    exploration_of,
    explore,
    override_rate,
    with_changes,
)
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.outcomes import record_outcome
from tests.usecases.conftest import NOW
from tests.usecases.explored_stays import (
    ALL_OUT,
    ANA,
    LATER,
    ONLY_CONTROL,
    add_guests,
    expected_refs,
    records,
    silent_refs,
    turn,
)
from tests.usecases.own_stays import OWN, open_house


def test_a_house_lets_no_chance_in_until_its_owner_does(ctx: Context) -> None:
    with ctx.store.read() as work:
        assert not exploration_of(ctx, work, DEMO).is_on
    ref = expected_refs(ctx)[0]
    before = recommendation_to_dict(card(ctx, ref, now=NOW).advised.recommendation)
    Desk(ctx, ref).observe("tired", ANA)
    (kept,) = records(ctx, ref)
    assert kept.propensity == 1.0
    assert "exploring" not in kept.inputs
    assert {"arm", "odds"}.isdisjoint(kept.output["more"])
    turn(ctx, ALL_OUT)
    turn(ctx, NO_EXPLORATION)
    Desk(ctx, ref).observe("tired", replace(ANA, at=NOW + LATER), is_seen=False)
    assert recommendation_to_dict(card(ctx, ref, now=NOW).advised.recommendation) == before
    assert records(ctx, ref)[-1].output.keys() == kept.output.keys()
    assert {"arm", "odds"}.isdisjoint(records(ctx, ref)[-1].output["more"])


def test_a_guest_checked_in_at_first_sight_counts_by_what_the_desk_was_shown(ctx: Context) -> None:
    turn(ctx, replace(ALL_OUT, test_share=1.0))
    for ref in silent_refs(ctx)[:5]:
        shown = card(ctx, ref, now=NOW).advised
        stay = Desk(ctx, ref).check_in("hosted", ANA).advised.stay
        with ctx.store.read() as work:
            decided = work.recommendations.decision(stay.id, is_arrived=True)
        assert decided
        assert shown.exploring
        given = shown.exploring.assignment
        assert (decided.style, decided.propensity) == (given.style, given.propensity)
        assert decided.arm == given.arm
        after = card(ctx, ref, now=NOW + LATER).advised
        assert after.exploring
        assert after.exploring.assignment == given


def test_the_desk_that_goes_its_own_way_shows_in_the_override_rate(ctx: Context) -> None:
    with ctx.store.read() as work:
        assert override_rate(work, DEMO).share is None
    followed, other, *_ = expected_refs(ctx)
    advised = Desk(ctx, followed).observe("tired", ANA).advised.recommendation
    Desk(ctx, followed).check_in(advised.style, ANA)
    advised = Desk(ctx, other).observe("tired", ANA).advised.recommendation
    Desk(ctx, other).check_in(advised.alternatives[0], ANA)
    turn(ctx, ONLY_CONTROL)
    usual = silent_refs(ctx)[0]
    Desk(ctx, usual).check_in("hosted", ANA)
    with ctx.store.read() as work:
        rate = override_rate(work, DEMO)
        assert work.stays.get(DEMO, other).served_style == advised.alternatives[0]
    assert (rate.n_stays, rate.n_changed, rate.share) == (2, 1, 0.5)


def test_where_staff_act_on_what_nobody_records_the_assigned_styles_still_tell_the_truth(
    ctx: Context,
) -> None:
    """Troubled guests are always given `attentive` and are never content; others like it best."""
    open_house(ctx, NOW)
    turn(ctx, replace(ALL_OUT, control_share=0.0, test_share=1.0, reach=5.0), OWN)
    rng = np.random.default_rng(3)
    served: list[tuple[str, int]] = []
    propensities = Counter[tuple[str, int]]()
    for ref in add_guests(ctx, 120):
        shown = card(ctx, ref, now=NOW, house_id=OWN).advised
        assert shown.exploring
        given = shown.exploring.assignment
        is_troubled = rng.random() < 0.4
        style = "attentive" if is_troubled else given.style
        Desk(ctx, ref, OWN).check_in(style, ANA)
        grade = 1 if is_troubled else 5 if style == "attentive" else 3
        record_outcome(ctx, OWN, ref, grade, ANA)
        served.append((style, grade))
        propensities[given.style, bands.propensity_band(given.propensity)] += 1
    with ctx.store.read() as work:
        counted = [(p, n) for p, n in stats_of(work, OWN) for _ in range(n)]
    assert Counter((p.style, p.propensity) for p, _ in counted) == propensities
    assert {p.arm for p, _ in counted} == {Arm.TEST.value}
    weights = np.array([1 / bands.propensity_of(p.propensity) for p, _ in counted])
    grades = np.array([p.outcome for p, _ in counted])
    is_attentive = np.array([p.style == "attentive" for p, _ in counted])
    by_assigned = effect(is_attentive, grades, weights)
    by_served = effect(
        np.array([style == "attentive" for style, _ in served]),
        np.array([grade for _, grade in served]),
        np.ones(len(served)),
    )
    truth = 0.6 * 2
    assert by_served < 0 < by_assigned
    se = 2 * grades.std() / (weights.size * is_attentive.mean()) ** 0.5
    assert abs(by_assigned - truth) < 2 * se


def effect(mask: np.ndarray, grades: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean of `grades` where `mask` holds, less that of the others."""
    inside, outside = weights * mask, weights * ~mask
    return float((inside @ grades) / inside.sum() - (outside @ grades) / outside.sum())


def test_the_learner_is_told_the_arm_that_the_lot_fell_on(ctx: Context) -> None:
    turn(ctx, ONLY_CONTROL)
    ref = silent_refs(ctx)[0]
    Desk(ctx, ref).observe("wet_or_cold", ANA)
    Desk(ctx, ref).answer("welcome", 0, ANA)
    stay = Desk(ctx, ref).check_in("leave_be", ANA).advised.stay
    with ctx.store.read() as work:
        decided = work.recommendations.decision(stay.id, is_arrived=True)
    assert decided
    assert (decided.arm, decided.propensity) == ("control", 1.0)


def test_settings_are_kept_per_house_with_who_changed_them(ctx: Context) -> None:
    open_house(ctx, NOW)
    turn(ctx, ALL_OUT, OWN)
    with ctx.store.read() as work:
        assert exploration_of(ctx, work, OWN) == ALL_OUT
        assert not exploration_of(ctx, work, DEMO).is_on
        (entry, *_) = work.history.all()
    assert (entry.what, entry.by) == ("exploration.changed", "Ana")
    assert (entry.detail["house"], entry.detail["control_share"]) == (OWN, 0.3)
    with pytest.raises(NotFoundError):
        turn(ctx, ALL_OUT, "nowhere")
    with ctx.store.begin() as work:
        work.houses.remove(OWN)
        assert work.exploration.of(OWN) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"control_share": 1.2}, "usual service must be a number from 0 to 1, not 1.2"),
        ({"test_share": -0.1}, "test slice must be a number from 0 to 1, not -0.1"),
        (
            {"monthly_budget": float("nan")},
            "month must be a number from 0 to 1e\\+09, not nan",
        ),
        ({"floor": 0.5}, "least chance of a style must be a number from 0 to 0.2"),
    ],
)
def test_settings_out_of_range_are_refused_in_words(changes: dict[str, float], told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        with_changes(NO_EXPLORATION, changes)


def test_looking_at_the_settings_changes_nothing(ctx: Context) -> None:
    told = explore(ctx, DEMO, {}, by="Ana", now=NOW)
    assert (told["is_on"], told["spent"], told["test_share"]) == (False, 0.0, 0.1)
    with ctx.store.read() as work:
        assert work.exploration.of(DEMO) is None


def test_the_seed_says_what_a_house_begins_with_and_never_that_it_begins(ctx: Context) -> None:
    begun = ctx.catalogue.model.exploration
    assert begun == NO_EXPLORATION
    tree = read_tree(seed_folder())
    settings = tree["model.toml"]["exploration"]
    assert "is_on" not in settings
    settings["control_share"] = 2
    with pytest.raises(SeedError, match=r"exploration\.control_share: 2 is out of range"):
        catalogue_from(tree)
    del tree["model.toml"]["exploration"]
    assert catalogue_from(tree).model.exploration == NO_EXPLORATION
