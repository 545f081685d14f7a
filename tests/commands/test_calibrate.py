"""`tact calibrate`: a table of answers in, one document out, and a place for every row."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EnvironmentFaultError, UnreadableError, exit_status
from engine.usecases.learning.calibrate import calibrate_csv, refuse_place_of_scores
from tests.commands.conftest import Tact

REFERENCE = Path(__file__).parents[1] / "golden" / "reference"
ANSWERS = REFERENCE / "irt_responses.csv"
ITEMS = ",".join(f"q{j}" for j in range(1, 9))
CUES = ("business", "online_checkin", "first_visit")


def golden(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((REFERENCE / name).read_text())))[1:]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Sixty guests, three items from 1 to 3 in a file as a spreadsheet writes it."""
    rng = np.random.default_rng(5)
    theta = rng.normal(size=(60, 1)) * 1.5 + rng.normal(size=(60, 3)) * 0.7
    grades = 1 + (theta > -0.5) + (theta > 0.6)
    lines = ["Q one;Q two;Q three;stays"]
    lines += [";".join(map(str, [*row, rng.integers(0, 9)])) for row in grades]
    path = tmp_path / "small.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return path


def changed(path: Path, line: int, text: str) -> str:
    """Replace one line of a file, the header being line 1, and give its name."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_the_document_has_the_keys_of_the_contract_and_the_numbers_of_r_mirt(tact: Tact) -> None:
    ran = tact("calibrate", str(ANSWERS), "--items", ITEMS, "--json")
    (said,) = ran.lines
    expected = json.loads((REFERENCE / "irt_loglik.json").read_text())
    assert (ran.status, ran.err) == (0, "")
    assert list(said) == ["loglik", "items", "beta", "iterations", "converged"]
    assert [set(item) for item in said["items"]] == [{"id", "discrimination", "thresholds"}] * 8
    assert said["loglik"] == pytest.approx(expected["graded_loglik"], abs=0.01)
    assert (said["beta"], said["converged"]) == ({}, True)


def test_cues_are_weighed_and_every_row_gets_its_place(tact: Tact, tmp_path: Path) -> None:
    out = tmp_path / "places.csv"
    ran = tact(
        *("calibrate", str(ANSWERS), "--items", *ITEMS.split(","), "--cues", *CUES),
        *("--scores", str(out)),
    )
    said = json.loads(ran.out)
    assert ran.status == 0
    rows = golden("irt_regression_beta.csv")[1:]
    assert said["beta"] == pytest.approx({cue: float(weight) for cue, weight in rows}, abs=0.01)
    header, *places = csv.reader(io.StringIO(out.read_text()))
    assert header == ["row", "eap", "sd"]
    assert [row for row, *_ in places] == [str(n) for n in range(1, 1201)]
    expected = np.array(golden("irt_eap_regression.csv"), dtype=np.float64)
    assert np.array(places, dtype=np.float64)[:, 1:] == pytest.approx(expected, abs=1e-4)


def test_a_file_of_a_spreadsheet_with_grades_from_one_is_read(tact: Tact, small: Path) -> None:
    items = ("Q one", "Q two", "Q three")
    ran = tact("calibrate", str(small), "--items", *items, "--cues", "stays")
    said = json.loads(ran.out)
    assert ran.status == 0
    assert [len(item["thresholds"]) for item in said["items"]] == [2, 2, 2]
    scaled = tact(
        *("calibrate", str(small), "--items", ",".join(items), "--cues", "stays"),
        *("--standardise", "--priors", "--json"),
    )
    assert scaled.status == 0
    assert scaled.lines[0]["items"] != said["items"]


def test_decimals_of_a_table_tool_are_grades_too(tact: Tact, small: Path) -> None:
    text = small.read_text(encoding="utf-8-sig")
    before = tact("calibrate", str(small), "--items", "Q one,Q two,Q three").out
    small.write_text(text.replace("1;", "1.0;").replace("2;", "2.0;"), encoding="utf-8")
    assert tact("calibrate", str(small), "--items", "Q one,Q two,Q three").out == before


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("x;1;2;3", "row 3 (line 4), column 'Q one': 'x' is no grade"),
        ("1;1.5;2;3", "row 3 (line 4), column 'Q two': '1.5' is no grade"),
        ("1;1;-1;3", "row 3 (line 4), column 'Q three': '-1' is no grade"),
        ("1;NaN;2;3", "column 'Q two': 'NaN' is no grade"),
        ("inf;1;2;3", "column 'Q one': 'inf' is no grade"),
        ("1;1;2;", "column 'stays': a cue is missing"),
        ("1;1;2;NA", "column 'stays': a cue is missing"),
        ("1;1;2;nan", "column 'stays': 'nan' is no finite number"),
        ("1;1;2;1e999", "column 'stays': '1e999' is no finite number"),
        ("1;1;2", "row 3 (line 4): has 3 cells where the header has 4"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_row_and_column(
    tact: Tact, small: Path, cells: str, words: str
) -> None:
    name = changed(small, 4, cells)
    ran = tact("calibrate", name, "--items", "Q one,Q two,Q three", "--cues", "stays")
    assert (ran.status, ran.out) == (4, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_a_whole_column_of_words_is_told_in_a_few_cells(tact: Tact) -> None:
    text = "a,b,c\n" + "yes,1,0\n" * 100
    ran = tact("calibrate", "/dev/stdin", "--items", "a,b,c", given=text)
    assert ran.status == 4
    assert "row 1 (line 2), column 'a'" in ran.err
    assert "and 95 more." in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--items", "Q one,Q two,Q tree"), "no column 'Q tree'. Did you mean 'Q three'?"),
        (("--items", "Q one,Q two,Q two"), "'Q two' is named twice"),
        (("--items", "Q one,Q two,stays", "--cues", "stays"), "'stays' is named twice"),
        (("--items", "Q one,Q two"), "At least 3 items"),
    ],
)
def test_columns_that_do_not_fit_are_usage_errors(
    tact: Tact, small: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = tact("calibrate", str(small), *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_a_column_that_teaches_nothing_is_named(tact: Tact, small: Path) -> None:
    lines = small.read_text(encoding="utf-8-sig").splitlines()
    empty = [lines[0], *(";".join(["NA", *line.split(";")[1:]]) for line in lines[1:])]
    small.write_text("\n".join(empty), encoding="utf-8")
    ran = tact("calibrate", str(small), "--items", "Q one,Q two,Q three")
    assert (ran.status, ran.out) == (4, "")
    assert "column 'Q one': nobody answered it" in ran.err


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "No row holds an answer"),
        (["0,1,1"] * 40, "column 'a': every answer is 0"),
        (["0,1,99", *["1,0,1", "0,1,0"] * 40], "row 1, column 'c': grade 99 is too high"),
        (["0,1,3", *["1,0,1", "0,1,0"] * 40], "column 'c': nobody gave grade 2"),
        (["0,1,1"] * 2, "column 'a'"),
    ],
)
def test_whatever_the_file_causes_is_status_4_with_its_column(rows: list[str], words: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        calibrate_csv("\n".join(["a,b,c", *rows]).encode(), ("a", "b", "c"))
    assert words in refused.value.message
    assert exit_status(refused.value) == 4


def test_two_columns_of_one_name_are_the_fault_of_the_file() -> None:
    with pytest.raises(UnreadableError, match="2 columns named 'a'"):
        calibrate_csv(b"a,b,c,a\n0,1,0,1\n", ("a", "b", "c"))


def test_an_item_against_the_others_is_told_with_its_slope_and_costs_nothing_else(
    tact: Tact, tmp_path: Path
) -> None:
    header, *rows = list(csv.reader(io.StringIO(ANSWERS.read_text())))
    other_way = {"NA": "NA", "0": "3", "1": "2", "2": "1", "3": "0"}
    turned = [[first, other_way[second], *rest] for first, second, *rest in rows]
    path = tmp_path / "turned.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *turned]))
    ran = tact("calibrate", str(path), "--items", ITEMS, "--json")
    (said,) = ran.lines
    expected = json.loads((REFERENCE / "irt_loglik.json").read_text())
    assert (ran.status, said["converged"]) == (0, True)
    assert said["loglik"] == pytest.approx(expected["graded_loglik"], abs=0.01)
    _, slope, *thresholds = golden("irt_graded_items.csv")[1]
    assert said["items"][1]["discrimination"] == pytest.approx(-float(slope), abs=0.005)
    assert said["items"][1]["thresholds"] == pytest.approx(
        [float(b) for b in thresholds[::-1]], abs=0.005
    )
    (warning,) = said["warnings"]
    assert warning.startswith("column 'q2': it runs against the other items (discrimination -")
    assert "standard error 0." in warning
    assert ran.err == f"tact: {warning}\n"


def test_what_has_not_settled_is_printed_all_the_same_with_status_1(
    tact: Tact, tmp_path: Path
) -> None:
    # three yes-no answers at random: nothing holds them together, and the climb is endless
    rng = np.random.default_rng(4)
    path = tmp_path / "noise.csv"
    grades = rng.integers(0, 2, (200, 3))
    path.write_text("a,b,c\n" + "\n".join(",".join(map(str, row)) for row in grades))
    ran = tact("calibrate", str(path), "--items", "a,b,c", "--json")
    assert ran.status == 1
    assert ran.lines[0]["converged"] is False
    assert any("the steeper it is taken" in told for told in ran.lines[0]["warnings"])
    assert "not settled" in ran.err


def test_the_answers_are_never_overwritten_by_the_scores(tact: Tact, small: Path) -> None:
    before = small.read_bytes()
    ran = tact("calibrate", str(small), "--items", "Q one,Q two,Q three", "--scores", str(small))
    assert ran.status == 2
    assert small.read_bytes() == before


def test_scores_that_cannot_be_written_are_told_before_anything_is_learned(
    tact: Tact, small: Path
) -> None:
    out = small.parent / "none" / "places.csv"
    ran = tact("calibrate", str(small), "--items", "Q one,Q two,Q three", "--scores", str(out))
    assert (ran.status, ran.out) == (5, "")
    assert "places.csv cannot be written: its folder is not there" in ran.err
    with pytest.raises(EnvironmentFaultError, match="is a folder"):
        refuse_place_of_scores(small, small.parent)


def test_a_file_that_is_not_there_or_empty_is_named(tact: Tact, tmp_path: Path) -> None:
    ran = tact("calibrate", str(tmp_path / "none.csv"), "--items", "a,b,c")
    assert ran.status == 4
    assert "none.csv" in ran.err
    assert tact("calibrate", "/dev/null", "--items", "a,b,c").status == 4
