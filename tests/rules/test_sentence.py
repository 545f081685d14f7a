"""A rule says in words what it asks, in every language of the seed."""

from __future__ import annotations

import re

import pytest

from engine.catalogue.load import load_catalogue
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Scope, Value
from engine.domain.rules import STRENGTHS, Operator, Rule, Test
from engine.rules.sentence import sentence, strength_of


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def one(fact: str, operator: Operator, operand: Value | tuple[Value, ...]) -> Test:
    return Test(fact, operator, operand)


def rule(**groups: tuple[Test, ...]) -> Rule:
    return Rule("r", Scope.STATE, -0.3, {"en": "r"}, "a test", **groups)


def told(catalogue: Catalogue, language: str = "en", **groups: tuple[Test, ...]) -> str:
    return sentence(rule(**groups), catalogue.facts, catalogue.words[language], language)


def test_every_shipped_rule_is_a_sentence_without_holes(catalogue: Catalogue):
    for language in catalogue.languages:
        words = catalogue.words[language]
        for shipped in catalogue.rules:
            phrase = sentence(shipped, catalogue.facts, words, language)
            assert phrase
            assert not re.search(r"[{}_]", phrase), (shipped.id, phrase)


def test_values_speak_for_themselves_where_they_have_words(catalogue: Catalogue):
    test = one("purpose", Operator.IS, "business")
    assert told(catalogue, when=(test,)) == "on a business trip"
    assert told(catalogue, "de", when=(test,)) == "auf Geschäftsreise"


def test_several_allowed_values_are_joined_by_or(catalogue: Catalogue):
    test = one("channel", Operator.ANY_OF, ("phone", "walk_in"))
    assert told(catalogue, when=(test,)) == "booked by phone or walked in without a booking"


@pytest.mark.parametrize(
    ("operator", "operand", "phrase"),
    [
        (Operator.IS, 2, "Nights: 2"),
        (Operator.AT_LEAST, 2, "Nights: at least 2"),
        (Operator.AT_MOST, 2, "Nights: at most 2"),
        (Operator.MORE_THAN, 2, "Nights: more than 2"),
        (Operator.LESS_THAN, 2, "Nights: less than 2"),
        (Operator.BETWEEN, (2, 5), "Nights: 2 to 5"),
        (Operator.ANY_OF, (1, 7), "Nights: 1 or 7"),
        (Operator.NONE_OF, (1, 7), "Nights: anything but 1 or 7"),
        (Operator.KNOWN, True, "Nights: known"),
        (Operator.KNOWN, False, "Nights: not known"),
    ],
)
def test_every_operator_has_its_phrase(
    catalogue: Catalogue, operator: Operator, operand: Value | tuple[Value, ...], phrase: str
):
    assert told(catalogue, when=(one("nights", operator, operand),)) == phrase


def test_groups_are_joined_by_and_or_and_unless(catalogue: Catalogue):
    phrase = told(
        catalogue,
        when=(one("purpose", Operator.IS, "leisure"), one("nights", Operator.AT_MOST, 1)),
        any=(one("tired", Operator.IS, True), one("delayed", Operator.IS, True)),
        unless=(one("asks_questions", Operator.IS, True),),
    )
    assert phrase == (
        "on holiday, and Nights: at most 1, and seems tired just now or arrives later than planned,"
        " unless asks questions"
    )


def test_a_rule_about_a_fact_that_is_gone_still_says_its_name(catalogue: Catalogue):
    assert told(catalogue, when=(one("moon", Operator.IS, "full"),)) == "moon: full"


def test_a_rule_without_tests_always_speaks(catalogue: Catalogue):
    assert told(catalogue) == "always"


def test_a_weight_has_a_word_only_where_it_fits_exactly():
    assert strength_of(0.0) == "none"
    for word, size in STRENGTHS.items():
        assert strength_of(size) == strength_of(-size) == word
    assert strength_of(0.35) is None
