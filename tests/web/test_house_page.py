"""The room of the house without script: every form, what is wrong at its field, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.domain.stays import House
from engine.usecases.context import Context
from engine.usecases.house.room import GRANTS, house_room
from tests.web.demo_house import NOW, copied, made

HOUSE = "/owner/house"
DEMO = "/owner/house/demo"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def field(page: str, form: str, name: str) -> str:
    """Return the value of a hidden field of one form."""
    part = page.split(f'action="{form}"', 1)[1].split("</form>", 1)[0]
    found = re.search(rf'name="{name}" value="([^"]*)"', part)
    assert found, name
    return found.group(1)


def basics(owner: FlaskClient, **changes: object) -> dict[str, object]:
    page = owner.get(HOUSE).text
    return {
        "name": "Las Cabañas",
        "house_class": "average",
        "time_zone": "Europe/Copenhagen",
        "usual_style": "near",
        "contact": "",
        "quiet_from": "22",
        "quiet_until": "7",
        "languages": ["en", "de"],
        "seen": field(page, f"{DEMO}/basics", "seen"),
        **changes,
    }


def now_is(context) -> House:
    return house_room(context, "demo", now=NOW).house


def test_what_the_house_is_is_saved_and_shown(owner: FlaskClient, context):
    answer = owner.post(f"{DEMO}/basics", data=basics(owner))
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert "Saved" in page
    assert "Las Cabañas (demo)" not in page.split("<h2", 1)[0]
    assert now_is(context).quiet_hours == (22, 7)
    assert "changed the house" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "A name is needed."),
        ({"quiet_from": "late"}, "Write a whole number"),
        ({"quiet_from": "25"}, "This number does not fit."),
        ({"languages": []}, "Choose at least one language."),
        ({"time_zone": "Nowhere"}, "There is no such time zone."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(
    owner: FlaskClient,
    context,
    changes,
    said,
):
    before = now_is(context)
    answer = owner.post(f"{DEMO}/basics", data=basics(owner, contact="x@y.example", **changes))
    assert answer.status_code == 422
    key = next(iter(changes))
    summary = answer.text.split('class="summary"', 1)[1]
    assert f'href="#{key}"' in summary
    assert said in answer.text
    assert 'value="x@y.example"' in answer.text
    assert now_is(context) == before


def test_who_comes_second_sees_what_is_there_now_and_may_insist(
    owner: FlaskClient,
    context,
):
    mine = basics(owner, name="Mine")
    owner.post(f"{DEMO}/basics", data=basics(owner, name="Theirs <b>"))
    answer = owner.post(f"{DEMO}/basics", data=mine)
    assert answer.status_code == 409
    assert "There now: <q>Theirs &lt;b&gt;</q>" in answer.text
    assert 'value="Mine"' in answer.text
    assert now_is(context).name == "Theirs <b>"
    again = {**mine, "seen": field(answer.text, f"{DEMO}/basics", "seen")}
    assert owner.post(f"{DEMO}/basics", data=again).status_code == 303
    assert now_is(context).name == "Mine"


def test_the_same_post_twice_is_done_once(owner: FlaskClient, context):
    data = {"code": "S1", "name": "Sauna", "kind": "cabin", "complexity": "simple"}
    for _ in range(2):
        answer = owner.post(f"{DEMO}/units/new", data={**data, "idempotency": "k1"})
        assert answer.status_code == 303
    assert [unit.code for unit in now_is(context).units].count("S1") == 1


def test_values_of_a_pack_are_changed_on_a_page_of_their_own(
    owner: FlaskClient,
    context,
):
    page = owner.get(f"{DEMO}/packs/wifi").text
    assert "{wifi_name} · English" in page
    told = {
        name: value.replace("&#39;", "'")
        for name, value in re.findall(r'name="([a-z_]+\.[a-z]+)" value="([^"]*)"', page)
    }
    told |= {"wifi_name.en": "Birch", "wifi_name.de": ""}
    told["seen"] = field(page, f"{DEMO}/packs/wifi", "seen")
    answer = owner.post(f"{DEMO}/packs/wifi", data=told)
    assert answer.status_code == 303
    assert now_is(context).values["wifi_name"] == {"en": "Birch"}
    assert "wifi_name (Deutsch)" in owner.get(answer.location).text
    assert owner.post(f"{DEMO}/packs/wifi", data=told).status_code == 409


def test_a_missing_value_is_named_on_the_page(owner: FlaskClient):
    page = owner.get(f"{DEMO}/packs/wifi").text
    seen = field(page, f"{DEMO}/packs/wifi", "seen")
    owner.post(f"{DEMO}/packs/wifi", data={"seen": seen})
    page = owner.get(HOUSE).text
    assert "Missing: 6" in page
    assert ">wifi_name</code>" in page


def test_a_unit_is_added_changed_refused_and_removed(owner: FlaskClient, context):
    new = {"code": "C3", "name": "", "kind": "cabin", "complexity": "complex"}
    answer = owner.post(f"{DEMO}/units/new", data=new)
    assert answer.status_code == 422
    assert "This code is taken." in answer.text
    assert "A name is needed." in answer.text
    line = {"must_know_1.en": "Mind the step.", "value.access_code": "1234"}
    owner.post(f"{DEMO}/units/new", data={**new, **line, "code": "S1", "name": "Sauna"})
    page = owner.get(f"{DEMO}/units/S1").text
    assert "Mind the step." in page
    seen = field(page, f"{DEMO}/units/S1", "seen")
    told = {**new, **line, "name": "Big sauna", "seen": seen}
    assert owner.post(f"{DEMO}/units/S1", data=told).status_code == 303
    assert owner.post(f"{DEMO}/units/S1", data=told).status_code == 409
    unit = now_is(context).units[-1]
    assert (unit.name, dict(unit.values)) == ("Big sauna", {"access_code": "1234"})
    assert owner.post(f"{DEMO}/units/S1/remove").status_code == 303
    assert owner.get(f"{DEMO}/units/S1").status_code == 404


def test_a_unit_with_stays_offers_no_removal_and_refuses_one(owner: FlaskClient):
    page = owner.get(f"{DEMO}/units/C3").text
    assert 'id="remove"' not in page
    answer = owner.post(f"{DEMO}/units/C3/remove")
    assert answer.status_code == 409
    assert "stays name C3" in answer.text


def test_what_staff_may_grant_is_saved(owner: FlaskClient, context):
    seen = field(owner.get(HOUSE).text, f"{DEMO}/grants", "seen")
    told = {f"{GRANTS}.en": "A coffee\r\nAnother room", f"{GRANTS}.de": "", "seen": seen}
    assert owner.post(f"{DEMO}/grants", data=told).status_code == 303
    assert "Another room" in now_is(context).values[GRANTS]["en"]


def test_chance_is_set_in_percent_and_refused_beyond_its_limits(
    owner: FlaskClient,
    context,
):
    seen = field(owner.get(HOUSE).text, f"{DEMO}/exploration", "seen")
    told = {
        "is_on": "on",
        "control_share": "12,5",
        "test_share": "10",
        "floor": "5",
        "reach": "1",
        "monthly_budget": "30",
        "seen": seen,
    }
    wrong = owner.post(f"{DEMO}/exploration", data={**told, "floor": "50", "reach": "far"})
    assert wrong.status_code == 422
    assert "Write a number" in wrong.text
    assert owner.post(f"{DEMO}/exploration", data={**told, "floor": "50"}).status_code == 422
    assert owner.post(f"{DEMO}/exploration", data=told).status_code == 303
    settings = house_room(context, "demo", now=NOW).exploration
    assert (settings.is_on, settings.control_share, settings.floor) == (True, 0.125, 0.05)


def test_what_is_not_there_is_not_found(owner: FlaskClient):
    for path in (
        *("/owner/house?house=none", "/owner/house/none/units/new"),
        *(f"{DEMO}/units/none", f"{DEMO}/packs/none"),
    ):
        assert owner.get(path).status_code == 404, path


def test_the_room_speaks_german(owner: FlaskClient):
    page = owner.get(f"{HOUSE}?lang=de").text
    assert "Was das Team sofort gewähren darf" in page
    assert "Es fehlt nichts." in page
