"""`tact rules replay` says who would be served otherwise by a file of rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.catalogue.load import load_catalogue
from engine.catalogue.toml_text import rules_to_toml
from tests.commands.conftest import Tact

RULES = rules_to_toml(
    [
        replace(rule, weight=-1.5) if rule.id == "one_night" else rule
        for rule in load_catalogue().rules
    ]
)


@pytest.fixture
def demo(database: Path) -> Path:
    """A database with the demo house."""
    open_context(f"sqlite:///{database}").store.close()
    return database


@pytest.fixture
def rules(tmp_path: Path) -> str:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return str(path)


def test_the_answer_is_one_document_in_the_agreed_shape(tact: Tact, demo: Path, rules: str):
    ran = tact("rules", "replay", rules, "--json")
    told = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert list(told) == ["stays", "changed", "estimate"]
    assert told["stays"] > 100
    assert [set(one) for one in told["changed"]] == [{"ref", "from", "to", "shift"}] * len(
        told["changed"]
    )
    sizes = [abs(one["shift"]) for one in told["changed"]]
    assert sizes
    assert sizes == sorted(sizes, reverse=True)
    assert told["estimate"]["n"] == 0
    assert told["estimate"]["refused"]
    again = tact("rules", "replay", rules, "--json")
    assert json.loads(again.out) == told


def test_people_read_who_and_why_nobody_can_say_more(tact: Tact, demo: Path, rules: str):
    ran = tact("rules", "replay", rules, "--stays", "40")
    first, *rest = ran.out.splitlines()
    assert "of 40 stays" in first
    assert rest[-1].startswith("Refused: No style was left to chance")
    assert " -> " in rest[0]


def test_without_a_database_there_is_nothing_to_replay(tact: Tact, rules: str, database: Path):
    ran = tact("rules", "replay", rules, "--json")
    assert (ran.status, ran.out) == (5, "")
    assert "There is no database" in ran.err
    assert not database.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "schema"),
        ("[[rule", "cannot be read"),
        ("\0", "line 1"),
        ("schema = 9", "rule: is missing"),
    ],
)
def test_a_file_that_is_no_rules_is_refused(
    tact: Tact, demo: Path, tmp_path: Path, content: str, told: str
):
    path = tmp_path / "wrong.toml"
    path.write_text(content, encoding="utf-8")
    ran = tact("rules", "replay", str(path))
    assert (ran.status, ran.out) == (4, "")
    assert told in ran.err
    assert tact("rules", "replay", str(tmp_path)).status == 4


@pytest.mark.parametrize("n", ["0", "-3", "many", "1.5"])
def test_a_number_of_stays_that_is_none_is_wrong_usage(tact: Tact, rules: str, n: str):
    assert tact("rules", "replay", rules, "--stays", n).status == 2


def test_a_damaged_snapshot_is_mended_without_a_word(tact: Tact, demo: Path, rules: str):
    whole = tact("rules", "replay", rules, "--json").out
    (demo.parent / ".tact" / "snapshot").write_bytes(b"nonsense")
    assert tact("rules", "replay", rules, "--json").out == whole


def test_a_house_that_is_not_there_is_said_to_be_missing(tact: Tact, demo: Path, rules: str):
    ran = tact("rules", "replay", rules, "--house", "nowhere")
    assert (ran.status, ran.out) == (2, "")
    assert "no such house" in ran.err
