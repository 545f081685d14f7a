"""The rules of the learning curve are an owner's: grounds for each, and only what is known."""

from __future__ import annotations

import numpy as np

from benchmarks.learning_curve import fires, log_loss, rules, summary
from engine.domain.rules import STRENGTHS

KNOWN_LATER = {
    "assigned_room_type",
    "is_canceled",
    "reservation_status",
    "reservation_status_date",
    "total_of_special_requests",
}


def test_each_rule_has_a_weight_an_owner_can_say_and_one_line_of_grounds() -> None:
    written = rules()
    assert len({rule["id"] for rule in written}) == len(written) == 15
    assert {abs(rule["weight"]) for rule in written} <= set(STRENGTHS.values())
    assert all(rule["because"].strip() and "\n" not in rule["because"] for rule in written)


def test_no_rule_looks_at_the_outcome_or_at_what_is_known_later() -> None:
    assert not {column for rule in rules() for column in rule["when"]} & KNOWN_LATER


def test_a_rule_fires_where_all_of_its_tests_hold() -> None:
    table = {
        "young": np.array([0.0, 1.0, 2.0]),
        "adults": np.array(["1", "2", "3"]),
        "customer_type": np.array(["Group", "Transient", "Transient"]),
    }
    test = {"adults": {"least": 2, "most": 2}, "customer_type": ["Transient"]}
    assert fires(test, table).tolist() == [0.0, 1.0, 0.0]


def test_each_peer_is_compared_on_the_draws_it_took_part_in() -> None:
    found = {"tact_with_rules": [0.5, 0.5, 0.9], "other": [0.6, 0.6]}
    told = dict(summary(found))
    assert told["other"]["worse_percent"] == 20.0
    assert told["other"]["rounds"] == 2
    assert told["tact_with_rules"]["worse_percent"] == 0.0


def test_one_certainty_that_fails_does_not_decide_the_mean() -> None:
    assert np.isfinite(log_loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])))
