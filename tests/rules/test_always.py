"""Rules that no value keeps silent, and rules that none lets fire: how they are told."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.rules import Operator, Test
from engine.rules.analysis import analyse
from engine.rules.evaluate import truth_of
from engine.rules.findings import FindingKind
from tests.rules.drawn import FACTS
from tests.rules.written import is_, rule, told


def test_of_a_rule_that_can_never_fire_the_group_that_is_out_of_reach_is_named() -> None:
    nights, late = Test("nights", Operator.AT_LEAST, 3), is_("late", True)
    few = (Test("nights", Operator.LESS_THAN, 2), Test("nights", Operator.IS, 1))
    rules = [
        rule("any", when=(nights, late), any=few),
        rule("unless", when=(nights, late), unless=(nights, late)),
        rule("both", when=(late,), any=(nights,), unless=(nights,)),
        rule("when", when=(nights, few[0]), any=(late,)),
    ]
    found = {f.rules[0]: f.detail for f in analyse(rules, FACTS) if f.rules}
    said = "can never fire: no guest passes all that it asks of"
    assert found == {
        "any": f"any {said} nights.",
        "unless": f"unless {said} late, nights.",
        "both": f"both {said} nights.",
        "when": f"when {said} nights.",
    }


def test_a_rule_that_no_value_keeps_silent_fires_for_everybody_of_whom_its_facts_are_known() -> (
    None
):
    anybody = rule("anybody", any=(Test("nights", Operator.AT_LEAST, 0), is_("late", True)))
    (found,) = (f for f in analyse([anybody], FACTS) if f.rules)
    assert (found.kind, truth_of(anybody, {})) == (FindingKind.ALWAYS, None)
    assert found.detail == (
        "With late, nights known, anybody fires for everybody: no value keeps it silent."
    )


def test_a_rule_that_fires_even_where_nothing_is_known_is_said_to() -> None:
    asked = tuple(Test("tired", Operator.KNOWN, known) for known in (True, False))
    (found,) = (f for f in analyse([rule("anybody", any=asked)], FACTS) if f.rules)
    assert found.kind is FindingKind.ALWAYS
    assert found.detail == "anybody fires for everybody, whatever is known or unknown."


def test_a_rule_that_always_fires_is_compared_as_any_other() -> None:
    always = rule("always", 0.5, when=(Test("nights", Operator.AT_LEAST, 0),))
    again = replace(always, id="again")
    long = rule("long", 0.5, when=(Test("nights", Operator.AT_LEAST, 3),))
    short = rule("short", -0.5, when=(Test("nights", Operator.AT_MOST, 2),))
    assert told(analyse([always, again, long, short], FACTS)) == {
        ("always", ("always",)),
        ("always", ("again",)),
        ("duplicate", ("always", "again")),
        ("subsumed", ("long", "always")),
        ("subsumed", ("long", "again")),
        ("opposed", ("always", "short")),
        ("opposed", ("again", "short")),
    }


def test_whoever_fires_whatever_is_known_holds_every_rule_and_meets_none_by_chance() -> None:
    asked = tuple(Test("tired", Operator.KNOWN, known) for known in (True, False))
    anybody = rule("anybody", 0.5, any=asked)
    late, early = rule("late", 0.3, when=(is_("late", True),)), is_("late", False)
    found = analyse([anybody, late, rule("early", -0.3, when=(early,))], FACTS)
    assert told(found) == {
        ("always", ("anybody",)),
        ("subsumed", ("late", "anybody")),
        ("opposed", ("anybody", "early")),
    }
    (opposed,) = (f for f in found if f.kind is FindingKind.OPPOSED)
    assert (opposed.combinations, opposed.by_chance) == ((3, 9), False)
