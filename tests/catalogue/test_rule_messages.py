"""Whatever is wrong in a file of rules is told: file, rule, key, what was given, what is allowed.

One broken file for each message of the reader, and files that are broken in many places at once.
"""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalogue.checks import check
from engine.catalogue.toml_text import rules_from_toml
from engine.domain.catalogue import Catalogue
from engine.errors import Problem, RuleError, UnreadableError
from tests.catalogue.rule_slips import RULE, SLIPS, Slip, written

Tree = dict[str, Any]

FILE = "rules/mine.toml"


def problems_of(catalogue: Catalogue, text: str) -> tuple[Problem, ...]:
    limit = catalogue.model.prior.culture_weight_limit
    with pytest.raises(RuleError) as caught:
        rules_from_toml(text, catalogue.facts, file=FILE, culture_limit=limit)
    return caught.value.problems


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.key}: {slip.says}"[:60])
def test_a_slip_is_told_with_file_rule_key_value_and_what_is_allowed(
    catalogue: Catalogue, slip: Slip
):
    (problem,) = problems_of(catalogue, written(slip))

    assert (problem.file, problem.id) == (FILE, slip.id)
    assert problem.key == slip.key
    assert all(part in problem.message for part in slip.says.split("; ")), problem.message
    # one by one: the seed may hold more facts than are asked for here
    allowed = ", ".join(sorted(problem.allowed))
    assert all(one in allowed for one in slip.allowed.split(", ")), allowed
    assert bool(problem.allowed) == bool(slip.allowed)


def test_the_rule_without_a_slip_is_right(catalogue: Catalogue):
    (rule,) = rules_from_toml(RULE, catalogue.facts, file=FILE)

    assert rule.id == "mine"


def test_a_rule_without_an_id_is_named_by_its_place(catalogue: Catalogue):
    second = RULE.replace("schema = 1\n", "").replace('id = "mine"\n', "").replace("0.3", "9")
    numbers = RULE.replace('"mine"', "7")

    told = problems_of(catalogue, RULE + second)

    assert {(problem.id, problem.key) for problem in told} == {
        ("", "rule.1.id"),
        ("", "rule.1.weight"),
    }
    assert problems_of(catalogue, numbers)[0].key == "rule.0.id"
    assert "7 is no id" in problems_of(catalogue, numbers)[0].message
    assert problems_of(catalogue, "schema = 1\nrule = [3]")[0] == Problem(
        FILE, "", "rule.0", "must be a table, not 3"
    )
    assert problems_of(catalogue, "schema = 1\nrule = 3")[0].message == "must be a list, not 3"


def test_a_file_that_is_no_toml_says_in_which_line(catalogue: Catalogue):
    with pytest.raises(UnreadableError, match=rf"{FILE}: cannot be read: .*line 2"):
        rules_from_toml("schema = 1\nrule = @", catalogue.facts, file=FILE)


def test_a_rule_about_culture_that_is_on_is_told_with_what_it_weighs(tree: Tree):
    rule = tree["rules/culture.toml"]["rule"][0]
    rule |= {"on": True, "weight": 2.0}
    rule.pop("strength", None)
    rule.pop("leaning", None)

    told = {problem.key: problem for problem in check(tree) if problem.id == rule["id"]}

    assert told.keys() == {"on", "weight"}
    assert told["weight"].message == "2 is too much for a rule about culture"
    assert told["on"].allowed == ("false",)


MANY = """\
schema = 2
[[rule]]
id = "one"
scope = "stat"
weight = 9
leaning = "contact"
when.nigths = { atmost = 2 }
when.purpose = { any_of = ["buisness", "group", "group", "leisur"] }
unless.channel = { known = "yes" }
because.de = ""
valid.until = "soon"
colour = "red"
[[rule.test]]
guest = { purpose = "work", nigths = 2 }
missing = ["tierd"]
[[rule]]
id = "one"
scope = "states"
weight = 0.3
when.form_of_address = { at_least = 2 }
any.tired = "yes"
because.en = "x"
"""


def test_everything_is_told_at_one_reading(catalogue: Catalogue):
    told = [(problem.id, problem.key) for problem in problems_of(catalogue, MANY)]

    assert sorted(told) == sorted(
        [
            ("", "schema"),
            ("one", "scope"),
            ("one", "weight"),
            ("one", "weight"),
            ("one", "when.nigths"),
            ("one", "when.nigths"),
            ("one", "when.purpose"),
            ("one", "when.purpose"),
            ("one", "when.purpose"),
            ("one", "unless.channel"),
            ("one", "because.de"),
            ("one", "because.en"),
            ("one", "valid.until"),
            ("one", "colour"),
            ("one", "source"),
            ("one", "test.0.expect"),
            ("one", "test.0.guest.purpose"),
            ("one", "test.0.guest.nigths"),
            ("one", "test.0.missing.0"),
            # the second rule of that name is read too
            ("one", "id"),
            ("one", "scope"),
            ("one", "when.form_of_address"),
            ("one", "any.tired"),
            ("one", "source"),
            ("one", "weight"),
        ]
    )


@pytest.mark.parametrize(
    "slip",
    [slip for slip in SLIPS if slip.id == "mine"],
    ids=lambda slip: f"{slip.key}: {slip.says}"[:60],
)
def test_no_slip_hides_another_one(catalogue: Catalogue, slip: Slip):
    """Two rules of one file, one id, each with slips of its own: all are told."""
    other = 'id = "mine"\nscope = "stat"\nweight = 9\nwhen.nigths = 2\nbecause = 1\nsource = 2\n'
    text = written(slip) + "\n[[rule]]\n" + other

    told = {problem.key for problem in problems_of(catalogue, text)}

    assert told >= {slip.key, "scope", "weight", "when.nigths", "because", "source"}
    assert "id" in told
