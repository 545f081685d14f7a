"""Reservations from a file: previewed, taken into the own house, and never into the demo."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.house.own_house import houses
from tests.web.demo_house import copied, made

OWN = "las_cabanas"
HOUSE = {
    "name": "Aal am See",
    "kind": "room",
    "units": "12",
    "time_zone": "Europe/Berlin",
    "languages": ["de"],
}
STAYS = b"booking,arrival,departure,name,language,unit,adults,children\n"
GOOD = b"B1,2026-06-13,2026-06-15,Jonas Berg,de,C7,2,0\n"
BAD = b"B2,13 June,2026-06-15,Dana Kim,en,C8,1,0\n"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def upload(client: FlaskClient, data: bytes, **form: str) -> TestResponse:
    mapping = client.get("/owner/reservations").text.split("<textarea")[1].split(">", 1)[1]
    fields = {"mapping": mapping.split("</textarea>")[0].replace("&#34;", '"'), **form}
    return client.post("/owner/reservations", data={**fields, "file": (io.BytesIO(data), "r.csv")})


def n_imported(context: Context, house: str = OWN) -> int:
    with context.store.read() as work:
        return len(work.stays.find(house, "Jonas Berg"))


def test_a_preview_of_reservations_shows_what_would_come_and_writes_nothing(
    owner: FlaskClient, context: Context
):
    answer = upload(owner, STAYS + GOOD + BAD)
    assert answer.status_code == 200
    told = plain(answer.text)
    assert "Preview: nothing was changed" in told
    assert "Read2 New1" in told.replace("Read 2", "Read2").replace("New 1", "New1")
    assert "line 3" in told
    assert n_imported(context) == 0


def test_what_was_previewed_is_imported_without_choosing_it_again(
    owner: FlaskClient, context: Context
):
    page = upload(owner, STAYS + GOOD).text
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    assert base64.b64decode(kept) == STAYS + GOOD
    mapping = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    form = {"kept": kept, "mapping": mapping.replace("&#34;", '"'), "do": "import"}
    answer = owner.post("/owner/reservations", data=form)
    assert "Imported" in plain(answer.text)
    assert n_imported(context) == 1


@pytest.mark.parametrize(
    ("data", "mapping"),
    [(b"", None), (STAYS + GOOD, "no toml ="), (STAYS + GOOD, "[stay]\nref = 'nothing'")],
)
def test_reservations_that_cannot_be_read_are_explained(
    owner: FlaskClient, data: bytes, mapping: str | None
):
    answer = upload(owner, data, **({"mapping": mapping} if mapping else {}))
    assert answer.status_code == 422
    assert 'id="problem"' in answer.text


@pytest.mark.parametrize("kept", ["é", "%", ""])
def test_reservations_that_were_lost_on_the_way_must_be_chosen_again(owner: FlaskClient, kept: str):
    answer = owner.post("/owner/reservations", data={"kept": kept, "do": "import"})
    assert answer.status_code == 422
    assert "Choose the file with the reservations." in answer.text


def ids(context: Context) -> set[str]:
    return {house.id for house in houses(context)}


def test_the_page_says_which_house_the_stays_go_to(owner: FlaskClient, context: Context):
    before = plain(owner.get("/owner/reservations").text)
    assert "Your own house, Las Cabañas, moves in with the first stays." in before
    assert "The demo stays apart." in before
    upload(owner, STAYS + GOOD, do="import")
    after = plain(owner.get("/owner/reservations").text)
    assert "The stays go to Las Cabañas. The demo stays apart." in after


def test_real_stays_never_go_into_the_demo_whatever_the_form_says(
    owner: FlaskClient, context: Context
):
    assert 'value="demo"' not in owner.get("/owner/reservations").text
    upload(owner, STAYS + GOOD, house=DEMO)
    assert ids(context) == {DEMO}, "a preview moves nobody in"
    upload(owner, STAYS + GOOD, house=DEMO, do="import")
    assert ids(context) == {DEMO, OWN}
    assert n_imported(context, DEMO) == 0
    assert n_imported(context) == 1
    assert 'value="demo"' not in owner.get("/owner/reservations").text
    assert "Jonas Berg" in owner.get("/desk?day=2026-06-13").text


def test_leaving_the_demo_keeps_the_imported_stays_on_the_desk(
    owner: FlaskClient, context: Context
):
    upload(owner, STAYS + GOOD, do="import")
    assert "Your own house is here already: Las Cabañas." in plain(
        owner.get("/owner/start-own-house").text
    )
    assert owner.post("/owner/start-own-house", data=HOUSE).status_code == 409
    assert owner.post("/owner/remove-demo").status_code == 303
    assert ids(context) == {OWN}
    assert "Jonas Berg" in owner.get("/desk?day=2026-06-13").text


def test_the_demo_does_not_go_while_it_is_all_there_is(owner: FlaskClient, context: Context):
    owner.post("/owner/remove-demo")
    assert ids(context) == {DEMO}


def test_every_reason_is_told_in_german(owner: FlaskClient, context: Context):
    foreign = b"B3,2026-06-13,2026-06-15,Eva,de,C77,1,0\n"
    nameless = b",2026-06-13,2026-06-15,Eva,de,C7,1,0\n"
    owner.post("/account/language", data={"language": "de"})
    told = plain(upload(owner, STAYS + GOOD + GOOD + BAD + foreign + nameless).text)
    for said in (
        "Zeile 3dieselbe Buchung steht in Zeile 2, und die zählt",
        "ist kein Datum der Form %Y-%m-%d (Spalte „arrival“)",
        "„C77“ gehört nicht zu den Hütten oder Zimmern dieses Hauses. Meinten Sie „C7“?",
        "die Nummer der Buchung fehlt",
    ):
        assert said in told.replace("&#39;", "'"), told


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("[stay]\nref = 'nothing'", "stay.arrival: wird gebraucht: nennen Sie die Spalte."),
        ("no toml =", "das ist kein gültiges TOML"),
        ("[stay]\nreff = 'x'", "stay.reff: diesen Schlüssel gibt es nicht. Meinten Sie „ref“?"),
        (
            "[stay]\nref='bookin'\narrival='arrival'\ndeparture='departure'",
            "stay.ref: die Datei hat keine Spalte „bookin“. Meinten Sie „booking“?",
        ),
    ],
)
def test_a_wrong_mapping_is_told_in_german_with_its_place(
    owner: FlaskClient, mapping: str, said: str
):
    owner.post("/account/language", data={"language": "de"})
    answer = upload(owner, STAYS + GOOD, mapping=mapping)
    assert answer.status_code == 422
    assert said in plain(answer.text)
