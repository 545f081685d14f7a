"""The guide: packs with the words of the house, whatever it tells or leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.load import load_catalogue
from engine.domain.catalogue import Catalogue
from engine.usecases.guests.guide import UNKNOWN, Guide, filled
from web.guest.markdown import to_html


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _guide(catalogue: Catalogue, body: str, **values: str) -> Guide:
    """Return a guide whose Wi-Fi pack has another text."""
    wifi = replace(catalogue.packs["wifi"], body={"en": body})
    house = catalogue.houses["las_cabanas"]
    house = replace(house, values={key: {"en": text} for key, text in values.items()})
    packs = {**catalogue.packs, "wifi": wifi}
    return Guide(replace(catalogue, packs=packs), house, house.units[0], "en")


def _text(guide: Guide) -> str:
    return next(pack.text for pack in guide.packs() if pack.id == "wifi")


def test_a_value_that_the_house_does_not_tell_leaves_a_dash(catalogue):
    assert _text(_guide(catalogue, "Choose {wifi_name}, then {nothing}.", wifi_name="Cabanas")) == (
        f"Choose Cabanas, then {UNKNOWN}."
    )


def test_a_language_that_is_missing_is_told_in_the_first_one(catalogue):
    guide = replace(_guide(catalogue, "Hello"), language="fi")
    assert _text(guide) == "Hello"


def test_codes_of_a_unit_stay_in_guarded_packs_wherever_else_they_are_written(catalogue):
    assert _text(_guide(catalogue, "Code {access_code}")) == f"Code {UNKNOWN}"


def test_a_guarded_pack_is_told_only_when_put_forward(catalogue):
    guide = _guide(catalogue, "Hello")
    assert "access" not in {pack.id for pack in guide.packs()}
    first = guide.packs(["access"])[0]
    assert (first.id, first.is_forward) == ("access", True)
    assert guide.unit.values["access_code"] in first.text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_a_value_is_shown_letter_by_letter_whatever_it_means_in_markdown(value):
    html = to_html(filled("Password {x}, exactly.", {"x": value}))
    assert html.unescape() == f"<p>Password {value}, exactly.</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
    ],
)
def test_no_pack_can_bring_html_or_scripts_or_pictures(text):
    html = to_html(text)
    assert not any(tag in html for tag in ("<script", "<img", 'href="javascript'))


def test_headings_of_a_pack_stand_below_the_title_of_the_page():
    assert to_html("# One\n\n## Two\n\n### Three") == "<h2>One</h2>\n<h2>Two</h2>\n<h3>Three</h3>\n"
