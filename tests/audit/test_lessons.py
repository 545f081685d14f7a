"""What stays teach about rules, beside what their owner says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from engine.audit.gates import (
    LEAST_STAYS,
    caps_kept,
    earlier_and_latest,
    enough_stays,
    log_likelihoods,
    not_worse,
    priors_of,
    told_something,
)
from engine.audit.lessons import LEAST_JUDGED, Lesson, owners_word, patterns_from, study
from engine.audit.sights import sight_of
from engine.decision.advise import Adviser
from engine.decision.compiled import CompiledRules
from engine.domain.axis import Trait
from engine.domain.learned import Learned, outcome_with, run_of_model
from engine.inference import bands
from engine.inference.comparison import Verdict
from engine.inference.prior import prior_of
from engine.inference.stats import NO_STATS, Pattern, Stats
from engine.store import LearningRunRecord, LearningState
from engine.usecases.advice.learned_weights import learned_of, learned_to_dict
from tests.audit.taught_stays import flipped, stays_of
from tests.conftest import MakeCase

N = 1500
COMMON = ("tired", "in_hurry", "talks_freely", "asks_questions", "online_checkin")


@pytest.fixture(scope="module")
def stays(adviser: Adviser) -> Stats:
    return stays_of(adviser, N, seed=7)


@pytest.fixture(scope="module")
def against(adviser: Adviser, stays: Stats) -> Lesson:
    """What guests teach an owner who had everything the wrong way round."""
    return study(stays, flipped(adviser))


def test_weights_come_out_as_they_are_even_under_an_owner_who_is_wrong(
    adviser: Adviser, against: Lesson
) -> None:
    truth = dict(zip([r.id for r in adviser.rules.rules], adviser.rules.owner.weights, strict=True))
    found = [rule for rule in against.rules if rule.comparison and rule.comparison.told is not None]
    sure = [r for r in found if r.comparison and (r.comparison.told_sd or 9) < 0.25]
    z = np.array([(r.comparison.told - truth[r.id]) / r.comparison.told_sd for r in sure])  # type: ignore[union-attr,operator]  # picked above
    assert len(z) >= 8
    assert np.abs(z).max() < 4
    assert np.sqrt(np.mean(z**2)) < 1.5
    assert against.is_converged
    for rule in sure:
        assert abs(rule.posterior - truth[rule.id]) < 4 * rule.posterior_sd


def test_an_owner_who_is_wrong_is_told_so_and_hardly_trusted(against: Lesson) -> None:
    verdicts = {rule.id: rule.comparison.verdict for rule in against.rules if rule.comparison}
    assert [verdicts[id] for id in COMMON] == [Verdict.OPPOSITE] * len(COMMON)
    assert against.degree is not None
    assert against.degree[0] == 0.0


def test_what_a_style_does_is_learned_where_lots_were_drawn(
    adviser: Adviser, against: Lesson
) -> None:
    outcome = adviser.catalogue.model.outcome
    away = np.array([np.log(against.kappa / outcome.fit), *np.subtract(against.cuts, outcome.cuts)])
    assert (np.abs(away) < 3 * np.sqrt(np.diag(against.styles_covariance))).all()
    assert against.kappa == pytest.approx(outcome.fit, abs=0.35)
    assert list(against.cuts) == sorted(against.cuts)


def test_the_likelihood_that_houses_exchange_is_what_guests_say(against: Lesson) -> None:
    alone = against.likelihood
    assert alone is not None
    assert alone.pull.shape == (len(against.ids),)
    compared = [rule.comparison for rule in against.rules if rule.comparison]
    said = [c for c in compared if c.told is not None and (c.told_sd or 9) < 0.25]
    told = np.linalg.lstsq(alone.information, alone.pull, rcond=1e-8)[0]
    found = [told[k] for k, c in enumerate(compared) if c in said]
    assert found == pytest.approx([c.told for c in said], abs=1e-3)
    assert alone.n_stays == N


def test_a_week_that_counts_for_nothing_was_never_there(adviser: Adviser) -> None:
    stats = stays_of(adviser, 60, seed=3)
    earlier, _ = earlier_and_latest(stats)
    weeks = {pattern.week for pattern, _ in earlier}
    one = study(stats, adviser, weight_of_week=lambda week: float(week in weeks))
    other = study(earlier, adviser)
    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.judged == other.judged


def test_stays_that_count_for_half_leave_more_doubt(adviser: Adviser, against: Lesson) -> None:
    half = study(stays_of(adviser, N, seed=7), flipped(adviser), weight_of_week=lambda _: 0.5)
    assert half.likelihood is not None
    assert half.likelihood.n_stays == N / 2
    sure = [k for k, sd in enumerate(np.sqrt(np.diag(against.covariance))) if sd < 0.2]
    assert all(half.covariance[k, k] > against.covariance[k, k] for k in sure)


def test_where_enough_lots_were_drawn_styles_change_where_guests_say(
    adviser: Adviser, against: Lesson
) -> None:
    learned = as_learned(against, adviser)
    assert against.judged >= LEAST_JUDGED
    assert (learned.kappa, learned.cuts) == (against.kappa, against.cuts)
    few = as_learned(replace(against, judged=LEAST_JUDGED - 1.0), adviser)
    assert (few.kappa, few.cuts) == (None, None)


def test_guests_who_want_less_than_the_seed_thinks_are_met_with_less(
    adviser: Adviser, make_case: MakeCase
) -> None:
    word = as_learned(owners_word(adviser), adviser)
    quiet = replace(word, kappa=0.5, cuts=(0.8, 1.2, 1.6, 2.0))
    for case in (make_case(), make_case(cues=["tired"]), make_case(answers={"welcome": 2})):
        plain, without, less = (
            Adviser(adviser.catalogue, adviser.rule_set, each).recommend(case)
            for each in (None, word, quiet)
        )
        assert without.style == plain.style
        assert without.expected == plain.expected
        positions = {s.id: s.position for s in adviser.catalogue.styles.values()}
        assert positions[less.style] < positions[plain.style]


def test_a_run_keeps_what_it_taught_and_one_of_before_still_speaks(adviser: Adviser) -> None:
    now = datetime(2026, 6, 2, tzinfo=UTC)
    learned = replace(as_learned(owners_word(adviser), adviser), kappa=0.6, cuts=(-1, -0.5, 0.3, 1))
    for each in (learned, replace(learned, kappa=None, cuts=None)):
        told = json.loads(json.dumps({"learned": learned_to_dict(each)}))
        record = LearningRunRecord(each.house, each.until, LearningState.KEPT, told, "owner", now)
        assert learned_of(record) == each


@pytest.mark.parametrize(
    "wrong", [{"kappa": 0.0}, {"kappa": np.nan}, {"cuts": (0.0, 0.0)}, {"cuts": (0.0, np.inf)}]
)
def test_numbers_that_no_style_can_be_chosen_by_are_refused(
    adviser: Adviser, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"kappa|cuts"):
        replace(as_learned(owners_word(adviser), adviser), **wrong)


def test_a_seed_with_other_styles_keeps_its_own_cuts(adviser: Adviser) -> None:
    word = replace(as_learned(owners_word(adviser), adviser), kappa=0.6, cuts=(-1.0, 1.0))
    outcome = adviser.catalogue.model.outcome
    assert outcome_with(word, outcome) == outcome


def test_without_a_stay_the_owners_numbers_stand_exactly(adviser: Adviser) -> None:
    silent = Stats.of([Pattern(cues=("tired",), is_arrived=True, week="2026-W02")] * 3)
    for stats in (NO_STATS, silent):
        lesson = study(stats, adviser)
        assert [r.posterior for r in lesson.rules] == adviser.rules.owner.weights.tolist()
        assert {r.comparison for r in lesson.rules} == {None}
        assert lesson.cuts == adviser.catalogue.model.outcome.cuts
        assert lesson.kappa == adviser.catalogue.model.outcome.fit
        taught = CompiledRules(adviser.rule_set, adviser.catalogue, as_learned(lesson, adviser))
        assert np.array_equal(taught.regression.weights, adviser.rules.owner.weights)
        assert np.array_equal(taught.regression.uncertainty, adviser.rules.owner.uncertainty)  # type: ignore[arg-type]  # both are there


def as_learned(lesson: Lesson, adviser: Adviser) -> Learned:
    return lesson.learned("las_cabanas", date(2026, 6, 1), adviser.rule_set.version)


def test_rules_without_weight_and_rules_about_culture_are_the_owners_alone(
    adviser: Adviser, against: Lesson
) -> None:
    rules = {rule.id: rule for rule in adviser.rules.rules}
    apart = [r for r in against.rules if r.comparison is None]
    assert {r.id for r in apart} >= {id for id, rule in rules.items() if rule.weight == 0}
    assert all(r.posterior == r.owner for r in apart)
    spoken = tuple(
        replace(rule, weight=0.1, is_on=True) if rule.id == "formal_address" else rule
        for rule in adviser.rule_set.rules
    )
    word = owners_word(Adviser(adviser.catalogue, replace(adviser.rule_set, rules=spoken)))
    assert {rule.id: rule.posterior for rule in word.rules}["formal_address"] == 0.1
    assert "formal_address" not in word.ids


def test_the_order_of_stays_does_not_change_a_bit(adviser: Adviser) -> None:
    some = stays_of(adviser, 60, seed=3)
    again = Stats.merged([Stats({p: n}) for p, n in reversed(list(some))])
    one, other = study(some, adviser), study(again, adviser)
    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.covariance.tobytes() == other.covariance.tobytes()


def test_a_rule_set_aside_for_a_stay_learns_nothing_of_it(adviser: Adviser) -> None:
    seen = Pattern(cues=("tired",), is_arrived=True, answers=(("welcome", 1),), week="2026-W02")
    place = [rule.id for rule in adviser.rules.rules].index("tired")
    plain, aside = (
        patterns_from(Stats.of([each]), adviser).distance[0, place]
        for each in (seen, replace(seen, set_aside=("tired",)))
    )
    assert plain != 0.0
    assert aside == 0.0


def test_many_priors_at_once_are_those_of_advice(adviser: Adviser) -> None:
    traits = [(), (15, 0), (0, 3), (8, 2)]
    some = [p for p, _ in stays_of(adviser, 40, seed=5)]
    stats = Stats.of(replace(p, trait=traits[k % 4]) for k, p in enumerate(some))
    sight, constants = sight_of(stats, adviser), adviser.catalogue.model.prior
    mean, variance = priors_of(sight, adviser.rules.regression, constants)
    assert (sight.patterns.variance >= constants.occasion_variance).all()
    for row, (pattern, _) in enumerate(stats):
        trait: Trait = bands.trait_of(pattern.trait)
        expected = sight.patterns.distance[row] + adviser.rules.owner.reference
        wanted = prior_of(adviser.rules.regression, expected, sight.known[row], trait, constants)
        assert mean[row] == pytest.approx(wanted.mean, abs=1e-12)
        assert variance[row] == pytest.approx(wanted.variance, abs=1e-12)


def test_the_latest_weeks_judge_and_the_others_teach(stays: Stats) -> None:
    earlier, latest = earlier_and_latest(stays)
    assert earlier.merge(latest) == stays
    assert max(p.week for p, _ in earlier) < min(p.week for p, _ in latest)
    assert 0.2 <= told_something(latest) / told_something(stays) < 0.3


def test_weights_the_wrong_way_round_do_not_pass_and_the_right_ones_do(
    adviser: Adviser, stays: Stats
) -> None:
    _, latest = earlier_and_latest(stays)
    wrong, right = flipped(adviser), adviser
    assert not not_worse(latest, right, wrong).passed
    assert not_worse(latest, wrong, right).passed
    assert not_worse(latest, right, right).passed
    better, worse = (
        log_likelihoods(sight_of(latest, right), right, each.rules.regression).mean()
        for each in (right, wrong)
    )
    assert better > worse


def test_one_week_alone_cannot_judge_itself(adviser: Adviser) -> None:
    gate = not_worse(NO_STATS, adviser, adviser)
    assert not gate.passed
    assert "week" in gate.detail


def test_stays_that_told_nothing_do_not_count_as_enough() -> None:
    silent = Pattern(cues=("tired",), is_arrived=True, week="2026-W02")
    said = replace(silent, answers=(("welcome", 1),))
    assert not enough_stays(Stats({silent: 500, said: LEAST_STAYS - 1})).passed
    assert enough_stays(Stats({said: LEAST_STAYS})).passed


def test_a_weight_beyond_its_cap_does_not_pass(adviser: Adviser) -> None:
    word = owners_word(adviser)
    assert caps_kept(word, adviser).passed
    over = replace(word, rules=(replace(word.rules[0], posterior=-3.1), *word.rules[1:]))
    gate = caps_kept(over, adviser)
    assert not gate.passed
    assert word.rules[0].id in gate.detail
    judged = replace(word, judged=500.0)
    assert caps_kept(judged, adviser).passed
    for wrong in ({"kappa": 3.5}, {"cuts": (-1.0, -1.0, 0.4, 1.2)}, {"cuts": (-3.5, -1.0, 0.4, 1)}):
        assert not caps_kept(replace(judged, **wrong), adviser).passed
        assert caps_kept(replace(word, **wrong), adviser).passed


def test_a_version_names_its_run_and_without_one_nothing(adviser: Adviser) -> None:
    taught = Adviser(adviser.catalogue, adviser.rule_set, as_learned(owners_word(adviser), adviser))
    model = taught.versions.model
    assert run_of_model(model) == ("las_cabanas", date(2026, 6, 1))
    assert model.startswith(adviser.versions.model)
    assert run_of_model(adviser.versions.model) is None


def test_weights_of_another_version_of_the_rules_are_without_effect(adviser: Adviser) -> None:
    stale = replace(as_learned(owners_word(adviser), adviser), rules=99)
    taught = Adviser(adviser.catalogue, adviser.rule_set, stale)
    assert taught.versions == adviser.versions
    assert taught.rules.learned is None
