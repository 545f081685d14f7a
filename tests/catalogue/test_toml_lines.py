"""A rules file keeps every line that still says the same, whatever changed around it."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import date

import pytest

from engine.catalogue.toml_pieces import pieces_of, value_text
from engine.catalogue.toml_text import rules_from_toml, rules_to_toml
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Operator, Rule, RuleExample, Test
from engine.errors import UnreadableError

FILE = '''\
# top of the file
schema = 1   # format

# --- trips ---
[[rule]]
id = "trip"          # stable
scope = "state"
# why medium: see the minutes of March
strength = "medium"    # was strong
leaning = "efficiency"
when.purpose = "business"       # asked at booking
# two nights at most, Ana insisted
when.nights = { at_most = 2 }   # short
because.en = "Short work trips"
because.de = "Kurz"   # by Eva
source = "article A4"
valid = { from = 2026-01-01 }  # new year
# the examples below were agreed with Ben
[[rule.test]]
guest = { purpose = "business", nights = 1 } # a typical one
expect = "fires"
# second comment
[[rule.test]]
guest = { purpose = "leisure" }
expect = "silent"

# --- others ---
[[rule]]
id = "long"
scope = "state"
weight = 0.2
source = """s
# no comment"""
[rule.when]  # table style
nights = { at_least = 7 } # a week
purpose = { any_of = [
  "leisure", # hols
  "group",
] }
[rule.because]
en = "Long" # name
[rule.unless]
tired = true
# end of file
'''
SOLO = Test("party", Operator.IS, "solo")


@pytest.fixture
def rules(catalogue: Catalogue) -> tuple[Rule, Rule]:
    trip, long = rules_from_toml(FILE, catalogue.facts)
    return trip, long


def moved(after: str, before: str = FILE) -> list[str]:
    """Lines that differ, each behind + or -."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


UNTIL = "valid = { from = 2026-01-01, until = 2027-01-01 }  # new year"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"when": -1}, ["-when.nights = { at_most = 2 }   # short"]),
        ({"when": SOLO}, ['+when.party = "solo"']),
        ({"any": (SOLO,)}, ['+any.party = "solo"']),
        ({"because": {"en": "Short work trips"}}, ['-because.de = "Kurz"   # by Eva']),
        (
            {"because": {"en": "Short work trips", "de": "Kurz", "pt-BR": "Curta"}},
            ['+because.pt-BR = "Curta"'],
        ),
        (
            {"valid_until": date(2027, 1, 1)},
            ["-valid = { from = 2026-01-01 }  # new year", f"+{UNTIL}"],
        ),
        ({"valid_from": None}, ["-valid = { from = 2026-01-01 }  # new year"]),
        (
            {"weight": -0.6},
            [
                '-strength = "medium"    # was strong',
                '-leaning = "efficiency"',
                "+weight = -0.6    # was strong",
            ],
        ),
        ({"is_on": False}, ["+on = false"]),
    ],
)
def test_one_change_of_a_rule_moves_its_own_lines_alone(
    rules: tuple[Rule, Rule], catalogue: Catalogue, change: dict, expected: list[str]
) -> None:
    if change.get("when") == -1:
        change = {"when": rules[0].when[:-1]}
    elif "when" in change:
        change = {"when": (*rules[0].when, change["when"])}
    wanted = replace(rules[0], **change), rules[1]
    text = rules_to_toml(wanted, FILE)
    assert sorted(moved(text)) == sorted(expected)
    assert rules_from_toml(text, catalogue.facts) == wanted


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_examples_come_go_and_change_without_their_neighbours(
    rules: tuple[Rule, Rule], catalogue: Catalogue, newline: str
) -> None:
    fires, silent = rules[0].examples
    fresh = RuleExample({"purpose": "business"}, "unknown", ("nights",))
    head = "[[rule.test]]"
    last = [head, 'guest = { purpose = "leisure" }', 'expect = "silent"']
    added = [head, 'guest = { purpose = "business" }', 'expect = "unknown"', 'missing = ["nights"]']
    first = [head, 'guest = { purpose = "business", nights = 1 } # a typical one']
    file = FILE.replace("\n", newline)
    for examples, expected in (
        ((fires, silent, fresh), [f"+{line}" for line in added]),
        ((fires,), [f"-{line}" for line in last]),
        ((silent,), [f"-{line}" for line in (*first, 'expect = "fires"')]),
        ((replace(fires, expect="silent"), silent), ['-expect = "fires"', '+expect = "silent"']),
    ):
        wanted = replace(rules[0], examples=examples), rules[1]
        text = rules_to_toml(wanted, file)
        assert sorted(moved(text, file)) == sorted(expected)
        assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)
        assert rules_from_toml(text, catalogue.facts) == wanted


def test_a_table_of_its_own_takes_a_new_test_and_goes_with_its_last_one(
    rules: tuple[Rule, Rule], catalogue: Catalogue
) -> None:
    more = replace(rules[1], when=(*rules[1].when, SOLO))
    assert moved(rules_to_toml((rules[0], more), FILE)) == ['+party = "solo"']
    fewer = replace(rules[1], unless=())
    assert moved(rules_to_toml((rules[0], fewer), FILE)) == ["-[rule.unless]", "-tired = true"]


def test_tests_in_another_order_take_their_comments_along(
    rules: tuple[Rule, Rule], catalogue: Catalogue
) -> None:
    turned = replace(rules[0], when=rules[0].when[::-1])
    text = rules_to_toml((turned, rules[1]), FILE)
    assert rules_from_toml(text, catalogue.facts) == (turned, rules[1])
    assert "# two nights at most, Ana insisted\nwhen.nights = { at_most = 2 }   # short\n" in text
    assert sorted(text.splitlines()) == sorted(FILE.splitlines())


def test_a_rule_that_is_gone_leaves_every_comment_around_it(
    rules: tuple[Rule, Rule], catalogue: Catalogue
) -> None:
    trip, long = rules
    without_trip = rules_to_toml((long,), FILE)
    assert '# --- trips ---\n\n# --- others ---\n[[rule]]\nid = "long"' in without_trip
    without_long = rules_to_toml((trip,), FILE)
    assert without_long.endswith('expect = "silent"\n\n# --- others ---\n# end of file\n')
    assert rules_from_toml(without_long, catalogue.facts) == (trip,)


def test_the_last_rule_goes_and_the_file_is_still_one(
    rules: tuple[Rule, Rule], catalogue: Catalogue
) -> None:
    empty = rules_to_toml((), FILE)
    assert rules_from_toml(empty, catalogue.facts) == ()
    for comment in ("# top of the file", "# --- trips ---", "# --- others ---", "# end of file"):
        assert comment in empty
    assert rules_to_toml((), empty) == empty
    assert rules_from_toml(rules_to_toml(rules, empty), catalogue.facts) == rules
    assert rules_from_toml(rules_to_toml(()), catalogue.facts) == ()


def test_rules_that_do_not_stand_under_their_own_lines_are_refused(
    rules: tuple[Rule, Rule],
) -> None:
    for text in ("rule = 5", 'rule = "x"', '[rule]\nid = "a"', 'rule = [{ id = "trip" }]'):
        with pytest.raises(UnreadableError, match="lines \\[\\[rule\\]\\]"):
            rules_to_toml(rules, f"{text}\n")
    with pytest.raises(UnreadableError, match="have the id trip"):
        rules_to_toml(rules, '[[rule]]\nid = "trip"\n[[rule]]\nid = "trip"\n')
    with pytest.raises(UnreadableError, match="no TOML"):
        rules_to_toml(rules, "x = " + "[" * 5000)


def test_a_rule_written_in_no_known_way_is_written_anew(
    rules: tuple[Rule, Rule], catalogue: Catalogue
) -> None:
    text = '[[rule]]\nid = "trip"\nwhen = 5\n[rule.test]\nx = 1\n[[rule]]\n[[rule]]\n'
    assert rules_from_toml(rules_to_toml(rules, text), catalogue.facts) == rules


def test_a_file_is_cut_into_lines_without_losing_a_letter() -> None:
    lines = (
        '"a b".\'c.d\' = """x"""" # not\n',
        "x = '''a\n# b = 1\n'''\n",
        "y = [ # in\n '#', \"]\",\n] # out\n",
        "  [[ rule . 'test' ]] # head\n",
        "\n",
        "z = { a = 1, b = [2] }",
    )
    assert [piece.text for piece in pieces_of("".join(lines))] == list(lines)
    quoted, _, many, head, _, last = pieces_of("".join(lines))
    assert (quoted.keys, quoted.value) == (("a b", "c.d"), 'x"')
    assert many.saying(1).text == "y = 1 # out\n"
    assert (head.sort, head.keys) == ("array", ("rule", "test"))
    assert last.value == {"a": 1, "b": [2]}
    assert value_text({"pt BR": [True, date(2026, 1, 1)]}) == '{ "pt BR" = [true, 2026-01-01] }'
