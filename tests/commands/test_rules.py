"""`tact rules analyse` tells what a file of rules does as a whole."""

from __future__ import annotations

import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.bootstrap import open_context
from engine.catalogue.toml_text import rules_to_toml
from engine.cli import main
from engine.domain.catalogue import Catalogue
from engine.usecases.rules.analyse_rules import rules_of
from tests.commands.conftest import Ran, Tact
from tests.rules.drawn import drawn_rule

SEED = Path(__file__).parents[2] / "seed"
REST = 'scope = "state"\nbecause.en = "a test"\nsource = "a test"\n'
NO_STAYS = "tact: there are no stays to look at, so nothing is said about rules that never fired.\n"


def rule(id: str, *lines: str, weight: float = 0.3) -> str:
    return "\n".join([f'\n[[rule]]\nid = "{id}"\nweight = {weight}', *lines, REST])


def file_of(folder: Path, *rules: str) -> str:
    path = folder / "rules.toml"
    path.write_text("schema = 1\n" + "".join(rules), encoding="utf-8")
    return str(path)


def told(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Kinds with their rules, without what no rule mentions."""
    return [(f["kind"], f["rules"]) for f in document["findings"] if f["rules"]]


@pytest.fixture
def here(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Tact:
    """The command without a process of its own: the same answers, sooner."""
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{database}")

    def run(*arguments: str) -> Ran:
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


BUSINESS, SHORT = 'when.purpose = "business"', "when.nights = { at_most = 2 }"


def test_one_document_names_every_kind_and_its_rules(tact: Tact, tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        rule("never", "when.nights = { at_least = 4 }", "unless.nights = { more_than = 2 }"),
        rule("anybody", "when.nights = { at_least = 0 }"),
        rule("work", BUSINESS),
        rule("work_twice", BUSINESS),
        rule("work_again", 'when.purpose = { any_of = ["business"] }', weight=0.8),
        rule("short_work", BUSINESS, SHORT),
        rule("late", "when.delayed = true"),
        rule("less_for_work", BUSINESS, weight=-0.8),
    )
    ran = tact("rules", "analyse", file, "--json")
    assert (ran.status, ran.err) == (1, NO_STAYS)
    (document,) = ran.lines
    assert set(document) == {"findings"}
    assert all(set(finding) == {"kind", "rules", "detail"} for finding in document["findings"])
    assert told(document) == [
        ("dead", ["never"]),
        ("always", ["anybody"]),
        ("duplicate", ["work", "work_twice"]),
        ("inseparable", ["work", "work_again"]),
        ("inseparable", ["work", "less_for_work"]),
        ("inseparable", ["work_twice", "work_again"]),
        ("inseparable", ["work_twice", "less_for_work"]),
        ("inseparable", ["work_again", "less_for_work"]),
        ("subsumed", ["short_work", "anybody"]),
        ("subsumed", ["short_work", "work"]),
        ("subsumed", ["short_work", "work_twice"]),
        ("subsumed", ["short_work", "work_again"]),
        ("opposed", ["work", "less_for_work"]),
        ("opposed", ["work_twice", "less_for_work"]),
        ("opposed", ["work_again", "less_for_work"]),
        ("opposed", ["short_work", "less_for_work"]),
        ("opposed", ["anybody", "less_for_work"]),
        ("opposed", ["late", "less_for_work"]),
    ]
    missing = [f["detail"] for f in document["findings"] if f["kind"] == "unmentioned"]
    assert "No rule mentions purpose = leisure, family_event, group, other." in missing
    assert "No rule mentions queue." in missing
    assert not [detail for detail in missing if "language" in detail or "home_market" in detail]


def test_a_person_reads_sentences_under_headings(here: Tact, tmp_path: Path) -> None:
    ran = here("rules", "analyse", file_of(tmp_path, rule("work", BUSINESS), rule("too", BUSINESS)))
    assert ran.status == 1
    assert "Said twice (duplicate, 1):\n  work and too fire for the same guests" in ran.out
    assert re.search(r"\n\d+ findings about 2 rules, 1 of them faults\.\n\Z", ran.out)


def test_hints_are_told_and_end_well_so_that_a_pipeline_stops_at_faults_alone(
    here: Tact, tmp_path: Path
) -> None:
    hints = (rule("work", BUSINESS), rule("short_work", BUSINESS, SHORT, weight=-0.3))
    ran = here("rules", "analyse", file_of(tmp_path, *hints))
    assert ran.status == 0
    assert "Against each other (opposed, 1):" in ran.out
    assert re.search(r"\n\d+ findings about 2 rules\.\n\Z", ran.out)
    again = rule("work_again", BUSINESS, weight=0.8)
    ran = here("rules", "analyse", file_of(tmp_path, *hints, again))
    assert ran.status == 1
    assert "Always fire together (inseparable, 1):" in ran.out


def test_the_help_says_what_ends_a_pipeline(here: Tact) -> None:
    told = " ".join(here("rules", "analyse", "--help").out.split())
    assert "Exit status: 0 no fault, hints or none; 1 a fault" in told


def test_pairs_that_meet_by_chance_are_named_to_programs_and_counted_to_people(
    here: Tact, tmp_path: Path
) -> None:
    late = [rule(f"late{k}", f"when.lead_days = {{ at_least = {k} }}") for k in range(1, 4)]
    file = file_of(tmp_path, *late, rule("work", BUSINESS, weight=-0.3))
    pairs = [rules for kind, rules in told(here("rules", "analyse", file, "--json").lines[0])]
    assert pairs[3:] == [["late1", "work"], ["late2", "work"], ["late3", "work"]]
    ran = here("rules", "analyse", file)
    assert "\n  3 pairs ask about nothing in common, so that any guest may meet both" in ran.out
    assert "late1 and work" not in ran.out


def test_rules_that_leave_nothing_to_say_end_well(
    here: Tact, tmp_path: Path, catalogue: Catalogue
) -> None:
    rules = []
    for id, fact in catalogue.facts.items():
        asked = {
            "yes_no": ["true"] if fact.is_cue else ["true", "false"],
            "whole": [str(fact.highest)],
        }.get(fact.kind.value)
        for value in asked or [f'"{value}"' for value in fact.values]:
            if fact.is_scored and fact.family != "culture":
                rules.append(rule(f"r{len(rules)}", f"when.{id} = {value}"))
    ran = here("rules", "analyse", file_of(tmp_path, *rules), "--json")
    assert (ran.status, ran.lines) == (0, [{"findings": []}])


@pytest.mark.parametrize("name", sorted(path.name for path in (SEED / "rules").glob("*.toml")))
def test_no_starter_rule_is_dead_or_said_twice(name: str, catalogue: Catalogue) -> None:
    from engine.rules.analysis import analyse  # noqa: PLC0415  # only here without a process

    text = (SEED / "rules" / name).read_text(encoding="utf-8")
    found = analyse(rules_of(text, catalogue, file=name), catalogue.facts)
    bad = {"dead", "always", "duplicate", "inseparable"}
    assert not [finding for finding in found if finding.kind in bad]


def test_stays_tell_which_rules_never_fired_and_nothing_is_written(
    here: Tact, tmp_path: Path, database: Path
) -> None:
    open_context(f"sqlite:///{database}").store.close()  # a first start, with its demo house
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    file = file_of(tmp_path, rule("years", "when.nights = { at_least = 900 }"))
    ran = here("rules", "analyse", file, "--json")
    assert (ran.status, ran.err) == (0, "")
    (found,) = (f for f in ran.lines[0]["findings"] if f["rules"])
    assert (found["kind"], found["rules"]) == ("never_fired", ["years"])
    assert re.fullmatch(r"years fired in none of \d+ stays\.", found["detail"])
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_a_database_that_cannot_be_read_leaves_the_rest_to_be_said(
    here: Tact, tmp_path: Path, database: Path
) -> None:
    database.write_bytes(b"no database" * 500)
    ran = here("rules", "analyse", file_of(tmp_path, rule("work", BUSINESS)), "--json")
    assert ran.status == 0
    assert ran.err.startswith("tact: there are no stays to look at")
    assert "database" in ran.err
    assert ran.lines[0]["findings"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "schema: is missing"),
        (b"\xff\xfe\x00binary", "is not UTF-8 text"),
        (b"a = [[[", "cannot be read"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b"schema = 1\nrule = 3\n", "rule: must be a list"),
        (b"schema = 1\nrule = [3]\n", "must be a table"),
        (b"schema = 2\nrule = []\n", "is of another format"),
    ],
)
def test_what_is_no_file_of_rules_is_refused(
    content: bytes, says: str, here: Tact, tmp_path: Path
) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(content)
    ran = here("rules", "analyse", str(path), "--json")
    assert (ran.status, ran.out) == (4, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_and_a_file_that_is_not_there_are_refused(here: Tact, tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file")):
        ran = here("rules", "analyse", str(path))
        assert (ran.status, ran.out) == (4, "")
        assert f"{path} cannot be read: {reason}" in ran.err


def test_without_a_file_or_with_an_unknown_command_it_is_wrong_usage(here: Tact) -> None:
    for arguments in (("rules",), ("rules", "analyse"), ("rules", "guess", "x")):
        ran = here(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert "usage: tact rules" in ran.err


def test_every_fault_of_every_rule_is_named_with_what_is_allowed(
    here: Tact, tmp_path: Path
) -> None:
    file = file_of(
        tmp_path,
        rule("one", 'when.purpos = "business"'),
        rule("two", 'when.purpose = "bussiness"'),
        rule("three", "when.nights = { at_leats = 3 }"),
        rule("three", BUSINESS),
        rule("four", BUSINESS, weight=9.0),
    )
    ran = here("rules", "analyse", file, "--json")
    assert (ran.status, ran.out) == (4, "")
    for said in (
        f"{file}: one: when.purpos: 'purpos' is not a known fact or cue; did you mean 'purpose'?",
        f"{file}: two: when.purpose: 'bussiness' is not a known value; did you mean 'business'?",
        f"{file}: three: when.nights: 'at_leats' is not a known operator; did you mean 'at_least'?",
        f"{file}: three: id: is used twice",
        f"{file}: four: weight: 9.0 is out of range Allowed: -3.0 to 3.0",
    ):
        assert said in ran.err.replace("range.", "range"), said
    assert "Allowed: business, family_event, group, leisure, other." in ran.err


def test_three_hundred_rules_are_looked_at_while_one_waits(
    here: Tact, tmp_path: Path, catalogue: Catalogue
) -> None:
    rng = np.random.default_rng(3)
    shared = ("purpose", "nights", "tired")  # facts of the seed that the drawn rules speak of too
    drawn = (drawn_rule(rng, f"r{k}", shared) for k in range(300))
    path = tmp_path / "rules.toml"
    path.write_text(rules_to_toml(drawn), encoding="utf-8")
    start = time.perf_counter()
    ran = here("rules", "analyse", str(path), "--json")
    assert ran.status == 1
    assert time.perf_counter() - start < 30.0  # mostly reading TOML, on a machine kept busy
    assert {kind for kind, _ in told(json.loads(ran.out))} >= {"dead", "duplicate", "subsumed"}
