"""Words, languages, assets, the axis, errors and settings."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from engine import errors
from engine.domain.axis import Belief
from web import sentences
from web.account.views import KEYS
from web.axis import Axis, place
from web.config import SETTINGS
from web.errors import STATUS_OF, status_of
from web.i18n import choose, direction, own_name, prefer
from web.words import trade_word

ROOT = Path(__file__).parents[2]


def test_every_translation_is_complete_and_nothing_is_left_over():
    said = {message.id for message in sentences.said() if message.id}
    assert sentences.files()
    for file in sentences.files():
        texts = {message.id: message.string for message in sentences.read(file) if message.id}
        assert set(texts) == said, f"run python -m web.sentences, then fill in {file.name}"
        assert [id for id, text in texts.items() if not text] == [], file


def test_what_the_pages_read_is_what_the_translators_wrote():
    for file in sentences.files():
        compiled = sentences.compiled(sentences.read(file))
        assert file.with_suffix(".mo").read_bytes() == compiled, "run python -m web.sentences"


def test_every_language_of_the_seed_has_its_sentences(catalogue):
    translated = {file.parts[-3] for file in sentences.files()}
    assert translated >= set(catalogue.languages) - {"en"}


def test_templates_translate_only_what_they_say_themselves():
    # `_()` in a template trusts its text as HTML; sentences from elsewhere go by `translated()`.
    for file in (ROOT / "web" / "templates").rglob("*.html"):
        assert re.findall(r"\b_\((?!['\"])[^)]*\)", file.read_text()) == [], file


def test_trade_words_escape_what_guests_are_called(catalogue):
    words = {"en": {"x": "<b> {name} & co"}}
    small = SimpleNamespace(words=words, languages=("en",))
    text = trade_word(small, "de", "x", name="<script>")
    assert text == "&lt;b&gt; &lt;script&gt; &amp; co"
    assert trade_word(small, "en", "x", name=Markup("<i>A</i>")).endswith("<i>A</i> &amp; co")


def test_a_missing_trade_word_is_an_error_and_not_a_blank(catalogue):
    with pytest.raises(LookupError, match=r"desk\.nonsense"):
        trade_word(catalogue, "en", "desk.nonsense")


def test_trade_words_have_the_same_keys_and_placeholders_in_every_language(catalogue):
    def shape(language: str) -> dict[str, set[str]]:
        words = catalogue.words[language].items()
        return {key: set(re.findall(r"{\w+}", text)) for key, text in words}

    assert all(shape(language) == shape("en") for language in catalogue.languages)


def test_the_page_speaks_the_language_of_the_browser(client):
    answer = client.get("/account/sign-in", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de" dir="ltr">' in answer.text
    assert "<h1>Anmelden</h1>" in answer.text


def test_a_chosen_language_stays_and_wins_over_the_browser(client):
    client.post("/account/language", data={"language": "de", "next": "/help"})
    answer = client.get("/help", headers={"Accept-Language": "en"})
    assert '<html lang="de"' in answer.text
    assert '<html lang="en"' in client.get("/help?lang=en").text


def test_a_person_keeps_the_language_on_another_device(desk, new_client):
    desk.post("/account/language", data={"language": "de"})
    other = new_client()
    other.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    assert '<html lang="de"' in other.get("/help").text


def test_the_choice_of_staff_is_not_the_choice_of_the_guest_on_the_same_tablet(app: Flask):
    with app.test_request_context("/g", headers={"Cookie": "tact-language=de"}):
        prefer("en")
        assert choose() == "en"
    with app.test_request_context("/g", headers={"Cookie": "tact-guest-language=de"}):
        assert choose() == "de"


def test_an_unknown_language_changes_nothing(client):
    client.post("/account/language", data={"language": "xx"})
    assert '<html lang="en"' in client.get("/help?lang=../../etc").text


def test_a_language_that_runs_right_to_left_says_so(app: Flask, monkeypatch):
    with app.test_request_context("/"):
        monkeypatch.setattr("web.i18n.language", lambda: "ar")
        assert direction() == "rtl"
    assert own_name("de") == "Deutsch"


def test_assets_carry_the_checksum_of_their_content_and_last_a_year(client):
    page = client.get("/help").text
    links = re.findall(r'(?:href|src)="(/assets/[^"]+)" integrity="sha384-([^"]+)"', page)
    assert {url.rsplit("/", 1)[1] for url, _ in links} == {"app.css", "app.js", "keys.js"}
    for url, checksum in links:
        answer = client.get(url)
        assert base64.b64encode(hashlib.sha384(answer.data).digest()).decode() == checksum
        assert "immutable" in answer.headers["Cache-Control"]
        assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/assets/0000000000000000/app.css").status_code == 404


def test_the_script_of_the_pages_stays_small_and_evaluates_nothing():
    for file in (ROOT / "web" / "static").glob("*.js"):
        text = file.read_text()
        assert len(text.splitlines()) <= 200
        assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)


def test_the_colours_are_those_of_the_design():
    css = (ROOT / "web" / "static" / "app.css").read_text()
    for pair in ("#9A3A00, #FFB37A", "#EBA25F, #A85F23", "#E4E7EB, #3A4754", "#0A4A86, #A9D3FA"):
        assert f"light-dark({pair})" in css
    assert not re.search(r"(?:margin|padding|border)-(?:left|right|top|bottom)\b", css)


@given(mean=st.floats(-4, 4), sd=st.floats(0.05, 1.5), p_contact=st.floats(0, 1, exclude_max=False))
def test_the_axis_stays_in_its_frame_and_never_claims_more_than_nine_in_ten(mean, sd, p_contact):
    axis = Axis.of(Belief(mean, sd, p_contact))
    assert 20 <= axis.band_from <= axis.mark <= axis.band_from + axis.band_width + 0.01 <= 620.02
    assert 5 <= axis.in_ten <= 9
    assert axis.low <= axis.high


def test_efficiency_is_left_and_contact_is_right():
    assert place(-2.5) == 20
    assert place(0) == 320
    assert place(2.5) == 620
    axis = Axis.of(Belief(1.0, 0.4, 0.99))
    assert (axis.leaning, axis.sure, axis.in_ten) == ("axis.leans_contact", "axis.quite_sure", 9)
    assert [cell.colour for cell in axis.cells][:: len(axis.cells) - 1] == ["e3", "c3"]


def test_a_belief_in_the_middle_leans_to_neither_side_and_is_not_sure():
    axis = Axis.of(Belief(0.0, 1.0, 0.5))
    assert (axis.leaning, axis.sure) == ("axis.leans_neither", "axis.not_sure")


@pytest.mark.parametrize(("language", "end"), [("en", "Contact"), ("de", "Kontakt")])
def test_the_drawing_says_in_words_what_it_shows(app: Flask, language, end):
    with app.test_request_context(f"/?lang={language}"):
        macro = app.jinja_env.get_template("_axis.html").make_module({}).axis
        html = str(macro(Axis.of(Belief(-0.9, 0.5, 0.04))))
    label = re.search(r'aria-label="([^"]+)"', html).group(1)
    assert "9" in label
    assert ("-0.1" if language == "en" else "-0,1") in label
    assert f">{end}</span></figcaption>" in html
    assert 'dir="ltr"' in html
    assert html.count("<rect") == 7 + 3
    assert "style=" not in html


def test_every_error_of_tact_has_a_status():
    assert status_of(errors.LinkError("x")) == 404
    assert status_of(errors.ClosedTopicError("x")) == 409
    assert status_of(errors.SeedError([])) == 422
    assert status_of(errors.StoreLockedError("x")) == 503
    assert list(STATUS_OF)[-1] is errors.TactError


def test_an_error_says_where_what_and_what_is_allowed(app: Flask):
    problem = errors.Problem("rules/a.toml", "a", "weight", "is <too> large.", ("-3 to 3",))
    with app.test_request_context("/"):
        html, status = app.handle_user_exception(errors.RuleError([problem]))
    assert status == 422
    assert "<b>a</b>: is &lt;too&gt; large." in html
    assert "-3 to 3" in html


def test_a_part_of_a_page_gets_its_error_as_a_part(client):
    answer = client.get("/nowhere", headers={"X-Fragment": "1"})
    assert answer.status_code == 404
    assert answer.text.lstrip().startswith('<div class="notice error"')


def test_the_links_at_the_top_follow_the_role(desk, owner):
    assert "/owner/people" not in desk.get("/help").text
    page = owner.get("/owner/people").text
    assert '<a href="/owner/people" aria-current="page">People</a>' in page


def test_the_help_page_lists_the_keys(client):
    page = client.get("/help").text
    assert all(f"<kbd>{key}</kbd>" in page for key, _ in KEYS)


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (?:`(\w+)`)? ?\|", text, flags=re.MULTILINE)
    assert rows == [(setting.name, setting.env) for setting in SETTINGS]


def test_a_link_with_a_language_counts_for_the_parts_fetched_afterwards(desk):
    assert 'lang="de"' in desk.get("/desk?lang=de").text
    assert 'lang="de"' in desk.get("/desk").text
    assert "Set-Cookie" not in desk.get("/desk?lang=xx").headers
