"""The analysis of a rule set is exact: it finds what trying every guest finds, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from time import perf_counter, process_time

import numpy as np
import pytest

from engine.domain.cues import FactKind, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.analysis import Seen, analyse, fired
from engine.rules.evaluate import truth_of
from engine.rules.findings import FindingKind, findings_of
from engine.sentences import Sentence
from tests.rules.drawn import (
    ALL_VALUES,
    FACTS,
    FIRST_DAY,
    N_DAYS,
    crowded_rule,
    drawn_guest,
    drawn_rule,
    fact,
)
from tests.rules.written import Told, is_, rule, told

SMALL = ("purpose", "nights", "late")
N_SETS, N_RULES = 600, 8
DAYS = [FIRST_DAY + timedelta(k) for k in range(-1, N_DAYS + 1)]
"""A day before all that the drawn rules know, and one after."""


def guests(ids: Sequence[str]) -> list[dict[str, Value]]:
    """Every guest whatever, unknowns included."""
    ranges = [(None, *ALL_VALUES[id]) for id in ids]
    worlds = (zip(ids, values, strict=True) for values in product(*ranges))
    return [{id: value for id, value in world if value is not None} for world in worlds]


def by_trying(rules: Sequence[Rule], everybody: Sequence[Mapping[str, Value]]) -> Told:
    """Find the same by the meaning of the words, guest by guest and day by day."""
    truths = {one.id: [truth_of(one, guest) for guest in everybody] for one in rules}
    dead = {id for id, told in truths.items() if True not in told}
    always = {id for id, told in truths.items() if False not in told}
    found: Told = {("dead", (id,)) for id in dead}
    found |= {("always", (id,)) for id in always}
    rest = [one for one in rules if one.id not in dead]
    for one, other in combinations(rest, 2):
        found |= pair_by_trying(one, other, truths)
    return found


def pair_by_trying(one: Rule, other: Rule, truths: Mapping[str, Sequence[bool | None]]) -> Told:
    """Every guest on every day, as pairs of numbers."""
    first, second = (
        {
            (day, place)
            for day in range(len(DAYS))
            for place, truth in enumerate(truths[asked.id])
            if truth and asked.is_valid_on(DAYS[day])
        }
        for asked in (one, other)
    )
    found: Told = set()
    signs = np.sign([one.weight, other.weight])
    if first == second:
        is_equal = (one.weight, one.scope) == (other.weight, other.scope)
        found.add(("duplicate" if is_equal else "inseparable", (one.id, other.id)))
    elif signs[0] == signs[1] != 0 and first < second:
        found.add(("subsumed", (one.id, other.id)))
    elif signs[0] == signs[1] != 0 and second < first:
        found.add(("subsumed", (other.id, one.id)))
    if signs[0] * signs[1] < 0 and first & second:
        found.add(("opposed", (one.id, other.id)))
    return found


def test_nothing_more_and_nothing_less_is_found_than_by_trying_every_guest() -> None:
    everybody, kinds = guests(SMALL), dict.fromkeys(map(str, FindingKind), 0)
    for seed in range(N_SETS):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}", SMALL) for k in range(N_RULES)]
        found = told(analyse(rules, FACTS))
        assert found == by_trying(rules, everybody), seed
        for kind, _ in found:
            kinds[kind] += 1
    by_logic = ("dead", "always", "duplicate", "subsumed", "opposed", "inseparable")
    assert min(kinds[kind] for kind in by_logic) >= 5, kinds


def test_rules_of_large_groups_are_compared_as_exactly() -> None:
    known = ("purpose", "nights", "lead", "late", "tired")
    everybody, kinds = guests(known), dict.fromkeys(map(str, FindingKind), 0)
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rules = [crowded_rule(rng, f"r{k}", known) for k in range(3)]
        rules += [replace(one, id=f"{one.id}_again", any=one.any[::-1]) for one in rules[:1]]
        rules += [replace(one, id=f"{one.id}_heavy", weight=0.5) for one in rules[:1]]
        rules += [replace(one, id=f"{one.id}_less", any=one.any[1:]) for one in rules[1:2]]
        rules += [replace(one, id=f"{one.id}_more", unless=one.unless[1:]) for one in rules[2:3]]
        found = told(analyse(rules, FACTS))
        assert found == by_trying(rules, everybody), seed
        for kind, _ in found:
            kinds[kind] += 1
    by_logic = ("duplicate", "subsumed", "opposed", "inseparable")
    assert min(kinds[kind] for kind in by_logic) >= 2, kinds


def test_a_rule_that_contradicts_itself_is_dead_and_nothing_else() -> None:
    nights = Test("nights", Operator.AT_LEAST, 3)
    short = Test("nights", Operator.MORE_THAN, 1)
    (found, *_) = analyse(
        [rule("never", when=(nights,), unless=(short,)), rule("long", when=(nights,))], FACTS
    )
    assert (found.kind, found.rules) == (FindingKind.DEAD, ("never",))
    assert found.detail == ("never can never fire: no guest passes all that it asks of nights.")


def test_to_be_known_is_not_to_be_anybody() -> None:
    known = rule("known", when=(Test("nights", Operator.KNOWN, True),))
    assert told(analyse([known], FACTS)) == set()


def test_of_two_rules_that_always_add_up_the_narrow_one_comes_first() -> None:
    wide = rule("wide", -0.3, when=(is_("purpose", "business"),))
    narrow = rule(
        "narrow", -0.8, when=(is_("purpose", "business"), Test("nights", Operator.AT_MOST, 2))
    )
    (found,) = (f for f in analyse([wide, narrow], FACTS) if f.rules)
    assert (found.kind, found.rules) == (FindingKind.SUBSUMED, ("narrow", "wide"))
    assert "Is that meant?" in found.detail


def test_rules_of_different_days_never_meet() -> None:
    when = (is_("purpose", "business"),)
    spring = replace(rule("spring", when=when), valid_until=date(2026, 6, 30))
    autumn = replace(rule("autumn", when=when), valid_from=date(2026, 7, 1))
    assert told(analyse([spring, autumn], FACTS)) == set()
    assert told(analyse([spring, rule("all_year", when=when)], FACTS)) == {
        ("subsumed", ("spring", "all_year"))
    }


def test_a_rule_that_is_off_says_nothing() -> None:
    when = (is_("purpose", "business"),)
    off = replace(rule("off", when=when), is_on=False)
    assert told(analyse([rule("on", when=when), off], FACTS)) == set()
    mentioned = [f.detail for f in analyse([off], FACTS) if "purpose" in f.detail]
    assert mentioned == ["No rule mentions purpose = business, leisure, group."]


def test_a_value_is_mentioned_by_its_name_and_a_number_by_any_question_about_it() -> None:
    rules = [
        rule("one", when=(Test("purpose", Operator.NONE_OF, ("group",)),)),
        rule("two", when=(Test("nights", Operator.AT_LEAST, 2), is_("late", False))),
        rule("three", when=(Test("tired", Operator.KNOWN, True),)),
    ]
    hidden = replace(fact("market", FactKind.TAG), is_scored=False)
    culture = replace(fact("address", FactKind.TAG), family="culture")
    facts = {**FACTS, "market": hidden, "address": culture}
    assert [f.detail for f in analyse(rules, facts) if f.kind is FindingKind.UNMENTIONED] == [
        "No rule mentions purpose = business, leisure.",
        "No rule mentions lead.",
        "No rule mentions late = yes.",
        "No rule mentions tired.",
        "No rule mentions tongue.",
    ]


def test_a_rule_that_can_never_fire_mentions_nothing() -> None:
    never = rule("never", when=(is_("purpose", "group"),), unless=(is_("purpose", "group"),))
    alive = rule("alive", when=(is_("purpose", "leisure"),))
    for rules, missing in (([alive], "business, group"), ([alive, never], "business, group")):
        said = [f.detail for f in analyse(rules, FACTS) if f.kind is FindingKind.UNMENTIONED]
        assert f"No rule mentions purpose = {missing}." in said


def test_of_yes_and_no_the_one_that_no_rule_names_is_told_and_of_a_cue_only_the_yes() -> None:
    cue = replace(fact("cue", FactKind.YES_NO), is_cue=True)
    facts = {"late": FACTS["late"], "cue": cue}
    for value, missing in ((True, ["late = no"]), (False, ["late = yes", "cue = yes"])):
        rules = [rule("one", when=(is_("late", value), is_("cue", value)))]
        said = [f.detail for f in analyse(rules, facts) if f.kind is FindingKind.UNMENTIONED]
        assert said == [f"No rule mentions {what}." for what in missing]
    both = [rule("yes", when=(is_("late", True),)), rule("no", when=(is_("late", False),))]
    (found,) = (f for f in analyse(both, facts) if f.kind is FindingKind.UNMENTIONED)
    assert found.detail == "No rule mentions cue."


def test_what_stays_show_is_what_counting_them_shows() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}") for k in range(N_RULES)]
        stays = [
            Seen(drawn_guest(rng), FIRST_DAY + timedelta(int(rng.integers(N_DAYS))))
            for _ in range(60)
        ]
        table = fired(rules, stays)
        for k, one in enumerate(rules):
            assert table[:, k].tolist() == [
                one.is_valid_on(stay.day) and truth_of(one, stay.facts) is True for stay in stays
            ]
        spoke = [any(one.is_valid_on(stay.day) for stay in stays) for one in rules]
        dead = {rules for kind, rules in told(analyse(rules, FACTS)) if kind == "dead"}
        never = {
            rules for kind, rules in told(analyse(rules, FACTS, stays)) if kind == "never_fired"
        }
        assert never == {
            (one.id,)
            for k, one in enumerate(rules)
            if spoke[k] and not table[:, k].any() and (one.id,) not in dead
        }


@pytest.mark.parametrize(("n_together", "is_found"), [(20, True), (19, False)])
def test_stays_that_never_part_two_rules_cannot_tell_them_apart(
    n_together: int, is_found: bool
) -> None:
    rules = [rule("one", when=(is_("late", True),)), rule("other", when=(is_("tired", True),))]
    stays = [Seen({"late": True, "tired": True}, FIRST_DAY)] * n_together
    stays += [Seen({"late": False, "tired": False}, FIRST_DAY)] * 5
    found = told(analyse(rules, FACTS, stays))
    assert (("inseparable", ("one", "other")) in found) is is_found
    parted = [*stays, Seen({"late": True, "tired": False}, FIRST_DAY)]
    assert told(analyse(rules, FACTS, parted)) == set()


def test_without_stays_nothing_is_said_about_stays() -> None:
    found = analyse([rule("one", when=(is_("late", True),))], FACTS)
    assert all("stays" not in finding.detail for finding in found)


def test_each_rule_gets_what_was_found_about_it() -> None:
    two = rule("two", 0.8, when=(Test("nights", Operator.AT_LEAST, 2),))
    more = rule("more", 0.8, when=(Test("nights", Operator.MORE_THAN, 1),))
    found = analyse([two, more, rule("late", when=(is_("late", True),))], FACTS)
    assert [f.rules for f in findings_of("more", found)] == [("two", "more")]
    assert findings_of("late", found) == ()


def test_every_detail_can_be_said_in_another_language() -> None:
    rng = np.random.default_rng(1)
    rules = [drawn_rule(rng, f"r{k}", SMALL) for k in range(30)]
    stays = [Seen(drawn_guest(rng), FIRST_DAY) for _ in range(50)]
    for finding in analyse(rules, FACTS, stays):
        assert isinstance(finding.detail, Sentence)
        assert finding.detail.values


def test_no_rules_are_rules_without_faults() -> None:
    assert told(analyse([], FACTS)) == set()
    assert told(analyse([], FACTS, [Seen({}, FIRST_DAY)])) == set()


def test_three_hundred_rules_take_about_a_second() -> None:
    rng = np.random.default_rng(7)
    rules = [drawn_rule(rng, f"r{k}") for k in range(300)]
    start = perf_counter()
    analyse(rules, FACTS)
    assert perf_counter() - start < 5.0  # on a machine that others keep busy


def test_three_hundred_rules_of_large_groups_take_about_a_second() -> None:
    facts = {f"f{k}": replace(FACTS["purpose"], id=f"f{k}") for k in range(40)}
    rng = np.random.default_rng(7)
    rules = []
    for k in range(300):
        tests = [
            Test(f"f{place}", Operator.ANY_OF, tuple(rng.permutation(facts["f0"].values)[:2]))
            for place in rng.permutation(40)[:25]
        ]
        groups = {"when": tests[:1], "any": tests[1:13], "unless": tests[13:]}
        rules.append(
            rule(f"r{k}", float(rng.choice([-0.5, 0.5])), **{g: (*t,) for g, t in groups.items()})
        )
    start = process_time()
    analyse(rules, facts)
    assert process_time() - start < 5.0  # of one processor
