"""Who would be served otherwise by other rules, and what that would be worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from engine.audit.judgement import DrawnStays, judge, rewards_of
from engine.audit.replay import styles_of
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.catalogue.toml_text import rules_to_toml
from engine.decision.advise import Adviser
from engine.decision.past import past_of
from engine.domain.rules import RuleSet
from engine.errors import NotFoundError, UnreadableError
from engine.inference.grid import Array
from engine.store.drawn_stays import drawn_stays
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.rules.replay_file import document_of, in_words, replay_file
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor
from tests.decision.random_cases import random_cases
from tests.usecases.conftest import NOW
from tests.usecases.explored_stays import ALL_OUT, silent_refs, turn
from tests.usecases.replayed import advised_alone, cases_at_arrival, other_rules


def test_the_replay_names_exactly_the_stays_that_would_be_served_otherwise(ctx: Context):
    told = replay_file(ctx, rules_to_toml(other_rules(ctx)), file="rules.toml")
    expected = advised_alone(ctx)
    assert expected
    assert {one.ref: (one.before, one.after) for one in told.changed} == expected
    shifts = [abs(one.shift) for one in told.changed]
    assert shifts == sorted(shifts, reverse=True)
    assert told.turned.n_stays == len(cases_at_arrival(ctx))


def test_the_same_rules_change_nobody(ctx: Context):
    told = replay_file(ctx, rules_to_toml(ctx.catalogue.rules), file="rules.toml")
    assert told.changed == ()


def test_the_latest_stays_can_be_asked_for_alone(ctx: Context):
    told = replay_file(ctx, rules_to_toml(other_rules(ctx)), file="rules.toml", most=40)
    assert told.turned.n_stays == 40
    assert {one.ref for one in told.changed} <= set(advised_alone(ctx))


def test_what_cannot_be_read_is_refused_before_anything_is_looked_at(ctx: Context):
    wrong = rules_to_toml(ctx.catalogue.rules).replace("purpose", "purpos", 1)
    with pytest.raises(UnreadableError, match="purpos"):
        replay_file(ctx, wrong, file="x.toml")
    with pytest.raises(NotFoundError):
        replay_file(ctx, rules_to_toml(ctx.catalogue.rules), file="x.toml", house_id="nowhere")


def test_without_chance_the_worth_is_refused_in_words(ctx: Context):
    told = replay_file(ctx, rules_to_toml(other_rules(ctx)), file="rules.toml")
    document = document_of(told)
    assert list(document) == ["stays", "changed", "estimate"]
    assert set(document["changed"][0]) == {"ref", "from", "to", "shift"}
    assert set(document["estimate"]) == {"ips", "snips", "dr", "ess", "n", "refused"}
    assert document["estimate"]["refused"].startswith("No style was left to chance")
    assert any(line.startswith("Refused: No style") for line in in_words(told))


def test_stays_left_to_chance_are_judged_as_they_stood_when_the_lot_fell(ctx: Context):
    turn(ctx, ALL_OUT)
    refs = silent_refs(ctx)[:8]
    for k, ref in enumerate(refs):
        ana = Actor("Ana", NOW + timedelta(minutes=k))
        shown = card(ctx, ref, now=NOW).advised.recommendation.style
        Desk(ctx, ref).check_in(shown, ana)
        record_outcome(ctx, DEMO, ref, 1 + k % 5, ana)
    with ctx.store.read() as work:
        drawn = drawn_stays(work.connection, DEMO, 100)
        ids = {work.stays.get(DEMO, ref).id: ref for ref in refs}
        decided = {id: work.recommendations.decision(id, is_arrived=True) for id in ids}
        assert drawn_stays(work.connection, DEMO, 3) == drawn[-3:]
    assert {stay.stay_id for stay in drawn} == set(ids)
    for stay in drawn:
        decision = decided[stay.stay_id]
        assert decision is not None
        assert (stay.style, stay.propensity) == (decision.style, decision.propensity)
        assert 0 < stay.propensity < 1
    told = replay_file(ctx, rules_to_toml(other_rules(ctx)), file="rules.toml")
    assert document_of(told)["estimate"]["n"] == len(refs)
    assert told.judgement.after.refusals


def drawn_by_lot(
    adviser: Adviser, n: int, rng: np.random.Generator, truth: Array
) -> tuple[DrawnStays, Array]:
    """Guests served in any style, all alike; how content each is depends on fit to the advice."""
    past = past_of(list(random_cases(adviser.catalogue, n, 5)), adviser.catalogue)
    n_styles = len(adviser.catalogue.styles)
    best = styles_of(past, adviser).styles
    taken = rng.integers(0, n_styles, n)
    chance = truth[np.abs(taken - best)]
    grades = np.where(rng.random(n) < chance, 5, 1)
    return DrawnStays(past, taken, np.full(n, 1 / n_styles), grades), truth[
        np.abs(np.arange(n_styles)[None, :] - best[:, None])
    ]


def test_the_worth_of_both_rule_sets_is_told_within_its_interval():
    catalogue = load_catalogue()
    starter = first_rule_set(catalogue)
    now = Adviser(catalogue, starter)
    then = Adviser(catalogue, flipped(starter))
    truth, rng = np.array([0.9, 0.7, 0.5, 0.3, 0.1]), np.random.default_rng(8)
    drawn, table = drawn_by_lot(now, 4_000, rng, truth)
    found = judge(drawn, now, then)
    rows = np.arange(drawn.past.n_stays)
    for estimate, adviser in ((found.before, now), (found.after, then)):
        real = float(table[rows, styles_of(drawn.past, adviser).styles].mean())
        assert estimate.dr is not None
        assert estimate.dr.low < real < estimate.dr.high
        assert estimate.dr.high - estimate.dr.low < 0.15
    assert found.before.dr is not None
    assert found.after.dr is not None
    assert found.after.dr.high < found.before.dr.low


def flipped(rule_set: RuleSet) -> RuleSet:
    rules = [replace(rule, weight=-2 * rule.weight) for rule in rule_set.rules]
    return replace(rule_set, rules=tuple(rules))


def test_a_grade_that_nobody_told_is_no_reward():
    catalogue = load_catalogue()
    rewards = rewards_of(np.array([0, 1, 5]), catalogue)
    assert np.isnan(rewards[0])
    assert rewards[1:].tolist() == [0.0, 1.0]
