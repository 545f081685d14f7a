"""Under usual service the desk sees no advice, and still sees all that binds it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from engine.domain.exploration import Exploration
from engine.usecases.context import Context
from engine.usecases.learning.exploring import set_exploration
from tests.web.conftest import Clock
from tests.web.desk_stays import HOUSE, arrive, move_in, post, stay_now

USUAL = "Usual service today"


@pytest.fixture
def usual(context: Context, clock: Clock) -> str:
    """A guest of a house that compares itself with its usual service."""
    move_in(context, clock())
    arrive(context, "B-1")
    settings = Exploration(is_on=True, control_share=1.0)
    set_exploration(context, HOUSE, settings, by="Ana", now=clock())
    return "/desk/B-1"


def test_the_card_shows_the_usual_style_and_neither_verb_nor_band_nor_reasons(
    desk: FlaskClient, usual: str
) -> None:
    shown = desk.get(usual).text
    assert USUAL in shown
    assert "Check in as usual" in shown
    assert 'name="style" value="near"' in shown
    for advice in ("Business trip", "towards efficiency", 'class="axis', "Why (", "Ask once"):
        assert advice not in shown
    assert "Confirm in every case" in shown
    assert "All five stages" in shown
    assert "What do you notice?" in shown


def test_with_advice_the_same_guest_is_shown_all_of_it(
    desk: FlaskClient, usual: str, context: Context, clock: Clock
) -> None:
    set_exploration(context, HOUSE, Exploration(), by="Ana", now=clock())
    shown = desk.get(usual).text
    assert USUAL not in shown
    for advice in ('class="axis', "Why (", "Check in this way"):
        assert advice in shown


def test_the_board_says_usual_and_no_verb(desk: FlaskClient, usual: str) -> None:
    row = desk.get("/desk").text.split(f'href="{usual}"')[1].split("</a>")[0]
    assert '<span class="tag">usual</span>' in row


def test_after_the_check_in_usual_service_goes_on(
    desk: FlaskClient, usual: str, context: Context
) -> None:
    shown = post(desk, f"{usual}/check-in", style="near").text
    assert stay_now(context, "B-1").served_style == "near"
    assert USUAL in shown
    assert "Why (" not in shown
    assert "Offer once" not in shown
    assert "Another offer was made" in shown or "Which offer?" in shown


def test_a_word_of_the_guest_is_shown_and_brings_the_advice_back(
    desk: FlaskClient, usual: str
) -> None:
    shown = post(desk, f"{usual}/cues", cue="asks_for_privacy", on="1").text
    assert USUAL not in shown
    assert "The guest's own word" in shown.replace("&#39;", "'")
    assert "Why (" in shown
