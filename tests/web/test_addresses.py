"""Every stay has an address that opens, whatever its reservation system calls it."""

from __future__ import annotations

import re

import pytest
from desk_stays import arrive, move_in, post, stay_now
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.stays import StayStatus
from engine.usecases.context import Context
from web.desk.address import PLAIN, RESERVED, part_of, path_of, ref_of

ODD = (
    *("in-house", "changes", "promises", "a/qr.svg", "/lead", "trail/", "..", ".", "a/../b"),
    *("A 1/ä?b", "50%25", "a&b=c", "<script>", "~A1", "a#b", "a\\b", "a;b", "日本", "//evil"),
)


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())


@pytest.mark.parametrize("ref", ODD)
def test_a_stay_of_any_name_is_found_opened_checked_in_and_drawn(
    desk: FlaskClient, context: Context, ref: str
):
    arrive(context, ref)
    path = re.search(r'href="(/desk/[^"]+)" data-swap="#desk" data-find', desk.get("/desk").text)[1]
    assert "Jonas Berg" in desk.get(path).text
    assert desk.get(f"{path}/qr.svg").mimetype == "image/svg+xml"
    assert post(desk, f"{path}/check-in", style="brief").status_code == 200
    assert stay_now(context, ref).status is StayStatus.IN_HOUSE


def test_a_plain_reference_is_its_own_address(desk: FlaskClient, context: Context):
    arrive(context, "B-10.42_x")
    assert path_of("B-10.42_x") == "/desk/B-10.42_x"
    assert desk.get("/desk/B-10.42_x").status_code == 200


@given(st.text(min_size=1).filter(lambda text: text.isprintable() or text.isspace()))
def test_an_address_is_one_plain_part_and_leads_back(ref: str):
    part = part_of(ref)
    assert ref_of(part) == ref
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", part)
    assert part not in RESERVED


@pytest.mark.parametrize("part", ["~", "~!", "~A", "~QTE=", "~QTE", "~QR", "~_w", "~4pyT4p"])
def test_what_is_no_address_opens_nothing(desk: FlaskClient, context: Context, part: str):
    arrive(context, "A1")
    assert desk.get(f"/desk/{part}").status_code == 404


def test_no_stay_hides_behind_a_room_of_the_desk(app: Flask):
    rooms = {
        rule.rule.split("/")[2]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk/") and "<" not in rule.rule
    }
    assert rooms <= RESERVED
    assert all(PLAIN.fullmatch(room) for room in rooms)


@pytest.mark.parametrize("number", ["9999999999999999999999", "2147483648", "0", "99"])
def test_a_number_that_no_row_has_is_not_here(owner: FlaskClient, number: str):
    assert owner.get(f"/owner/rules/history/{number}").status_code == 404
    for path in (f"/owner/rules/restore/{number}", f"/owner/people/{number}/out"):
        assert owner.post(path).status_code == 404, path
    assert owner.get(f"/owner/people/{number}/secret").status_code == 404
    assert owner.get(f"/owner/rules/history?before={number}").status_code == 200
