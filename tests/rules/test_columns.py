"""Rules over columns say of every stay what they say of it alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.domain.cues import Scope, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.column_rules import ColumnRules, co_firing, counts
from engine.rules.columns import Codebook, Columns, columns_of, smallest
from engine.rules.evaluate import truth_of
from engine.rules.vectorised import RuleTable
from tests.rules.drawn import ALL_VALUES, FACTS, drawn_guest, drawn_rule

USUAL = {id: dict.fromkeys(values, 1 / len(values)) for id, values in ALL_VALUES.items()}
N_RULES, N_STAYS = 40, 300


@pytest.mark.parametrize("seed", range(9))
def test_every_stay_is_told_the_same_as_alone_to_the_last_bit(seed: int):
    rng = np.random.default_rng(seed)
    rules = [drawn_rule(rng, f"rule_{k}") for k in range(N_RULES)]
    stays = [drawn_guest(rng) for _ in range(N_STAYS)]
    table, looks = RuleTable(rules, USUAL), ColumnRules(rules, USUAL).look(columns_of(stays, FACTS))
    for row, facts in enumerate(stays):
        alone = table.look(facts)
        assert (looks.known[row] == alone.known).all()
        assert (looks.fires[row] == alone.fires).all()
        assert (looks.expected[row] == alone.expected).all()
        truths = [truth_of(rule, facts) for rule in rules]
        assert looks.known[row].tolist() == [truth is not None for truth in truths]


def test_part_of_the_stays_is_told_what_all_of_them_are():
    rng = np.random.default_rng(1)
    rules = ColumnRules([drawn_rule(rng, f"rule_{k}") for k in range(5)], USUAL)
    columns = columns_of([drawn_guest(rng) for _ in range(50)], FACTS)
    whole, part = rules.look(columns), rules.look(columns, slice(20, 35))
    picked = rules.look(columns.picked(np.arange(20, 35)))
    assert (part.expected == whole.expected[20:35]).all()
    assert (picked.expected == part.expected).all()
    assert columns.picked(slice(20, 35)).n_stays == picked.known.shape[0] == 15


def test_rules_that_fire_together_are_counted_pair_by_pair_over_all_chunks(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("engine.rules.column_rules.chunks", lambda n: [slice(0, 70), slice(70, n)])
    rng = np.random.default_rng(2)
    drawn = [drawn_rule(rng, f"rule_{k}") for k in range(12)]
    stays = [drawn_guest(rng) for _ in range(200)]
    rules, columns = ColumnRules(drawn, USUAL), columns_of(stays, FACTS)
    fires = np.array([[truth_of(rule, facts) is True for rule in drawn] for facts in stays])
    assert (co_firing(rules, columns) == fires.astype(int).T @ fires.astype(int)).all()
    fired, unsure = counts(rules, columns, len(drawn))
    assert fired.tolist() == fires.sum(axis=0).tolist()
    told = [sum(truth_of(rule, facts) is None for facts in stays) for rule in drawn]
    assert unsure.tolist() == told


def test_a_fact_without_a_column_is_unknown():
    rule = Rule("late", Scope.STATE, 0.3, {}, "", when=(Test("late", Operator.IS, True),))
    looks = ColumnRules([rule], {"late": {True: 0.2, False: 0.8}}).look(Columns(2, {}))
    assert looks.expected[:, 0].tolist() == [0.2, 0.2]
    assert not looks.known.any()


def test_a_rule_set_without_rules_says_nothing():
    assert ColumnRules([], {}).look(Columns(3, {})).expected.shape == (3, 0)


def test_a_yes_and_a_one_stay_two_values():
    book = Codebook([1, True])
    assert (book.code(True), book.code(1), book.code(True)) == (1, 0, 1)
    stays: list[dict[str, Value]] = [{"late": True}, {"late": 1}, {}]
    columns = columns_of(stays, ["late"])
    assert [type(columns.facts_of(row).get("late")) for row in range(3)] == [bool, int, type(None)]
    assert columns.by_fact["late"].known.tolist() == [True, True, False]


@pytest.mark.parametrize(("n", "kind"), [(128, "int8"), (129, "int16"), (40_000, "int32")])
def test_codes_take_no_more_room_than_they_need(n: int, kind: str):
    codes = smallest(range(n), n)
    assert codes.dtype == kind
    assert codes[-1] == n - 1
