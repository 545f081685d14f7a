"""`tact score`: JSON lines in, JSON lines out, in order, never a traceback, never a write."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.catalogue.case import case_from_dict
from engine.domain.learned import Learned
from engine.store import LearningState
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.learned_weights import learned_to_dict
from engine.usecases.context import Context
from engine.usecases.learning.learn import put_in_force, withdraw
from tests.commands.conftest import Tact, environment
from tests.usecases.own_stays import OWN, open_house

NOW = datetime(2026, 6, 12, 15, 0, tzinfo=UTC)
TIRED = {"ref": "x", "cues": ["tired"], "at": NOW.isoformat()}
TAUGHT = Learned(OWN, NOW.date(), 1, ("tired",), (1.2,), ((0.01,),))
"""A house whose guests want contact when they are tired."""

KEYS = {
    *("ref", "belief", "advice", "style", "alternatives", "question", "packs", "script"),
    *("reasons", "closed", "instructions", "versions"),
}
STAGES = ["greet", "rapport", "needs", "solutions", "thanks"]


@pytest.fixture
def ctx(database: Path) -> Iterator[Context]:
    """A database with one own house, and a run in force there."""
    opened = open_context(f"sqlite:///{database}", base_url="http://x", now=NOW, with_demo=False)
    open_house(opened, NOW)
    taught = {"learned": learned_to_dict(TAUGHT)}
    with opened.store.begin() as work:
        work.learning_runs.put(
            OWN, NOW.date(), state=LearningState.CANDIDATE, content=taught, by="Ana", at=NOW
        )
    put_in_force(opened, OWN, NOW.date(), by="Olga", now=NOW)
    yield opened
    opened.store.close()


def lines(*stays: object) -> str:
    return "".join(json.dumps(stay) + "\n" for stay in stays)


def test_one_line_of_advice_comes_out_for_each_stay_in_order(tact: Tact) -> None:
    ran = tact("score", given=lines(*({"ref": f"s{i}"} for i in range(50))))
    assert ran.status == 0
    assert [line["ref"] for line in ran.lines] == [f"s{i}" for i in range(50)]


def test_a_line_of_advice_has_exactly_the_keys_of_the_contract(tact: Tact) -> None:
    stay = {
        "ref": "A1",
        "facts": {"purpose": "business", "online_checkin": "yes", "nights": 1, "queue": True},
        "cues": ["tired"],
        "answers": {"welcome": 1},
        "reactions": [{"offer": "unit_tour", "reaction": "declined"}],
        "at": "2026-11-21T15:00:00+01:00",
    }
    (said,) = tact("score", given=lines(stay)).lines
    assert set(said) == KEYS
    assert set(said["belief"]) == {"mean", "sd", "p_contact"}
    assert list(said["script"]) == STAGES
    assert set(said["versions"]) == {"rules", "model", "seed", "tact"}
    assert said["closed"] == ["unit_tour"]
    assert len(said["reasons"]) == 3
    assert {why["key"].split(".")[0] for why in said["reasons"]} <= {"rule", "answer", "reaction"}
    sizes = [abs(why["shift"]) for why in said["reasons"]]
    assert sizes == sorted(sizes, reverse=True)
    assert "{" not in "".join(said["script"].values())


def test_the_script_is_in_the_language_of_the_guest_where_it_is_complete(tact: Tact) -> None:
    english, german, other = tact(
        "score",
        given=lines(
            {"ref": "1", "facts": {"language": "en-GB"}},
            {"ref": "2", "facts": {"language": "de"}},
            {"ref": "3", "facts": {"language": "is"}},
        ),
    ).lines
    assert english["script"] == other["script"] != german["script"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("{", "json"),
        ('{"ref": "x", "facts": {"nights": NaN}}', "json"),
        ('{"ref": "x", "ref": "y"}', "json"),
        ("[" * 50_000, "json"),
        ("7", "bad_value"),
        ('{"facts": {}}', "missing"),
        ('{"ref": "x", "facts": {"purpos": "business"}}', "unknown_id"),
        ('{"ref": "x", "facts": {"purpose": "busines"}}', "bad_value"),
        ('{"ref": "x", "cues": ["sleepy"]}', "unknown_id"),
        ('{"ref": "x", "answers": {"welcome": 4}}', "bad_value"),
        ('{"ref": "x", "answers": {"welcome": true}}', "bad_value"),
        ('{"ref": "x", "reactions": [{"offer": "tour", "reaction": "declined"}]}', "unknown_id"),
        ('{"ref": "x", "at": "yesterday"}', "bad_value"),
        ('{"ref": "x", "at": "2026-11-21T15:00:00"}', "bad_value"),
        ('{"ref": "x", "house": "ritz"}', "unknown_id"),
        ('{"ref": "x", "facts": {"nights": -1}}', "bad_value"),
    ],
)
def test_a_bad_line_gives_an_error_and_the_rest_goes_on(tact: Tact, line: str, kind: str) -> None:
    ran = tact("score", given=f'{{"ref": "first"}}\n{line}\n{{"ref": "last"}}\n')
    first, bad, last = ran.lines
    assert ran.status == 3
    assert (first["ref"], last["ref"]) == ("first", "last")
    assert bad["line"] == 2
    assert bad["error"]["kind"] == kind
    assert bad["error"]["message"]
    assert "Traceback" not in ran.err


def test_a_near_miss_is_named(tact: Tact) -> None:
    (bad,) = tact("score", given=lines({"ref": "x", "cues": ["tierd"]})).lines
    assert "tired" in bad["error"]["message"]
    assert bad["ref"] == "x"


def test_bytes_that_are_not_utf8_are_refused_line_by_line(tact: Tact) -> None:
    ran = tact("score", given=b'{"ref": "\xff"}\n{"ref": "ok"}\n')
    assert [line.get("ref") for line in ran.lines] == [None, "ok"]
    assert ran.status == 3


def test_blank_lines_are_passed_over_and_nothing_in_means_nothing_out(tact: Tact) -> None:
    assert tact("score", given="\n\n").out == ""
    assert len(tact("score", given='\n{"ref": "x"}\n\n').lines) == 1


def test_scoring_never_writes(tact: Tact, database: Path) -> None:
    tact("score", given=lines({"ref": "x"}))
    assert list(database.parent.iterdir()) == []


def test_long_input_shows_progress_on_stderr_only(tact: Tact) -> None:
    ran = tact("score", given=lines({"ref": "x"}) * 10_001)
    assert len(ran.lines) == 10_001
    assert "10000 stays scored" in ran.err


def test_half_a_character_is_refused_and_the_rest_goes_on(tact: Tact) -> None:
    ran = tact("score", given='{"ref": "\\ud800"}\n{"ref": "\\u00e4"}\n')
    assert [line.get("ref") for line in ran.lines] == [None, "ä"]
    assert (ran.status, ran.lines[0]["error"]["kind"]) == (3, "json")


def test_a_mark_at_the_beginning_of_a_file_is_passed_over(tact: Tact) -> None:
    ran = tact("score", given=b'\xef\xbb\xbf{"ref": "a"}\n')
    assert (ran.status, ran.lines[0]["ref"]) == (0, "a")


def test_a_database_that_cannot_be_read_is_an_error_and_not_the_seed(
    tact: Tact, database: Path
) -> None:
    database.write_bytes(b"no database, but long enough to look like something " * 400)
    ran = tact("score", given=lines({"ref": "x"}))
    assert (ran.status, ran.out) == (5, "")
    assert database.name in ran.err


def test_a_database_of_another_age_is_an_error_and_not_the_seed(tact: Tact, database: Path) -> None:
    assert tact("sign-in").status == 0
    with sqlite3.connect(database) as connection:
        connection.execute("update alembic_version set version_num = '0000'")
    ran = tact("score", given=lines({"ref": "x"}))
    assert (ran.status, ran.out) == (5, "")
    assert "Traceback" not in ran.err


def test_the_rules_in_force_are_those_of_the_database(tact: Tact) -> None:
    assert tact("sign-in").status == 0
    (said,) = tact("score", given=lines({"ref": "x"})).lines
    assert said["versions"]["rules"] == 1


def test_a_stay_is_advised_by_the_run_in_force_in_its_house_and_no_other(
    tact: Tact, ctx: Context
) -> None:
    here, elsewhere = tact("score", given=lines(TIRED, {**TIRED, "house": "stadthotel"})).lines
    assert here["belief"]["mean"] > 0 > elsewhere["belief"]["mean"]
    assert here["versions"]["model"] == f"{ctx.catalogue.model.version}+{TAUGHT.name}"
    assert elsewhere["versions"]["model"] == ctx.catalogue.model.version


def test_a_stay_is_believed_as_it_is_at_the_desk_of_its_house(tact: Tact, ctx: Context) -> None:
    (said,) = tact("score", given=lines(TIRED)).lines
    case = case_from_dict(TIRED | {"house": OWN}, ctx.catalogue, [OWN])
    case = replace(case, facts={"house_class": "average"})
    with ctx.store.read() as work:
        belief = adviser_in_force(ctx, work, OWN).recommend(case).belief
    assert said["belief"]["mean"] == pytest.approx(belief.mean, abs=1e-9)
    assert said["belief"]["sd"] == pytest.approx(belief.sd, abs=1e-9)


def test_a_run_that_was_withdrawn_advises_nobody(tact: Tact, ctx: Context) -> None:
    withdraw(ctx, OWN, by="Olga", now=NOW)
    (said,) = tact("score", given=lines(TIRED)).lines
    assert said["belief"]["mean"] < 0
    assert said["versions"]["model"] == ctx.catalogue.model.version


def test_a_run_of_other_rules_than_the_published_ones_advises_nobody(
    tact: Tact, ctx: Context
) -> None:
    with ctx.store.begin() as work:
        content = work.rule_sets.published().content
        work.rule_sets.publish(content, reason="again", by="Olga", at=NOW, based_on=1)
    (said,) = tact("score", given=lines(TIRED)).lines
    assert said["belief"]["mean"] < 0
    assert said["versions"]["rules"] == 2


def test_scoring_by_a_run_in_force_never_writes(tact: Tact, ctx: Context, database: Path) -> None:
    ctx.store.close()
    before = database.read_bytes()
    assert tact("score", given=lines(TIRED)).status == 0
    assert database.read_bytes() == before


def test_output_that_cannot_be_written_is_a_fault_of_the_disk(database: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", "score"],
            input=b'{"ref": "x"}\n',
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(database),
            check=False,
        )
    assert done.returncode == 5
    assert b"Traceback" not in done.stderr
