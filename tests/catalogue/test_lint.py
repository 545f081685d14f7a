"""The script lint points at words that flatter, sell, press or act familiar; no more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import read_tree, seed_folder
from engine.catalogue.checks import check
from engine.catalogue.lint import Trap, lint, lint_tree, read_lexicons, texts_of

SEED = read_tree(seed_folder())
LEXICONS = read_lexicons(SEED)


def found(text: str, language: str = "en") -> list[tuple[Trap, str]]:
    return [(one.trap, one.found) for one in lint(text, LEXICONS[language])]


def test_what_is_shipped_is_clean():
    assert len(list(texts_of(SEED))) > 300
    assert lint_tree(SEED) == ()


@pytest.mark.parametrize("language", LEXICONS)
def test_each_language_knows_all_traps_and_a_better_way(language: str):
    assert {sign.trap for sign in LEXICONS[language]} == set(Trap)
    assert all(sign.better and lint(sign.better, LEXICONS[language]) == ()
               for sign in LEXICONS[language])  # fmt: skip


def test_every_language_of_the_house_has_a_lexicon():
    assert set(LEXICONS) == {"en", "de"}


@pytest.mark.parametrize(
    ("language", "text", "trap"),
    [
        ("en", "Welcome, dear guest.", Trap.FLATTERY),
        ("en", "Excellent choice!", Trap.FLATTERY),
        ("en", "Shall I get you an upgrade?", Trap.UPSELLING),
        ("en", "This rate is only today.", Trap.PRESSURE),
        ("en", "Leave us a review, please.", Trap.PRESSURE),
        ("en", "Hello my friend.", Trap.FALSE_FAMILIARITY),
        ("de", "Willkommen, lieber Gast.", Trap.FLATTERY),
        ("de", "Eine Ausgezeichnete Wahl.", Trap.FLATTERY),
        ("de", "Gönnen Sie sich etwas.", Trap.UPSELLING),
        ("de", "Nur noch wenige Plätze.", Trap.PRESSURE),
        ("de", "Sie gehören zur Familie.", Trap.FALSE_FAMILIARITY),
    ],
)
def test_a_trap_is_found_whatever_its_case(language: str, text: str, trap: Trap):
    assert [one for one, _ in found(text, language)] == [trap]
    assert [one for one, _ in found(text.upper(), language)] == [trap]


def test_the_word_is_told_as_it_stands_and_where():
    (warned,) = lint("For you,  my\nFriend, the key.", LEXICONS["en"])
    assert warned.found == "my\nFriend"
    assert warned.at == 10


@pytest.mark.parametrize(
    "text", ["estimate", "materials for only", "upgradable?", "The mated pair", "honeycomb"]
)
def test_a_part_of_a_word_is_no_word(text: str):
    assert {one for one, _ in found(text)} <= {Trap.UPSELLING}
    assert not any("mate" in word or "honey" in word for _, word in found(text))


def test_a_star_stands_for_any_ending():
    assert found("two upgrades") == [(Trap.UPSELLING, "upgrades")]
    assert found("eine unvergessliche Zeit", "de") == [(Trap.FLATTERY, "unvergessliche")]
    assert found("geschätzter Gast", "de") == [(Trap.FLATTERY, "geschätzter Gast")]


def test_warnings_come_in_the_order_of_the_text():
    assert [word for _, word in found("Hurry, my friend, only today!")] == [
        "Hurry",
        "my friend",
        "only today",
    ]


@given(st.text())
def test_no_text_is_too_odd_for_the_lint(text: str):
    for warned in lint(text, LEXICONS["en"]):
        assert text[warned.at :].startswith(warned.found)


def test_a_warning_names_file_key_and_language():
    tree = dict(SEED) | {"packs/wifi/de.md": "Nur heute gratis."}
    (one,) = lint_tree(tree)
    assert (one.file, one.id, one.language) == ("packs/wifi/de.md", "wifi", "de")
    assert check(tree)[0].key == "", "what else is wrong with it is for the check to say"


@pytest.mark.parametrize(
    "broken",
    [{"schema": 1}, {"schema": 1, "sign": [{"trap": "flatery"}]}, {"schema": 1, "sign": 3}],
)
def test_a_broken_lexicon_is_told_and_warns_of_nothing(broken: Any):
    tree = dict(SEED) | {"lint/en.toml": broken}
    assert {problem.file for problem in check(tree)} == {"lint/en.toml"}
    assert "en" not in read_lexicons(tree)
