"""`tact offpolicy` judges a log, or says in words why nobody can."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UnreadableError, exit_status
from engine.usecases.learning.offpolicy import judge, read_log
from tests.commands.conftest import Tact

HEADER = "action,reward,propensity,pi_brief,pi_near,x_nights"
ROWS = ["brief,1,0.5,0,1,2", "near,0.5,0.5,0,1,3", "near,,0.5,0,1,1"]


def written(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def long_log(n: int, seed: int = 1) -> bytes:
    """A coin chose between two styles; the other policy is always near."""
    rng = np.random.default_rng(seed)
    near = rng.random(n) < 0.5
    rewards = (rng.random(n) < 0.4 + 0.3 * near).astype(int)
    nights = rng.integers(1, 8, n)
    return written(
        *(
            f"{'near' if is_near else 'brief'},{reward},0.5,0,1,{stayed}"
            for is_near, reward, stayed in zip(near, rewards, nights, strict=True)
        )
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


def test_a_log_that_carries_it_is_judged_three_ways(tact: Tact, log: Path) -> None:
    log.write_bytes(long_log(600))
    ran = tact("offpolicy", str(log), "--json")
    assert (ran.status, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert list(told) == ["ips", "snips", "dr", "ess", "n", "refused"]
    assert (told["n"], told["refused"]) == (600, None)
    assert 250 < told["ess"] < 350
    for way in ("ips", "snips", "dr"):
        assert list(told[way]) == ["estimate", "low", "high"]
        assert told[way]["low"] < told[way]["estimate"] < told[way]["high"]
        assert told[way]["low"] < 0.7 < told[way]["high"]


def test_a_log_that_cannot_carry_it_is_refused_in_words_with_status_1(
    tact: Tact, log: Path
) -> None:
    log.write_bytes(long_log(60))
    ran = tact("offpolicy", str(log), "--json")
    told = json.loads(ran.out)
    assert ran.status == 1
    assert all(told[way]["estimate"] is None for way in ("ips", "snips", "dr"))
    assert told["ess"] < 50
    assert "effective sample size" in told["refused"]
    spoken = tact("offpolicy", str(log))
    assert spoken.status == 1
    assert f"Refused: {told['refused']}" in spoken.out


def test_a_person_reads_sentences(tact: Tact, log: Path) -> None:
    log.write_bytes(long_log(600))
    ran = tact("offpolicy", str(log))
    assert ran.status == 0
    assert "600 choices, worth" in ran.out
    assert "doubly robust (dr): 0." in ran.out


def test_a_log_that_cannot_be_read_ends_with_status_4(tact: Tact, log: Path) -> None:
    missing = tact("offpolicy", str(log))
    assert (missing.status, missing.out) == (4, "")
    assert "cannot be read" in missing.err
    log.write_bytes(written(*ROWS, "near,1,0,0,1,2"))
    wrong = tact("offpolicy", str(log), "--json")
    assert (wrong.status, wrong.out) == (4, "")
    assert "line 5 (row 4), column propensity" in wrong.err


def test_what_is_read_is_what_was_written() -> None:
    log = read_log(written(*ROWS, header=HEADER))
    assert log.actions == ("brief", "near")
    assert log.taken.tolist() == [0, 1, 1]
    assert log.rewards[:2].tolist() == [1.0, 0.5]
    assert np.isnan(log.rewards[2])
    assert log.policy.tolist() == [[0, 1]] * 3
    assert log.features.tolist() == [[2], [3], [1]]
    assert log.told is None


def test_features_are_optional_and_other_columns_are_passed_over() -> None:
    header = "stay;action;reward;propensity;pi_near;p_answered"
    log = read_log(written("A1;near;NA;1;1;0.4", header=header))
    assert log.features.shape == (1, 0)
    assert log.told is not None
    assert log.told.tolist() == [0.4]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("near,1,0,0,1,2", "column propensity: '0' is not a number in the range 1e-09 to 1"),
        ("near,1,1.2,0,1,2", "column propensity: '1.2'"),
        ("near,1,-0.1,0,1,2", "column propensity: '-0.1'"),
        ("near,1,nan,0,1,2", "column propensity: 'nan'"),
        ("near,1,,0,1,2", "column propensity: a blank cell"),
        ("near,1,9e-10,0,1,2", "column propensity: '9e-10'"),
        ("near,1,1e-200,0,1,2", "column propensity: '1e-200'"),
        ("near,1,5e-324,0,1,2", "column propensity: '5e-324' is not a number in the range 1e-09"),
        ("near,inf,0.5,0,1,2", "column reward: 'inf'"),
        ("near,1e101,0.5,0,1,2", "column reward: '1e101'"),
        ("near,nan,0.5,0,1,2", "column reward: 'nan'"),
        ("near,good,0.5,0,1,2", "column reward: 'good'"),
        ("near,1,0.5,0.2,0.7,2", "column pi_brief, pi_near: add up to 0.9 where 1 is needed"),
        ("near,1,0.5,-0.5,1.5,2", "column pi_brief: '-0.5'"),
        ("near,1,0.5,,1,2", "column pi_brief: a blank cell"),
        ("near,1,0.5,0,1,inf", "column x_nights: 'inf'"),
        ("near,1,0.5,0,1,", "column x_nights: a blank cell"),
        ("near,1,0.5,0,1,1_000", "column x_nights: '1_000'"),
        ("near,1,0.5,0,1,1e200", "column x_nights: '1e200'"),
        ("hosted,1,0.5,0,1,2", "column action: 'hosted' has no column 'pi_hosted'"),
        (",1,0.5,0,1,2", "column action: is blank"),
        ("near,1,0.5,0,1", "has 5 cells where the header has 6"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(row: str, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        judge(written(*ROWS, row))
    assert "line 5 (row 4)" in caught.value.message
    assert words in caught.value.message
    assert exit_status(caught.value) == 4


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("action,reward,pi_near", "lacks column 'propensity'"),
        ("action,reward,propensity", "lacks column 'pi_<action>' for each action"),
        ("action,reward,propensity,pi_near,pi_near", "two columns named 'pi_near'"),
        ("action,reward,propensity,pi_", "names no action"),
        (HEADER, "no rows"),
    ],
)
def test_a_header_that_cannot_be_used_says_what_is_missing(header: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        judge(written(header=header))


@pytest.mark.parametrize("chance", ["1e-10", "5e-324"])
def test_a_chance_of_feedback_below_the_least_is_named_too(chance: str) -> None:
    with pytest.raises(UnreadableError, match=r"row 1.*column p_answered.*1e-09 to 1"):
        judge(written(f"brief,1,0.5,0,1,2,{chance}", header=HEADER + ",p_answered"))


def test_the_rarest_choice_that_may_be_logged_gives_a_document(tact: Tact, log: Path) -> None:
    # one row weighs as much as all others together: no judgement, but no fault either
    log.write_bytes(long_log(600) + b"\nnear,1,1e-9,0,1,3")
    ran = tact("offpolicy", str(log), "--json")
    told = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert told["ess"] == pytest.approx(1.0, abs=1e-3)
    assert "effective sample size" in told["refused"]


def test_rewards_may_be_counted_in_any_unit() -> None:
    shares = long_log(600).decode().splitlines()
    coins = [shares[0]]
    for row in shares[1:]:
        action, reward, *rest = row.split(",")
        coins.append(",".join([action, str(250 * int(reward) - 100), *rest]))
    one, other = judge("\n".join(shares).encode()), judge("\n".join(coins).encode())
    for way in ("snips", "dr"):
        there, back = getattr(one, way), getattr(other, way)
        assert [back.estimate, back.low, back.high] == pytest.approx(
            [250 * x - 100 for x in (there.estimate, there.low, there.high)]
        )
    assert other.ips is not None
    assert other.ips.low < 0.7 * 250 - 100 < other.ips.high


def test_policies_written_with_three_decimals_are_taken_as_they_are() -> None:
    header = "action,reward,propensity,pi_a,pi_b,pi_c"
    rows = [f"{'abc'[k % 3]},{k % 2},0.333,0.333,0.333,0.333" for k in range(90)]
    assert judge(written(*rows, header=header)).refusals == ()


def test_a_log_without_a_single_reward_is_refused_in_words() -> None:
    rows = [row.replace(",1,0.5", ",,0.5", 1) for row in ["near,1,0.5,0,1,2"] * 100]
    result = judge(written(*rows))
    assert result.refusals[0].kind == "never_logged"
    assert result.ess == 0
