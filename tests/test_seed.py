"""The seed as shipped keeps what the vocabulary promises."""

from __future__ import annotations

import pytest

from engine.catalogue import load_catalogue, required
from engine.catalogue.checks import check_folder
from engine.catalogue.cues import CULTURE_FAMILY
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule


@pytest.fixture(scope="module")
def seed() -> Catalogue:
    return load_catalogue()


def asks_about(rule: Rule) -> set[str]:
    return {test.fact for test in (*rule.when, *rule.any, *rule.unless)}


def test_the_seed_has_no_problems():
    assert [problem.sentence() for problem in check_folder()] == []


def test_the_seed_speaks_the_whole_vocabulary(seed: Catalogue):
    assert set(required.FACTS) | set(required.CUES) <= seed.facts.keys()
    assert set(required.CUES) <= seed.cues.keys()
    assert set(required.QUESTIONS) <= seed.questions.keys()
    assert set(required.OFFERS) <= seed.offers.keys()
    assert set(required.PACKS) <= seed.packs.keys()


def test_there_is_enough_to_begin_with(seed: Catalogue):
    assert len(seed.facts) >= 25
    assert len({fact.family for fact in seed.facts.values()}) >= 4
    assert len(seed.rules) >= 30
    assert len(seed.questions) >= 12
    assert len(seed.houses) >= 1


def test_five_styles_stand_along_the_axis(seed: Catalogue):
    assert tuple(seed.styles) == required.STYLES
    assert [style.position for style in seed.styles.values()] == [-1, -0.5, 0, 0.5, 1]


def test_culture_is_off_and_capped(seed: Catalogue):
    culture = {id for id, fact in seed.facts.items() if fact.family == CULTURE_FAMILY}
    about_culture = [rule for rule in seed.rules if asks_about(rule) & culture]

    assert set(required.CULTURE_FACTS) <= culture
    assert not any(rule.is_on for rule in about_culture)
    limit = seed.model.prior.culture_weight_limit
    assert all(abs(rule.weight) <= limit for rule in about_culture)


def test_no_rule_asks_where_somebody_comes_from(seed: Catalogue):
    assert not any(asks_about(rule) & set(required.NEVER_SCORED) for rule in seed.rules)


def test_the_wishes_of_the_guest_are_orders(seed: Catalogue):
    orders = {id for id, question in seed.questions.items() if question.is_instruction}
    orders |= {id for id, cue in seed.cues.items() if cue.is_instruction}

    assert set(required.INSTRUCTIONS) <= orders


def test_arrival_basics_are_for_everyone_and_codes_are_guarded(seed: Catalogue):
    assert seed.packs["arrival_basics"].is_for_everyone
    assert seed.packs["access"].is_guarded


def test_a_late_checkout_is_given_to_those_who_ask(seed: Catalogue):
    assert seed.offers["late_checkout"].only_if_asked
