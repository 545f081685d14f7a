"""Rules go to a file and come back; what somebody wrote around them stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue import load_catalogue, seed_folder
from engine.catalogue.toml_text import rules_from_toml, rules_to_toml
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Operator, Rule, RuleExample, Sureness, Test
from engine.errors import RuleError, UnreadableError

WRITTEN = """\
# Our own rules.
schema = 1

# Work trips are short.
[[rule]]
id = "work"
scope = "state"
strength = "medium"  # as the desk agreed
leaning = "efficiency"
when.purpose = "business"
when.nights = { at_most = 2 }
because.en = "Short work trip"
source = "the desk"
valid.from = 2026-01-01

[[rule]]
id = "phone"
scope = "trait"
weight = 0.25
when.channel = "phone"  # or mail?
because.en = "Called us"
source = "the desk"
[[rule.test]]
guest = { channel = "phone" }
expect = "fires"
"""


@pytest.fixture
def rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    return rules_from_toml(WRITTEN, catalogue.facts)


def test_an_unchanged_file_is_written_back_to_the_letter(rules: tuple[Rule, ...]):
    assert rules_to_toml(rules, WRITTEN) == WRITTEN


def test_every_file_of_the_seed_is_written_back_to_the_letter(catalogue: Catalogue):
    for path in sorted((seed_folder() / "rules").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        assert rules_to_toml(rules_from_toml(text, catalogue.facts), text) == text


def test_only_what_changed_is_written_anew(rules: tuple[Rule, ...]):
    nights = Test("nights", Operator.AT_MOST, 3)
    changed = replace(rules[0], when=(rules[0].when[0], nights))

    text = rules_to_toml([changed, rules[1]], WRITTEN)

    assert text == WRITTEN.replace("at_most = 2", "at_most = 3")


def test_a_new_weight_takes_the_place_of_the_words(rules: tuple[Rule, ...], catalogue: Catalogue):
    lighter = replace(rules[0], weight=-0.5, sure=Sureness.FIRM)

    text = rules_to_toml([lighter, rules[1]], WRITTEN)

    assert "strength" not in text
    assert "# Work trips are short." in text
    assert rules_from_toml(text, catalogue.facts) == (lighter, rules[1])


def test_a_rule_that_is_gone_is_taken_out_and_a_new_one_comes_last(
    rules: tuple[Rule, ...], catalogue: Catalogue
):
    fresh = replace(rules[0], id="fresh")

    text = rules_to_toml([fresh, rules[1]], WRITTEN)

    assert rules_from_toml(text, catalogue.facts) == (rules[1], fresh)
    assert "# or mail?" in text


def test_rules_alone_make_a_whole_file(rules: tuple[Rule, ...], catalogue: Catalogue):
    assert rules_from_toml(rules_to_toml(rules), catalogue.facts) == rules


def test_a_file_that_is_no_toml_cannot_be_read(catalogue: Catalogue):
    with pytest.raises(UnreadableError, match=r"mine\.toml"):
        rules_from_toml("rule = [", catalogue.facts, file="mine.toml")


def test_every_problem_of_a_file_is_told_at_once(catalogue: Catalogue):
    wrong = WRITTEN.replace("when.nights", "when.nigths").replace('"phone"  #', '"fone"  #')
    with pytest.raises(RuleError) as caught:
        rules_from_toml(wrong, catalogue.facts, file="mine.toml")

    keys = [(problem.id, problem.key) for problem in caught.value.problems]
    assert keys == [("work", "when.nigths"), ("phone", "when.channel")]


OF_NIGHTS = st.builds(
    Test,
    st.just("nights"),
    st.sampled_from([Operator.AT_MOST, Operator.AT_LEAST, Operator.IS]),
    st.integers(0, 9),
)
OF_PURPOSE = st.builds(
    Test,
    st.just("purpose"),
    st.sampled_from([Operator.ANY_OF, Operator.NONE_OF]),
    st.sampled_from([("business",), ("leisure", "group")]),
)
OF_CHANNEL = st.builds(Test, st.just("channel"), st.just(Operator.IS), st.just("web"))
OF_DELAY = st.builds(Test, st.just("delayed"), st.just(Operator.KNOWN), st.booleans())
TESTS = st.one_of(OF_NIGHTS, OF_PURPOSE, OF_CHANNEL, OF_DELAY)
GROUPS = st.lists(TESTS, min_size=1, max_size=4, unique_by=lambda test: test.fact).map(tuple)
EDITS = st.fixed_dictionaries(
    {
        "when": GROUPS,
        "unless": st.just(()) | GROUPS,
        "weight": st.sampled_from([-0.8, 0.25, 1.0]),
        "is_on": st.booleans(),
        "valid_until": st.none() | st.dates(min_value=date(2026, 1, 1)),
        "examples": st.just(()) | st.just((RuleExample({"nights": 1}, "silent"),)),
    }
)


FACTS = load_catalogue().facts
"""Not as a fixture: Hypothesis would print all of it."""


@settings(max_examples=40, deadline=None, derandomize=True)
@given(edits=st.tuples(EDITS, EDITS))
def test_whatever_is_edited_the_file_says_the_rules(edits: tuple[dict[str, Any], ...]):
    before = rules_from_toml(WRITTEN, FACTS)
    after = [replace(rule, **edit) for rule, edit in zip(before, edits, strict=True)]

    again = rules_from_toml(rules_to_toml(after, WRITTEN), FACTS)

    assert list(again) == after
