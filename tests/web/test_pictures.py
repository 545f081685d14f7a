"""Owners put pictures into packs: from the editor, with words, and nothing typed is lost."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from test_content_rooms import form
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.usecases.context import Context
from engine.usecases.guests.pictures import kept_pictures, line_of
from engine.usecases.house.content_told import open_thing
from tests.pictures import JPEG, SECRET, from_camera, png

WIFI, ROOM = "/owner/packs/wifi", "/owner/packs/pictures"
ALTS = {"alt.en": "The router", "alt.de": "Der Router"}


def put(owner: FlaskClient, data: bytes = JPEG, name: str = "router.jpg", **typed: str):
    fields = form(owner, WIFI, **(ALTS | typed))
    file = FileStorage(io.BytesIO(data), name)
    boundary, body = encode_multipart(fields | {"picture": file})
    kind = f"multipart/form-data; boundary={boundary}"
    return owner.post(f"{WIFI}/picture", data=body, content_type=kind)


def line_in(page: str, language: str = "en") -> str:
    text = re.search(rf'<textarea id="body.{language}".*?\n(.*?)</textarea>', page, re.DOTALL)[1]
    return text.strip().splitlines()[-1]


def test_a_picture_comes_to_the_end_of_the_page_and_nothing_is_saved_yet(
    owner: FlaskClient, context: Context
):
    answer = put(owner, **{"title.en": "Net", "body.en": "Just this."})
    assert answer.status_code == 200
    (kept,) = kept_pictures(context)
    assert line_in(answer.text) == line_of(kept.picture.sha256, "The router")
    assert "Just this.\n\n![The router]" in answer.text
    assert "Net</textarea>" in answer.text
    assert "Its line stands at the end of each page" in answer.text
    assert context.catalogue.version == context.seed.version
    assert kept.packs == ()


def test_saved_it_is_shown_to_guests_with_its_words(owner: FlaskClient, context: Context):
    line = line_in(put(owner, from_camera()).text)
    saved = owner.post(WIFI, data=form(owner, WIFI, **{"body.en": f"Here:\n\n{line}"}))
    assert saved.status_code == 303
    (kept,) = kept_pictures(context)
    assert kept.packs == ("wifi",)
    sent = owner.get(f"/pictures/{kept.picture.sha256}").data
    assert SECRET not in sent
    page = owner.get(WIFI).text
    assert f'<img src="/pictures/{kept.picture.sha256}" alt="The router"' in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a picture."),
        (b"<svg onload=x>", "An SVG drawing can carry a program"),
        (b"GIF89a", "Only JPEG and PNG"),
        (png() + bytes(2 * 1024 * 1024), "send one of at most 2 MB"),
        (JPEG[:-20], "broken or not complete"),
    ],
)
def test_what_is_no_picture_is_refused_at_its_field_and_nothing_typed_is_lost(
    owner: FlaskClient, context: Context, data: bytes, said: str
):
    answer = put(owner, data, **{"body.en": "Just this."})
    assert answer.status_code == 422
    assert said in re.search(r'id="picture-wrong">(.*?)</p>', answer.text)[1]
    assert "Just this.</textarea>" in answer.text
    assert 'value="The router"' in answer.text
    assert kept_pictures(context) == ()


def test_a_picture_without_words_is_refused_in_each_language_that_lacks_them(owner: FlaskClient):
    answer = put(owner, **{"alt.en": " ", "alt.de": "x" * 201})
    assert answer.status_code == 422
    assert re.findall(r'id="(alt.\w+)-wrong"', answer.text) == ["alt.en"]
    spoken = re.findall(r'<input id="(alt\.\w+)"', owner.get(WIFI).text)
    assert "alt.en" in spoken


def test_a_page_shows_no_picture_from_elsewhere_and_none_without_words(
    owner: FlaskClient, context: Context
):
    sha256 = re.search(r"/pictures/([0-9a-f]{64})", line_in(put(owner).text))[1]
    for line in (
        "![x](https://elsewhere.example/x.png)",
        "![x](data:image/png;base64,iVBORw0KGgo=)",
        f"![x](/pictures/{'0' * 64})",
        f"![](/pictures/{sha256})",
        f"![x](//elsewhere.example/pictures/{sha256})",
    ):
        answer = owner.post(WIFI, data=form(owner, WIFI, **{"body.en": line}))
        assert answer.status_code == 422, line
        assert 'id="body.en-wrong"' in answer.text
    assert open_thing(context, "packs/wifi").versions[0].number == 0


def test_words_cannot_break_out_of_their_line(owner: FlaskClient):
    page = put(owner, **{"alt.en": "a](javascript:x) ![b\n\n<script>"}).text
    assert re.fullmatch(
        r"!\[a \(javascript:x\) ! b script\]\(/pictures/[0-9a-f]{64}\)", line_in(page)
    )


def test_the_same_picture_is_kept_once_and_goes_only_when_no_page_shows_it(
    owner: FlaskClient, context: Context
):
    line = line_in(put(owner).text)
    put(owner, from_camera(), "again.jpg")
    (kept,) = kept_pictures(context)
    remove = f"{ROOM}/{kept.picture.sha256}/remove"
    before = form(owner, WIFI)
    owner.post(WIFI, data=before | {"body.en": line})
    room = owner.get(ROOM).text
    assert "router.jpg" in room
    assert remove not in room
    answer = owner.post(remove)
    assert answer.status_code == 409
    assert "A page still shows this picture." in answer.text
    owner.post(f"{WIFI}/restore/0")
    assert owner.post(remove).status_code == 303
    assert kept_pictures(context) == ()
    assert owner.post(remove).status_code == 404
    assert "There is no picture yet" in owner.get(ROOM).text


def test_only_owners_put_pictures_in(desk: FlaskClient, client: FlaskClient):
    for path in (f"{WIFI}/picture", f"{ROOM}/{'0' * 64}/remove"):
        assert desk.post(path).status_code == 403
        assert client.post(path).status_code in (303, 401)
