"""What owners say otherwise lies over the seed, reaches nothing else, and can always be undone."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import catalogue_from, read_tree, seed_folder, version_of
from engine.catalogue.edits import (
    KINDS,
    QUESTIONS,
    applied,
    difference,
    fields_of,
    file_of,
    ids_of,
    order_of,
)
from engine.errors import NotFoundError

LANGUAGES = ("en", "de")
SEED = read_tree(seed_folder())
THINGS = [f"{kind}/{id}" for kind in KINDS for id in ids_of(SEED, kind)]


@pytest.mark.parametrize("thing", THINGS)
def test_every_thing_told_as_it_is_shown_is_the_seed_again(thing: str):
    fields = fields_of(SEED, thing, LANGUAGES)
    assert difference(fields, fields) == {}
    assert applied(SEED, {thing: {}}) == SEED
    assert fields_of(applied(SEED, {thing: fields}), thing, LANGUAGES) == fields


@given(thing=st.sampled_from(THINGS), text=st.text(min_size=1), data=st.data())
def test_an_edit_changes_its_field_and_nothing_besides(thing: str, text: str, data: Any):
    fields = fields_of(SEED, thing, LANGUAGES)
    name = data.draw(st.sampled_from([n for n, v in fields.items() if isinstance(v, str)]))
    before = deepcopy(SEED)
    edited = applied(SEED, {thing: {name: text}})
    assert before == SEED, "the given tree stays as it is"
    assert fields_of(edited, thing, LANGUAGES) == fields | {name: text}
    for other in THINGS:
        if other != thing:
            assert edited[file_of(other)] == SEED[file_of(other)]


def test_another_text_is_another_version_and_back_is_back():
    edited = applied(SEED, {"styles/near": {"name.de": "Zur Hand"}})
    assert version_of(edited) != version_of(SEED)
    assert catalogue_from(edited).styles["near"].name["de"] == "Zur Hand"
    assert version_of(applied(SEED, {"styles/near": {}})) == version_of(SEED)


def test_a_page_that_a_language_lacks_is_read_in_the_first_one():
    edited = applied(SEED, {"packs/wifi": {"body.de": None}})
    left = catalogue_from(edited).packs["wifi"].languages()
    assert left == catalogue_from(SEED).packs["wifi"].languages() - {"de"}


def test_questions_are_listed_as_told_and_new_ones_come_last():
    order = list(reversed(ids_of(SEED, QUESTIONS)))
    edited = applied(SEED, {QUESTIONS: {"order": order}})
    assert order_of(edited) == tuple(order) == tuple(catalogue_from(edited).questions)
    partly = applied(SEED, {QUESTIONS: {"order": ["welcome"]}})
    assert next(iter(catalogue_from(partly).questions)) == "welcome"


def test_a_question_that_is_asked_nowhere_is_still_known():
    off = {"on_prompt": False, "at_desk": False}
    question = catalogue_from(applied(SEED, {"questions/welcome": off})).questions["welcome"]
    assert not question.on_prompt
    assert not question.at_desk


@pytest.mark.parametrize(
    "told",
    [
        {"grade.9.text.en": "x"},
        {"nothing.en": "x"},
        {"source.en": "x"},
        {"grade.0.text.deep.en": "x"},
    ],
)
def test_a_field_that_a_later_seed_dropped_is_passed_over(told: dict[str, str]):
    assert applied(SEED, {"questions/welcome": told, "styles/gone": {"name.en": "x"}}) == SEED


@pytest.mark.parametrize("thing", ["questions/nothing", "rules/word", "words/en", "packs/..", ""])
def test_only_questions_styles_and_packs_can_be_edited(thing: str):
    with pytest.raises(NotFoundError):
        fields_of(SEED, thing, LANGUAGES)


def test_what_a_guest_is_owed_is_no_field():
    fields = fields_of(SEED, "questions/check_on_me", LANGUAGES)
    with pytest.raises(NotFoundError):
        difference(fields, fields | {"instruction": False})
