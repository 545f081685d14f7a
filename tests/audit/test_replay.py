"""A replay of many stays serves each as it would be served alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from engine.audit.replay import replay, served_otherwise, styles_of
from engine.bootstrap import first_rule_set, open_context
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.decision.past import past_of
from engine.domain.axis import Trait
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.rules import RuleSet
from engine.domain.stays import Case
from engine.usecases.advice.advising import cases_of
from tests.decision.random_cases import random_cases

NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def demo_cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Every stay of the demo house, with all that was seen and said."""
    folder = tmp_path_factory.mktemp("demo")
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://x", now=NOW)
    with ctx.store.read() as work:
        house = work.houses.all()[0]
        stays = work.stays.between(house.id, date.min, date.max)
        cases, _ = cases_of(ctx, work, house, stays, now=NOW)
    ctx.store.close()
    return cases


def changed(rule_set: RuleSet, seed: int) -> RuleSet:
    """The same rules with other weights, some of them off, some only for some days."""
    rng = np.random.default_rng(seed)
    day = NOW.date()
    rules = [
        replace(
            rule,
            weight=round(float(rule.weight * rng.normal(1.0, 0.8)), 2),
            is_on=bool(rng.random() < 0.9),
            valid_from=day - timedelta(int(rng.integers(-3, 4))) if rng.random() < 0.2 else None,
            valid_until=day + timedelta(int(rng.integers(-3, 4))) if rng.random() < 0.2 else None,
        )
        for rule in rule_set.rules
    ]
    return replace(rule_set, rules=tuple(rules))


def made_up(catalogue: Catalogue, n: int, seed: int) -> Iterator[Case]:
    """Random guests, some remembered, with rules set aside, dates, pressed words and complaints."""
    rng = np.random.default_rng(seed)
    ids = [rule.id for rule in catalogue.rules]
    for case in random_cases(catalogue, n, seed, share=float(rng.uniform(0.1, 0.6))):
        aside = rng.choice(ids, 2, replace=False).tolist() if rng.random() < 0.2 else []
        trait = Trait(float(rng.normal()), float(rng.uniform(0.2, 0.75)))
        pressed = [OfferReaction(taken.offer, taken.reaction, False) for taken in case.reactions]
        yield replace(
            case,
            set_aside=frozenset(aside),
            trait=trait if rng.random() < 0.3 else case.trait,
            reactions=tuple(pressed) if rng.random() < 0.2 else case.reactions,
            at=NOW + timedelta(int(rng.integers(-4, 5))) if rng.random() < 0.7 else None,
        )


def same_as_alone(cases: list[Case], adviser: Adviser) -> None:
    chosen = styles_of(past_of(cases, adviser.catalogue), adviser)
    alone = [adviser.recommend(case) for case in cases]
    styles = list(adviser.catalogue.styles)
    assert [styles[k] for k in chosen.styles] == [said.style for said in alone]
    assert chosen.means == pytest.approx([said.belief.mean for said in alone], abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_made_up_stays_are_served_as_alone(catalogue: Catalogue, seed: int):
    rule_set = changed(first_rule_set(catalogue), seed)
    same_as_alone(list(made_up(catalogue, 500, seed)), Adviser(catalogue, rule_set))


@pytest.mark.parametrize("seed", [None, 7])
def test_the_stays_of_the_demo_are_served_as_alone(
    catalogue: Catalogue, demo_cases: list[Case], seed: int | None
):
    starter = first_rule_set(catalogue)
    rule_set = starter if seed is None else changed(starter, seed)
    assert len(demo_cases) > 50
    same_as_alone(demo_cases, Adviser(catalogue, rule_set))


def test_what_guests_taught_counts_too(catalogue: Catalogue):
    starter, rng = first_rule_set(catalogue), np.random.default_rng(3)
    ids = tuple(rule.id for rule in starter.rules[:10])
    root = rng.normal(0, 0.2, (10, 10))
    covariance = tuple(tuple(row) for row in (root @ root.T).tolist())
    weights = tuple(rng.normal(0, 0.6, 10).tolist())
    learned = Learned(
        "h", NOW.date(), starter.version, ids, weights, covariance, 1.1, (-2.0, -0.3, 0.1, 0.8)
    )
    adviser = Adviser(catalogue, starter, learned)
    same_as_alone(list(made_up(catalogue, 300, 5)), adviser)
    cases = list(made_up(catalogue, 300, 6))
    assert alone_otherwise(cases, adviser, Adviser(catalogue, starter))


def alone_otherwise(cases: list[Case], now: Adviser, then: Adviser) -> list[tuple[str, str, str]]:
    """What two advisers say of each case alone; compared with the replay of all."""
    pairs = [(case.ref, now.recommend(case).style, then.recommend(case).style) for case in cases]
    otherwise = [(ref, one, other) for ref, one, other in pairs if one != other]
    served, n_stays = served_otherwise(cases, now, then)
    assert n_stays == len(cases)
    assert sorted((one.ref, one.before, one.after) for one in served) == sorted(otherwise)
    assert [abs(one.shift) for one in served] == sorted(
        (abs(one.shift) for one in served), reverse=True
    )
    return otherwise


@pytest.mark.parametrize("seed", range(3))
def test_the_stays_served_otherwise_are_those_and_no_others(catalogue: Catalogue, seed: int):
    starter = first_rule_set(catalogue)
    now, then = Adviser(catalogue, starter), Adviser(catalogue, changed(starter, seed))
    assert alone_otherwise(list(made_up(catalogue, 400, 20 + seed)), now, then)


def test_one_changed_rule_moves_nobody_of_whom_it_says_nothing(catalogue: Catalogue):
    starter = first_rule_set(catalogue)
    rules = [
        replace(rule, weight=-1.5) if rule.id == "business_trip" else rule for rule in starter.rules
    ]
    then = Adviser(catalogue, replace(starter, rules=tuple(rules)))
    cases = [Case(f"{k}", "", facts={"nights": k}) for k in range(5)]
    assert alone_otherwise(cases, Adviser(catalogue, starter), then) == []


def test_a_replay_of_nobody_is_empty(catalogue: Catalogue):
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    found = replay(past_of([], catalogue), adviser, adviser)
    assert (found.n_stays, found.rows.size, found.before) == (0, 0, ())


def test_progress_tells_how_many_stays_were_looked_at(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.audit.replay.chunks", lambda n: [slice(0, 3), slice(3, n)])
    told: list[int] = []
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    past = past_of(list(made_up(catalogue, 8, 1)), catalogue)
    replay(past, adviser, adviser, told.append)
    assert told == [3, 8]


def test_two_styles_worth_the_same_are_settled_as_for_a_stay_alone(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.decision.at_once.TIE", 1e9)
    same_as_alone(list(made_up(catalogue, 60, 9)), Adviser(catalogue, first_rule_set(catalogue)))


def test_a_stay_decoded_again_is_advised_as_before(catalogue: Catalogue):
    cases = list(made_up(catalogue, 60, 11))
    past = past_of(cases, catalogue)
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    again = [adviser.recommend(past.case(row)).style for row in range(past.n_stays)]
    assert again == [adviser.recommend(case).style for case in cases]
    assert {Reaction(how) for said in past.words for _, how in said.reactions} <= set(Reaction)
