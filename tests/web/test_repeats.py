"""The same post twice acts once; another post with the same key is another act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk_stays import arrive, move_in, n_entries, post, stay_now
from flask.testing import FlaskClient

from engine.domain.people import Role
from engine.domain.stays import StayStatus
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())
    arrive(context, "A1")
    arrive(context, "A2", "Dana Kim")


def test_one_key_sent_to_two_stays_is_two_acts(desk: FlaskClient, context: Context):
    for ref in ("A1", "A2"):
        post(desk, f"/desk/{ref}/check-in", style="brief", idempotency="SAME")
        assert stay_now(context, ref).status is StayStatus.IN_HOUSE


def test_one_key_for_two_acts_on_one_stay_is_two_acts(desk: FlaskClient, context: Context):
    post(desk, "/desk/A1/cues", cue="tired", idempotency="SAME")
    post(desk, "/desk/A1/check-in", style="brief", idempotency="SAME")
    assert n_entries(context, "A1") == 2


def test_one_key_of_two_people_is_two_acts(
    desk: FlaskClient, new_client: Callable[[], FlaskClient], context: Context, clock
):
    add_person(context, "Ben", Role.DESK, "8392", by="test", now=clock())
    ben = new_client()
    ben.post("/account/sign-in", data={"name": "Ben", "secret": "8392"})
    post(desk, "/desk/A1/cues", cue="tired", on=1, idempotency="SAME")
    post(ben, "/desk/A1/cues", cue="tired", on=0, idempotency="SAME")
    assert n_entries(context, "A1") == 2


def test_the_same_post_again_is_the_same_act_by_field_or_by_header(
    desk: FlaskClient, context: Context
):
    key = {"Idempotency-Key": "SAME"}
    post(desk, "/desk/A1/cues", cue="tired", on=1, idempotency="SAME")
    desk.post("/desk/A1/cues", data={"cue": "tired", "on": 1}, headers=key)
    assert n_entries(context, "A1") == 1


def test_a_form_that_was_corrected_after_it_was_sent_is_another_act(
    desk: FlaskClient, context: Context
):
    post(desk, "/desk/A1/cues", cue="tired", on=1, idempotency="SAME")
    post(desk, "/desk/A1/cues", cue="in_hurry", on=1, idempotency="SAME")
    assert n_entries(context, "A1") == 2
