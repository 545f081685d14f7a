"""The guide on the phone, in a file, on paper: the same pages, and codes only when released."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.bootstrap import first_rule_set
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.stays import StayDraft, StayStatus
from engine.store.pack_uses import PackCount
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code, issue_link
from engine.usecases.guests.pictures import FOLDER, put_picture
from engine.usecases.house.content import Signature, restore, save
from engine.usecases.house.content_told import open_thing
from tests.pictures import png

HOUSE = "las_cabanas"
READY = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}
WIFI = "/g/guide/wifi"

Book = Callable[..., str]
Visit = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    content = rule_set_to_dict(first_rule_set(context.catalogue))
    with context.store.begin() as work:
        work.rule_sets.publish(content, reason="starter", by="test", at=clock(), based_on=0)
        work.houses.save(context.catalogue.houses[HOUSE])


@pytest.fixture
def visit(new_client: Callable[[], FlaskClient], context: Context, clock) -> Visit:
    """Let a guest of cabin C7 press Start; her booking is as told."""

    def add(ref: str = "A1", **more) -> FlaskClient:
        today = clock().date()
        usual = {"language": "en", "email": None, "unit": "C7", "arrival_on": today}
        usual |= {"departure_on": today + timedelta(2), "status": StayStatus.EXPECTED}
        usual |= {"facts": READY, "source": "test"}
        draft = StayDraft(house=HOUSE, ref=ref, guest_name="Jonas Berg", **(usual | more))
        with context.store.begin() as work:
            stay = work.stays.add(draft)
            issue_link(work, context.secret, stay)
        client = new_client()
        assert client.post(f"/g/{guest_code(context.secret, stay.id, 1)}").status_code == 303
        return client

    return add


def code_of(context: Context) -> str:
    units = context.catalogue.houses[HOUSE].units
    return next(unit.values["access_code"] for unit in units if unit.code == "C7")


def ways(client: FlaskClient, folder: str) -> Iterator[str]:
    """Read the guide in every way that there is."""
    for path in (f"{folder}/access", f"{folder}/keep", f"{folder}/print"):
        yield client.get(path).text
    yield client.get(f"{folder}/print?pack=access").text


def counted(context: Context, pack: str = "wifi") -> PackCount:
    with context.store.read() as work:
        return work.pack_uses.counts("2000-01").get(pack, PackCount())


# Codes


@pytest.mark.parametrize("lacks", ["unit_ready", "access_released"])
@pytest.mark.parametrize("how", ["no", "unknown"])
def test_no_way_tells_a_code_before_the_unit_is_ready_and_released(
    visit: Visit, context: Context, lacks: str, how: str
):
    facts = READY | {lacks: False}
    if how == "unknown":
        del facts[lacks]
    guest = visit(facts=facts)
    assert not any(code_of(context) in page for page in ways(guest, "/g/guide"))
    assert 'id="access"' not in guest.get("/g/guide/keep").text
    assert "/g/guide/access" not in guest.get("/g").text


def test_every_way_of_the_guest_tells_the_code_once_it_is_released(visit: Visit, context: Context):
    assert all(code_of(context) in page for page in ways(visit(), "/g/guide"))


def test_no_way_tells_a_code_after_the_stay(visit: Visit, context: Context, clock):
    left, late = visit("A1", status=StayStatus.DEPARTED), visit("A2")
    assert not any(code_of(context) in page for page in ways(left, "/g/guide"))
    clock.forward(days=2)
    assert code_of(context) in late.get("/g/guide/access").text
    clock.forward(days=1)
    assert not any(code_of(context) in page for page in ways(late, "/g/guide"))
    assert late.get(WIFI).status_code == 200


def test_printed_codes_tell_nobody_a_code_in_any_way(visit: Visit, context: Context):
    guest = visit()
    guest.get("/g/guide/access")
    pages = [*ways(guest, "/p/C7"), guest.get("/p/C7").text]
    assert not any(code_of(context) in page or "Jonas" in page for page in pages)


def test_what_owners_print_for_the_rooms_holds_no_code(owner: FlaskClient, context: Context):
    house = context.catalogue.houses[HOUSE]
    codes = [unit.values["access_code"] for unit in house.units if "access_code" in unit.values]
    assert codes
    for query in ("what=hangers", "what=cards&pack=access&pack=wifi&pack=arrival_basics"):
        page = owner.get(f"/owner/packs/printed?{query}").text
        assert page.count('class="sheet"') >= len(house.units)
        assert not any(code in page for code in codes)


# The file


def test_the_file_is_whole_in_itself_and_runs_nothing(visit: Visit, context: Context):
    answer = visit().get("/g/guide/keep")
    page = answer.text
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="las-cabanas-cabin-7-en.html"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(sign in page for sign in ("<script", "<link", "<form", "@import", "url("))
    assert re.findall(r'src="(?!data:)', page) == []
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', page)
    assert f"style-src &#39;sha256-{digest}&#39;" in policy
    assert "default-src &#39;none&#39;" in policy
    shown = re.findall(r'<article id="(\w+)"', page)
    assert sorted(shown) == sorted(context.catalogue.packs)
    assert re.findall(r'<li><a href="#(\w+)"', page) == shown


def test_the_file_speaks_the_language_of_the_guest_and_so_does_its_name(visit: Visit):
    answer = visit(language="de").get("/g/guide/keep")
    assert '<html lang="de" dir="ltr">' in answer.text
    assert "WLAN" in answer.text
    assert "-de.html" in answer.headers["Content-Disposition"]


def test_names_in_any_script_become_file_names_that_every_phone_takes(
    visit: Visit, owner: FlaskClient, context: Context
):
    house = context.catalogue.houses[HOUSE]
    with context.store.begin() as work:
        work.houses.save(replace(house, name="فندق / ..\\\r\nX: y", units=house.units))
    name = visit().get("/g/guide/keep").headers["Content-Disposition"]
    assert name == 'attachment; filename="x-y-cabin-7-en.html"'


def test_pictures_lie_within_the_file(visit: Visit, context: Context, clock):
    sha256 = show_picture(context, clock)
    page = visit().get("/g/guide/keep").text
    content = base64.b64encode(png()).decode()
    assert (
        f'<img src="data:image/png;base64,{content}" alt="The box" width="16" height="8">' in page
    )
    assert sha256 not in page


def test_links_within_tact_lead_there_from_the_file_too(visit: Visit, context: Context, clock):
    told = open_thing(context, "packs/wifi").fields | {"body.en": "[Parking](/p/C7/parking)"}
    save(context, "packs/wifi", told, Signature("Ana", clock()))
    assert f'<a href="{context.base_url}/p/C7/parking">' in visit().get("/g/guide/keep").text


def test_the_tablet_of_the_desk_keeps_no_file(visit: Visit):
    guest = visit()
    guest.set_cookie("tact-guest", guest.get_cookie("tact-guest").value + ".desk")
    assert guest.get("/g/guide/keep").status_code == 404
    assert "/g/guide/keep" not in guest.get("/g").text


# Paper


def test_each_pack_has_a_card_of_its_own(visit: Visit, context: Context):
    guest = visit()
    page = guest.get("/g/guide/print").text
    assert page.count('<article class="sheet">') == len(context.catalogue.packs)
    assert page.count("<h1>") == 1
    one = guest.get("/g/guide/print?pack=wifi").text
    assert re.findall(r"<h2>(.*?)</h2>", one)[0] == "Wi-Fi"
    assert one.count('<article class="sheet">') == 1
    assert guest.get("/g/guide/print?pack=nothing").status_code == 404
    assert not any("<script" in text or " style=" in text for text in (page, one))


def test_a_door_hanger_says_where_it_leads_in_the_languages_of_the_house(
    owner: FlaskClient, context: Context
):
    page = owner.get("/owner/packs/printed?what=hangers&unit=C7").text
    assert page.count('<article class="sheet">') == 1
    assert f'<p class="address" dir="ltr">{context.base_url}/p/C7</p>' in page
    house = context.catalogue.houses[HOUSE]
    spoken = [tag for tag in house.languages if tag in context.catalogue.languages]
    assert re.findall(r'<p lang="(\w+)" dir="ltr">', page) == spoken
    assert "<svg" in page
    assert owner.get("/owner/packs/printed?what=hangers&unit=none").status_code == 404


def test_owners_print_all_units_at_once_and_are_told_when_it_is_too_much(
    owner: FlaskClient, context: Context
):
    n_units = len(context.catalogue.houses[HOUSE].units)
    page = owner.get("/owner/packs/printed?what=cards&pack=wifi&in=de").text
    assert page.count('<article class="sheet">') == n_units
    assert "<h2>WLAN</h2>" in page
    assert '<html lang="de"' in page
    many = "&".join(["pack=wifi"] * 200)
    answer = owner.get(f"/owner/packs/printed?what=cards&{many}")
    assert answer.status_code == 422
    assert "Choose fewer pages" in answer.text
    assert owner.get("/owner/packs/printed?what=cards").location == "/owner/packs/printed"


def test_no_page_of_the_guide_is_called_like_a_way_to_take_it_along(context: Context):
    assert not {"keep", "print"} & set(context.catalogue.packs)


# Was it useful?


def test_opening_counts_once_and_the_answer_can_be_changed(visit: Visit, context: Context):
    guest = visit()
    for _ in range(2):
        assert "aria-pressed" not in guest.get(WIFI).text
    for said, shown in (("yes", "You said yes"), ("no", "You said no")):
        answer = guest.post(f"{WIFI}/useful", data={"useful": said})
        assert (answer.status_code, answer.location) == (303, f"{WIFI}#useful")
        page = guest.get(WIFI).text
        assert shown in page
        assert re.search(rf'value="{said}" class="chip" aria-pressed="true"', page)
    assert counted(context) == PackCount(1, 0, 1)


def test_what_nobody_looked_at_is_not_counted(visit: Visit, context: Context):
    guest = visit()
    guest.get(WIFI, headers={"Sec-Purpose": "prefetch;prerender"})
    guest.head(WIFI)
    guest.get("/g/guide/keep")
    guest.get("/p/C7/wifi")
    guest.get("/g/guide/none")
    assert counted(context) == PackCount()


def test_after_the_stay_the_guide_stays_and_asks_and_counts_nothing(visit: Visit, context: Context):
    guest = visit(status=StayStatus.DEPARTED)
    assert "Was this useful?" not in guest.get(WIFI).text
    assert guest.post(f"{WIFI}/useful", data={"useful": "yes"}).status_code == 303
    assert counted(context) == PackCount()


def test_nonsense_and_closed_pages_take_no_answer(visit: Visit, context: Context):
    guest = visit(facts={})
    assert guest.post(f"{WIFI}/useful", data={"useful": "maybe"}).status_code == 422
    assert guest.post("/g/guide/access/useful", data={"useful": "yes"}).status_code == 404
    assert counted(context, "access") == PackCount()


def test_owners_read_few_until_there_are_enough(visit: Visit, owner: FlaskClient):
    for n in range(5):
        guest = visit(f"A{n}")
        guest.post(f"{WIFI}/useful", data={"useful": "yes"})
        page = owner.get("/owner/packs").text
        used = re.search(r'id="wifi".*?<p class="muted use">(.*?)</p>', page, re.DOTALL)[1]
        assert used == (
            "Stays that opened it: few."
            if n < 4
            else "Stays that opened it: 5. Useful: 5 said yes, few said no."
        )


# Words in force, pictures


def show_picture(context: Context, clock) -> str:
    """Put a picture into the Wi-Fi page; return its hash."""
    alts = {"en": "The box"}
    sha256 = put_picture(context, png(), "box.png", alts, by="Ana", at=clock())
    told = dict(open_thing(context, "packs/wifi").fields)
    told["body.en"] = f"Look:\n\n![The box]({FOLDER}{sha256})"
    save(context, "packs/wifi", told, Signature("Ana", clock()))
    return sha256


def test_the_guest_reads_the_version_in_force(visit: Visit, context: Context, clock):
    guest = visit()
    told = open_thing(context, "packs/wifi").fields | {"body.en": "Only one line."}
    save(context, "packs/wifi", told, Signature("Ana", clock()))
    for path in (WIFI, "/g/guide/keep", "/g/guide/print", "/p/C7/wifi"):
        assert "Only one line." in guest.get(path).text
    restore(context, "packs/wifi", 0, Signature("Ana", clock()))
    for path in (WIFI, "/g/guide/keep", "/g/guide/print", "/p/C7/wifi"):
        assert "Only one line." not in guest.get(path).text


def test_a_picture_is_shown_and_kept_for_a_year(visit: Visit, app: Flask, context: Context, clock):
    sha256 = show_picture(context, clock)
    shown = f'<img src="/pictures/{sha256}" alt="The box" width="16" height="8">'
    assert shown in visit().get(WIFI).text
    answer = app.test_client().get(f"/pictures/{sha256}")
    assert answer.data == png()
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = app.test_client().get(f"/pictures/{sha256}", headers={"If-None-Match": f'"{sha256}"'})
    assert again.status_code == 304
    for wrong in ("0" * 64, "x", sha256.upper()):
        assert app.test_client().get(f"/pictures/{wrong}").status_code == 404
