"""No page speaks a language that nobody asked for: every sentence of the engine is translated."""

from __future__ import annotations

import ast
import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest
from desk_stays import arrive, move_in
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields

from engine.connectors.base import Refused
from engine.connectors.csv_mapping import near
from engine.sentences import Sentence
from web import sentences
from web.desk import forms as desk_forms
from web.forms import OURS, Form
from web.i18n import translated
from web.messages import MESSAGES
from web.owner.rules import forms as owner_forms
from web.owner.rules.messages import MESSAGES as MESSAGES_FOR_OWNERS

ROOT = Path(__file__).parents[2]
FOLDERS = ("usecases", "store", "connectors")
OF_COMMANDS = {
    *("demo.py", "engines.py", "seeds.py", "store.py"),
    *("backup.py", "retention.py", "swap.py"),
    "score.py",
}
"""Said before any page is served, or to commands and jobs alone; leaves when a page calls it."""
FOR_MAKERS = {"ValueError", "TypeError", "RuntimeError"}
ERRORS = re.compile(r"^[A-Z]\w*Error$")
TOLD = {"Sentence", "Refused", "Skipped", "Problem", "_wrong", "wrong", "_wrong_name"}


@cache
def files() -> tuple[Path, ...]:
    """What the pages run on; what only commands use, no page says."""
    code = "import sys, web; print(*(getattr(m, '__file__', '') for m in sys.modules.values()))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folders = [ROOT / "engine" / folder for folder in FOLDERS]
    loaded = [Path(name) for name in ran.stdout.split()]
    return tuple(f for f in loaded if {*f.parents} & {*folders} and f.name not in OF_COMMANDS)


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Calls that tell a person something, with the name of what is called."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in TOLD or (ERRORS.match(name) and name not in FOR_MAKERS):
            yield name, node


def said_by(file: Path) -> Iterator[str]:
    """Sentences that a file says as they are, and the templates of those with values."""
    for name, call in calls(file):
        for given in call.args:
            is_text = isinstance(given, ast.Constant) and isinstance(given.value, str)
            if is_text and (name == "Sentence" or " " in given.value):
                yield given.value


def test_every_sentence_of_the_engine_that_a_page_may_show_is_translated():
    translations = {message.id for message in sentences.said()}
    missing = {text for file in files() for text in said_by(file)} - translations
    assert missing == set(), "mark them in web/messages.py"


def test_no_sentence_forgets_its_values():
    loose = [
        f"{file.name}:{call.lineno}"
        for file in files()
        for _, call in calls(file)
        if any(
            isinstance(given, ast.JoinedStr) and " " in ast.unparse(given) for given in call.args
        )
    ]
    assert loose == [], "give a Sentence with values, not a filled text"


def test_every_marked_sentence_is_still_said():
    said = {
        node.value
        for folder in (ROOT / "engine", ROOT / "web")
        for file in folder.rglob("*.py")
        if file.name != "messages.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    by_numbers = {"10 to 200 characters"}
    marked = {*MESSAGES, *MESSAGES_FOR_OWNERS}
    assert marked - said - by_numbers == set()


def test_translations_name_the_same_values():
    for file in sentences.files():
        for message in sentences.read(file):
            if isinstance(message.id, str) and "%(" not in message.id:
                names = re.findall(r"{(\w+)}", message.id)
                assert sorted(names) == sorted(re.findall(r"{(\w+)}", message.string)), message.id


def test_a_sentence_is_a_text_that_remembers_its_values():
    told = Sentence("{who} checked this guest in at {time}.", who="Maria {x}", time="16:20")
    assert told == "Maria {x} checked this guest in at 16:20."
    assert json.dumps(told) == f'"{told}"'
    for copied in (copy.deepcopy(told), asdict(Refused(told, told))["message"]):
        assert copied == told
        assert copied.template == told.template
        assert copied.values == told.values


def test_a_sentence_is_said_in_german_with_the_hint_inside_it(app: Flask):
    told = Sentence("there is no such key.{hint}", hint=near("reff", ["ref"]))
    with app.test_request_context("/?lang=de"):
        assert translated(told) == "diesen Schlüssel gibt es nicht. Meinten Sie „ref“?"
        assert translated("") == ""
        value = Sentence("unit '{unit}' is not one of this house.{hint}", unit="Name", hint="")
        assert "„Name“" in translated(value), "what people typed is not translated"


FORMS = [
    form
    for module in (desk_forms, owner_forms)
    for form in vars(module).values()
    if isinstance(form, type) and issubclass(form, Form) and form is not Form
]
CODED = {"invalid_awareness", "format"}
"""Never said of what a browser sends."""


def messages_of(field: fields.Field) -> Iterator[str]:
    yield from (str(text) for key, text in field.error_messages.items() if key not in CODED)
    for rule in field.validators:
        yield str(rule.error)


@pytest.mark.parametrize("form", [*FORMS, Form.from_dict({"n": owner_forms.Signed()})])
def test_all_that_a_form_can_say_is_translated(form: type[Form]):
    translations = {message.id for message in sentences.said()}
    for name, field in form().fields.items():
        is_optional = {"Field may not be null."} if field.load_default is None else set()
        told = {OURS.get(text, text) for text in messages_of(field)} - is_optional
        assert told <= translations, name


@pytest.fixture
def german(context, clock) -> None:
    move_in(context, clock())
    arrive(context, "A1")


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/desk/A1/cues", {}, "Dieses Formular kam ohne „cue“. Laden Sie die Seite neu."),
        (
            "/desk/A1/answers",
            {"question": "welcome", "grade": "x"},
            "Schreiben Sie eine ganze Zahl",
        ),
        ("/desk/A1/undo", {"seq": "0"}, "Schreiben Sie eine ganze Zahl"),
        ("/desk/A1/undo", {"seq": "99"}, "Das wurde schon zurückgenommen"),
        ("/desk/A1/cues", {"cue": "hungry"}, "Zeichen unbekannt: &#39;hungry&#39;. Erlaubt: "),
        ("/desk/nobody/cues", {"cue": "tired"}, "Diesen Aufenthalt gibt es hier nicht."),
    ],
)
def test_the_desk_is_refused_in_german(desk: FlaskClient, german, path, form, said):
    assert said in desk.post(f"{path}?lang=de", data=form).text


def test_a_day_that_is_none_is_told_in_german(desk: FlaskClient, german):
    assert "Schreiben Sie einen Tag wie 2026-06-13." in desk.get("/desk?day=x&lang=de").text
    assert "Der Kalender geht von 2000 bis 2999." in desk.get("/desk?day=1999-01-01&lang=de").text


def test_who_was_faster_is_told_in_german(desk: FlaskClient, owner: FlaskClient, german, context):
    desk.post("/desk/A1/check-in", data={"style": "brief"})
    late = owner.post("/desk/A1/check-in?lang=de", data={"style": "near"})
    assert "Maria hat diesen Gast um 16:20 eingecheckt." in late.text


def test_an_unknown_version_is_told_in_german(owner: FlaskClient):
    text = owner.get("/owner/rules/history/77?lang=de").text
    assert "Es gibt keine Regeln mit der Fassung 77." in text
