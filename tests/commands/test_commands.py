"""Commands say what they did, and what a person can do where they could not."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from engine.catalogue.tree import seed_folder
from tests.commands.conftest import Tact

EXCERPT = Path(__file__).parents[1] / "connectors" / "payloads" / "csv"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_folder(), tmp_path / "seed"))


def break_file(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_seed_as_shipped_is_whole(tact: Tact) -> None:
    ran = tact("check", "--json")
    assert (ran.status, json.loads(ran.out)) == (0, {"problems": []})


def test_check_names_file_id_key_and_what_is_allowed(tact: Tact, seed: Path) -> None:
    break_file(seed / "questions" / "welcome.toml", "[-1.0, 0.0, 1.0]", "[1.0, 0.0, 1.0]")
    break_file(seed / "offers" / "unit_tour.toml", '"attentive"', '"atentive"')
    (seed / "packs" / "wifi" / "de.md").unlink()
    ran = tact("check", "--json", TACT_SEED=str(seed))
    told = json.loads(ran.out)["problems"]
    assert ran.status == 1
    assert {problem["file"] for problem in told} >= {
        "questions/welcome.toml",
        "offers/unit_tour.toml",
    }
    assert any("thresholds" in problem["key"] for problem in told)
    assert any("attentive" in problem["message"] + str(problem["allowed"]) for problem in told)


def test_check_tells_a_rule_whose_example_does_not_hold(tact: Tact, seed: Path) -> None:
    path = next(
        path for path in sorted((seed / "rules").glob("*.toml")) if '"fires"' in path.read_text()
    )
    break_file(path, 'expect = "fires"', 'expect = "silent"')
    ran = tact("check", TACT_SEED=str(seed))
    assert ran.status == 1
    assert "fires" in ran.out


def test_a_broken_seed_stops_the_start_with_its_problems(tact: Tact, seed: Path) -> None:
    break_file(seed / "model.toml", "cuts =", "cutz =")
    ran = tact("sign-in", TACT_SEED=str(seed))
    assert ran.status == 1
    assert "model.toml" in ran.err
    assert "Traceback" not in ran.err


def test_a_sign_in_link_is_one_line_and_differs_each_time(tact: Tact) -> None:
    first, second = tact("sign-in"), tact("sign-in", "--role", "desk")
    assert first.out.startswith("Sign in: http://127.0.0.1:8000/account/sign-in/")
    assert first.out.count("\n") == 1
    assert first.out != second.out


def test_unknown_commands_and_options_are_usage_errors(tact: Tact) -> None:
    assert tact().status == 2
    assert tact("sing-in").status == 2
    assert tact("import", "csv", "x.csv").status == 2


def test_importing_twice_changes_nothing_the_second_time(tact: Tact, tmp_path: Path) -> None:
    file, mapping = tmp_path / "stays.csv", tmp_path / "mapping.toml"
    file.write_text(
        "booking,day,nights,who\nB1,2026-12-01,2,Ana Kovačić\nB2,soon,1,Jonas Berg\n",
        encoding="utf-8",
    )
    mapping.write_text(
        '[file]\ndate = "%Y-%m-%d"\n[stay]\nref = "booking"\narrival = "day"\n'
        'nights = "nights"\nguest_name = "who"\n',
        encoding="utf-8",
    )
    command = ("import", "csv", str(file), "--mapping", str(mapping), "--json")
    rehearsed, first, second = tact(*command, "--dry-run"), tact(*command), tact(*command)
    assert [ran.status for ran in (rehearsed, first, second)] == [3, 3, 3]
    told = [json.loads(ran.out) for ran in (rehearsed, first, second)]
    assert told[0] == told[1]
    assert (told[1]["created"], told[2]["created"], told[2]["unchanged"]) == (1, 0, 1)
    assert len(told[1]["errors"]) == 1
    assert "Ana" not in first.err


def test_a_file_that_is_not_there_is_named(tact: Tact, tmp_path: Path) -> None:
    ran = tact("import", "csv", str(tmp_path / "none.csv"), "--mapping", str(tmp_path / "m.toml"))
    assert ran.status == 4
    assert "none.csv" in ran.err


def test_a_port_in_use_is_refused_with_another_one_to_try(tact: Tact) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = tact("serve", PORT=str(port))
    assert ran.status == 5
    assert f"PORT={port + 1}" in ran.err


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "²"])
def test_a_port_that_is_none_is_a_usage_error(tact: Tact, port: str) -> None:
    ran = tact("serve", PORT=port)
    assert ran.status == 2
    assert port in ran.err


def test_a_file_that_is_no_database_is_left_as_it_is(tact: Tact, database: Path) -> None:
    database.write_text("my diary, not a database, and long enough to be looked at\n" * 40)
    before = database.read_bytes()
    ran = tact("sign-in")
    assert ran.status == 5
    assert database.name in ran.err
    assert database.read_bytes() == before


def test_a_database_of_a_newer_tact_is_left_as_it_is(tact: Tact, database: Path) -> None:
    assert tact("sign-in").status == 0
    with sqlite3.connect(database) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    ran = tact("sign-in")
    assert ran.status == 5
    assert "newer" in ran.err
    assert "Traceback" not in ran.err


def test_a_rehearsal_leaves_the_database_as_it_was(
    tact: Tact, tmp_path: Path, database: Path
) -> None:
    assert tact("sign-in").status == 0
    file, mapping = tmp_path / "stays.csv", tmp_path / "mapping.toml"
    file.write_text("booking,day,nights\nB1,2026-12-01,2\n")
    mapping.write_text('[stay]\nref = "booking"\narrival = "day"\nnights = "nights"\n')

    def houses() -> list[tuple[str]]:
        with sqlite3.connect(database) as connection:
            return connection.execute("select id from house").fetchall()

    command = ("import", "csv", str(file), "--mapping", str(mapping), "--json")
    rehearsed = tact(*command, "--dry-run")
    assert (rehearsed.status, json.loads(rehearsed.out)["created"]) == (0, 1)
    assert houses() == [("demo",)]
    assert tact(*command).status == 0
    assert len(houses()) == 2


@pytest.mark.parametrize("address", ["http://[", "https://x:abc", "ftp://x", "x", "https://x/desk"])
def test_an_address_that_no_link_can_be_made_of_is_refused_at_the_start(
    tact: Tact, address: str
) -> None:
    ran = tact("sign-in", TACT_BASE_URL=address)
    assert ran.status == 2
    assert "TACT_BASE_URL" in ran.err


def test_check_tells_a_bound_that_names_no_style(tact: Tact, seed: Path) -> None:
    break_file(seed / "questions" / "welcome.toml", 'most_style = "near"', 'most_style = "neer"')
    ran = tact("check", TACT_SEED=str(seed))
    assert ran.status == 1
    assert "neer" in ran.out
