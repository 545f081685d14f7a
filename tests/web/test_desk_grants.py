"""What staff may grant on the spot stands on the card of a guest to whom something happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from desk_stays import HOUSE, arrive
from flask.testing import FlaskClient

from engine.bootstrap import open_context
from engine.usecases.context import Context
from engine.usecases.house.room import GRANTS

TOLD = {"en": "A coffee\n\n Late check-out <b>", "de": "Ein Kaffee"}
WENT_WRONG = ({"problem_now": True}, {"complaint_before": True})


@pytest.fixture
def context(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Context]:
    path = f"sqlite:///{tmp_path / 'profiles.db'}"
    ctx = open_context(path, base_url="http://localhost", with_demo=False, now=clock())
    grant(ctx, TOLD)
    yield ctx
    ctx.store.close()


def grant(ctx: Context, told: dict[str, str]) -> None:
    house = ctx.catalogue.houses[HOUSE]
    with ctx.store.begin() as work:
        work.houses.save(replace(house, values={**house.values, GRANTS: told}))


def granted(page: str) -> str:
    return page.split('id="may-grant"', 1)[1].split("</div>", 1)[0]


@pytest.mark.parametrize("facts", WENT_WRONG)
def test_after_a_complaint_or_with_a_problem_the_desk_sees_what_it_may_grant(
    desk: FlaskClient, context: Context, facts
):
    arrive(context, "A1", facts=facts)
    told = granted(desk.get("/desk/A1").text)
    assert "You may grant this on the spot:" in told
    assert '<ul lang="en"><li dir="auto">A coffee</li>' in told
    assert '<li dir="auto">Late check-out &lt;b&gt;</li></ul>' in told
    german = granted(desk.get("/desk/A1?lang=de").text)
    assert "Das dürfen Sie sofort gewähren:" in german
    assert '<ul lang="de"><li dir="auto">Ein Kaffee</li></ul>' in german


def test_what_is_not_told_in_the_language_of_the_desk_is_shown_in_that_of_the_house(
    desk: FlaskClient, context: Context
):
    grant(context, {"de": "Ein Kaffee"})
    arrive(context, "A1", facts=WENT_WRONG[0])
    told = granted(desk.get("/desk/A1?lang=en").text)
    assert '<ul lang="de"><li dir="auto">Ein Kaffee</li></ul>' in told


@pytest.mark.parametrize("facts", [{}, {"problem_now": False}])
def test_where_nothing_went_wrong_nothing_is_handed_out(desk: FlaskClient, context: Context, facts):
    arrive(context, "A1", facts=facts)
    assert "may-grant" not in desk.get("/desk/A1").text


def test_a_house_that_grants_nothing_shows_no_empty_list(desk: FlaskClient, context: Context):
    grant(context, {"en": " \n"})
    arrive(context, "A1", facts=WENT_WRONG[0])
    assert "may-grant" not in desk.get("/desk/A1").text


def test_a_hidden_card_hides_it_too(desk: FlaskClient, context: Context):
    arrive(context, "A1", facts=WENT_WRONG[0])
    assert "may-grant" not in desk.get("/desk/A1?hide=1").text
