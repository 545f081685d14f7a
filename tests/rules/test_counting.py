"""All pairs at once are counted as one pair alone is, however large the numbers grow."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from engine.domain.cues import FactKind
from engine.domain.rules import Rule
from engine.rules import counting
from engine.rules.boxes import Boxed, Space
from engine.rules.counting import Meeting, meetings
from tests.rules.drawn import FACTS, crowded_rule, drawn_rule, fact
from tests.rules.one_pair import counted

N_FACTS = 40


def able_to_fire(space: Space, rules: list[Rule]) -> list[Boxed]:
    return [one for one in map(space.boxed, rules) if one.may_fire]


def all_at_once(boxed: list[Boxed], space: Space) -> dict[tuple[int, int], Meeting]:
    return {(k, m): met for k, m, met in meetings(boxed, space.axes)}


def one_by_one(boxed: list[Boxed]) -> dict[tuple[int, int], Meeting]:
    pairs = combinations(range(len(boxed)), 2)
    return {(k, m): counted(boxed[k], boxed[m]) for k, m in pairs}


@pytest.mark.parametrize("n_rules", [0, 1, 2, 31, 32, 33, 70])
def test_every_pair_of_any_number_of_rules_is_counted(n_rules: int) -> None:
    rng = np.random.default_rng(n_rules)
    rules = [drawn_rule(rng, f"r{k}") for k in range(n_rules)]
    space = Space(rules, FACTS)
    boxed = able_to_fire(space, rules)
    assert all_at_once(boxed, space) == one_by_one(boxed)


def test_rules_of_large_groups_are_counted_alike() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rules = [crowded_rule(rng, f"r{k}", tuple(FACTS)) for k in range(12)]
        space = Space(rules, FACTS)
        boxed = able_to_fire(space, rules)
        assert all_at_once(boxed, space) == one_by_one(boxed)


def test_numbers_that_no_float_holds_are_counted_to_the_last_one() -> None:
    facts = {f"f{k}": fact(f"f{k}", FactKind.WHOLE, highest=500) for k in range(N_FACTS)}
    rules, rng = [], np.random.default_rng(3)
    for k in range(12):
        asked = [f"f{place}" for place in rng.permutation(N_FACTS)[:30]]
        one = crowded_rule(rng, f"r{k}", ("nights",) * 30)
        spread = {
            group: tuple(
                replace(test, fact=asked[place % 30])
                for place, test in enumerate(getattr(one, group))
            )
            for group in ("when", "any", "unless")
        }
        rules.append(replace(one, **spread))
    space = Space(rules, facts)
    boxed = able_to_fire(space, rules)
    alone = one_by_one(boxed)
    assert max(met.both for met in alone.values()) > 2**64
    assert all_at_once(boxed, space) == alone


def test_as_soon_as_a_product_could_lose_a_digit_it_is_parted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "EXACT", 20.0)
    rng = np.random.default_rng(2)
    rules = [crowded_rule(rng, f"r{k}", tuple(FACTS)) for k in range(10)]
    space = Space(rules, FACTS)
    boxed = able_to_fire(space, rules)
    assert all_at_once(boxed, space) == one_by_one(boxed)
