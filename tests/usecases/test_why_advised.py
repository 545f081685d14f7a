"""Every piece of advice can be taken apart, and made again; supposing otherwise saves nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.bootstrap import open_context
from engine.decision.advise import Adviser
from engine.decision.guardrails import guard
from engine.decision.situation import Situation
from engine.decision.why import Verdict, why
from engine.domain.axis import Trait
from engine.domain.exploration import Arm
from engine.domain.learned import Learned
from engine.domain.stays import Case, StayStatus
from engine.errors import BadInputError, NotFoundError
from engine.store.columns import table_of
from engine.store.rows import RecommendationRow
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from engine.usecases.rules.what_if import Supposed, WhatIf, facts_to_suppose, supposed_of, what_if
from engine.usecases.rules.why import StayWhy, find_stays, why_of
from engine.usecases.stays.arrivals import board, card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW
from tests.usecases.explored_stays import ALL_OUT, ONLY_CONTROL, arm_of, drawn_into, turn

ANA = Actor("Ana", NOW)
LATER = Actor("Eva", NOW + timedelta(hours=2))
GUEST = "D230"
"""A couple on holiday for two nights, expected today."""
EXACT = 1e-12


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://x", now=NOW)
    ctx.store.checkpoint()
    ctx.store.close()
    return folder


@pytest.fixture
def ctx(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder)
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://x", now=NOW)
    yield ctx
    ctx.store.close()


def told(ctx: Context, ref: str = GUEST, **more: object) -> StayWhy:
    return why_of(ctx, ref, now=NOW, **more)  # type: ignore[arg-type]  # by name


def total(stay: StayWhy) -> float:
    return sum(part.shift for part in stay.why.parts)


def shift(stay: StayWhy, key: str) -> float:
    return next(part.shift for part in stay.why.parts if part.key == key)


def publish_weight(ctx: Context, rule: str, weight: float) -> None:
    edit_rule(ctx, rule, RuleChange(weight=weight), by="Ana", now=NOW)
    publish(ctx, "tried otherwise", by="Ana", now=NOW, seen=rules_room(ctx).mark)


def supposing(stay: StayWhy, **facts: str) -> WhatIf:
    known = supposed_of(stay.case)
    return what_if(stay, replace(known, facts={**known.facts, **facts}))


def test_the_parts_of_every_stay_add_up_to_the_belief_that_the_desk_sees(ctx: Context) -> None:
    days = [NOW.date() + timedelta(days=k) for k in range(-2, 2)]
    rows = [row for day in days for row in board(ctx, now=NOW, day=day).rows]
    assert len(rows) > 30
    for row in rows:
        stay = told(ctx, row.stay.ref, as_now=True)
        assert stay.shown.belief == row.recommendation.belief
        assert total(stay) == pytest.approx(row.recommendation.belief.mean, abs=EXACT)


def test_answers_and_reactions_are_parts_of_the_sum(ctx: Context) -> None:
    desk = Desk(ctx, GUEST)
    desk.answer("welcome", 0, ANA)
    desk.answer("unit_tour", 1, ANA)
    seen = desk.react("local_tips", "asked_more", ANA).advised
    stay = told(ctx)
    assert shift(stay, "answer.welcome") < shift(stay, "answer.unit_tour")
    assert shift(stay, "reaction.local_tips") > 0
    assert total(stay) == pytest.approx(seen.recommendation.belief.mean, abs=EXACT)


def test_what_a_companion_says_is_no_part_of_the_sum(ctx: Context) -> None:
    Desk(ctx, GUEST).react("unit_tour", "asked_more", replace(ANA, source="companion"))
    assert not [part for part in told(ctx).why.parts if part.key.startswith("reaction")]


def test_what_is_remembered_and_what_the_cap_takes_back_are_parts_of_the_sum(ctx: Context) -> None:
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work)
    hurried = frozenset({"tired", "in_hurry", "on_phone"})
    facts = {"purpose": "business", "nights": 1, "online_checkin": True, "company_booking": True}
    case = Case("x", DEMO, facts, hurried, trait=Trait(0.4, 0.3), at=NOW)
    parts = {part.key: part.shift for part in why(adviser, case).parts}
    assert parts["trait"] == 0.4
    assert parts["limit"] > 0.05
    by_rules = sum(shift for key, shift in parts.items() if key.startswith("rule."))
    assert by_rules + parts["limit"] == pytest.approx(-1.5, abs=EXACT)
    assert sum(parts.values()) == pytest.approx(adviser.recommend(case).belief.mean, abs=EXACT)


def test_each_rule_says_whether_it_holds_and_if_not_why(ctx: Context) -> None:
    Desk(ctx, GUEST).set_aside("long_stay", ANA)
    said = {one.rule.id: one for one in told(ctx).why.rules}
    assert said["leisure_trip"].verdict is Verdict.FIRES
    assert said["business_trip"].verdict is Verdict.SILENT
    assert [test.fact for test in said["business_trip"].failed] == ["purpose"]
    assert [test.fact for test in said["one_night"].failed] == ["nights"]
    assert (said["tired"].verdict, said["tired"].missing) == (Verdict.UNKNOWN, ("tired",))
    assert said["formal_address"].verdict is Verdict.OFF
    aside = said["long_stay"]
    assert (aside.verdict, aside.shift) == (Verdict.SET_ASIDE, 0.0)


def test_the_reasons_on_the_card_are_rules_that_hold_with_the_same_shift(ctx: Context) -> None:
    for row in board(ctx, now=NOW).rows:
        said = {f"rule.{one.rule.id}": one for one in told(ctx, row.stay.ref).why.rules}
        for reason in row.recommendation.reasons:
            if reason.key in said:
                assert said[reason.key].verdict is Verdict.FIRES
                assert said[reason.key].shift == pytest.approx(reason.shift, abs=EXACT)


def test_without_learning_all_of_it_is_the_owners(ctx: Context) -> None:
    assert all(one.learned_shift == 0 for one in told(ctx).why.rules)


def test_what_guests_taught_stands_beside_what_the_owner_says(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    with ctx.store.read() as work:
        rule_set = adviser_in_force(ctx, work).rule_set
    spread = ((0.01, 0.0), (0.0, 0.01))
    ids, weights = ("leisure_trip", "tired"), (0.45, 0.1)
    taught = Learned(DEMO, NOW.date(), rule_set.version, ids, weights, spread)
    adviser, case = Adviser(ctx.catalogue, rule_set, taught), told(ctx).case
    found = why(adviser, case)
    said = {one.rule.id: one for one in found.rules}
    assert (said["leisure_trip"].owner_weight, said["leisure_trip"].weight) == (0.15, 0.45)
    assert said["leisure_trip"].learned_shift == pytest.approx(2 * said["leisure_trip"].owner_shift)
    assert said["tired"].shift > 0 > said["tired"].owner_weight
    assert {id for id, one in said.items() if one.learned_shift} == set(ids)
    mean = adviser.recommend(case).belief.mean
    assert sum(part.shift for part in found.parts) == pytest.approx(mean, abs=EXACT)


def test_guardrails_name_all_that_they_took_away_and_nothing_else(ctx: Context) -> None:
    desk = Desk(ctx, GUEST)
    desk.answer("welcome", 0, ANA)
    desk.react("local_tips", "declined", ANA)
    stay = told(ctx)
    everything = stay.adviser.everything
    left = guard(Situation(stay.case, stay.adviser.catalogue), everything)
    for kind in ("styles", "questions", "offers", "packs"):
        gone = [id for taken in stay.why.taken for id in getattr(taken, kind)]
        assert sorted(gone) == sorted(getattr(everything, kind) - getattr(left, kind))
    by_name = {taken.guardrail: taken for taken in stay.why.taken}
    assert by_name["guest_word_wins"].styles == ("attentive", "hosted")
    assert "local_tips" in by_name["never_offer_twice"].offers
    assert set(stay.why.said.expected) == left.styles


def test_the_value_of_the_best_question_is_what_the_advice_goes_by(ctx: Context) -> None:
    for row in board(ctx, now=NOW).rows:
        stay = told(ctx, row.stay.ref)
        best = next(iter(stay.why.questions), None)
        asks = stay.why.said.question
        assert (asks is not None) == (best is not None and best.gain > 0)
        if best and asks:
            worth = {one.question: one.value for one in stay.why.questions}
            assert worth[asks] == pytest.approx(best.value, abs=EXACT)


def test_past_advice_is_explained_by_the_rules_of_its_day(ctx: Context) -> None:
    before = Desk(ctx, GUEST).observe("tired", ANA).advised.recommendation
    publish_weight(ctx, "tired", 0.9)
    Desk(ctx, GUEST).observe("wet_or_cold", LATER)
    now, then = told(ctx).history
    old = told(ctx, given=then.record.id)
    assert old.adviser.versions.rules < told(ctx).adviser.versions.rules
    assert (old.shown.belief, old.at) == (before.belief, NOW)
    assert total(old) == pytest.approx(before.belief.mean, abs=EXACT)
    assert shift(old, "rule.tired") < 0 < shift(told(ctx), "rule.tired")
    assert now.is_same
    assert then.is_same


@pytest.mark.parametrize("settings", [ALL_OUT, ONLY_CONTROL], ids=["all", "control"])
def test_every_recommendation_is_made_again_the_same_whatever_chance_did(
    ctx: Context, settings: object
) -> None:
    turn(ctx, settings)  # type: ignore[arg-type]  # settings of exploration
    desk = Desk(ctx, GUEST)
    desk.observe("tired", ANA)
    desk.check_in("near", ANA)
    history = told(ctx).history
    assert [one.record.id for one in history] == sorted(
        (one.record.id for one in history), reverse=True
    )
    assert all(one.is_same and one.arm for one in history)


def test_advice_made_again_says_exactly_what_differs(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    record = told(ctx).history[0].record
    output = {**record.output, "style": "hosted", "belief": {**record.output["belief"], "sd": 9.0}}
    tamper(ctx, output=output)
    (again,) = told(ctx).history
    found = {one.where: (one.then, one.now) for one in again.differing}
    belief, style = record.output["belief"]["sd"], record.output["style"]
    assert found == {"style": ("hosted", style), "belief.sd": (9.0, belief)}
    assert not again.is_same_but_rounding


def test_the_last_digits_of_another_machine_are_told_from_another_reason(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    record = told(ctx).history[0].record
    belief = record.output["belief"]
    tamper(ctx, output={**record.output, "belief": {**belief, "mean": belief["mean"] + 1e-13}})
    (again,) = told(ctx).history
    assert (again.is_same, again.is_same_but_rounding) == (False, True)


def test_advice_whose_seed_is_gone_says_so_and_does_not_break_the_page(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    record = told(ctx).history[0].record
    tamper(ctx, versions={**record.versions, "seed": "lost"})
    (again,) = told(ctx).history
    assert again.is_gone
    with pytest.raises(NotFoundError):
        told(ctx, given=record.id)


def tamper(ctx: Context, **columns: object) -> None:
    """Change what was kept, as nobody can from outside."""
    with ctx.store.begin() as work:
        work.connection.execute(sa.update(table_of(RecommendationRow)).values(**columns))


def test_a_stay_that_is_over_is_explained_as_it_was_decided(ctx: Context) -> None:
    desk = Desk(ctx, GUEST)
    desk.observe("tired", ANA)
    desk.check_in("brief", replace(ANA, at=NOW + timedelta(minutes=1)))
    desk.observe("talks_freely", LATER)
    assert told(ctx).given is None
    with ctx.store.begin() as work:
        work.stays.change(work.stays.get(DEMO, GUEST), status=StayStatus.DEPARTED)
    over = told(ctx)
    assert over.given
    assert (over.at, over.case.is_arrived) == (NOW, False)
    assert told(ctx, as_now=True).given is None


def test_advice_of_another_stay_is_not_explained_here(ctx: Context) -> None:
    Desk(ctx, "D231").observe("tired", ANA)
    other = told(ctx, "D231").history[0].record.id
    with pytest.raises(NotFoundError):
        told(ctx, given=other)


def test_looking_before_arrival_would_spoil_usual_service(ctx: Context) -> None:
    turn(ctx, ALL_OUT)
    usual, tried = drawn_into(ctx, Arm.CONTROL), drawn_into(ctx, Arm.TEST)
    assert told(ctx, usual).is_blind
    assert not told(ctx, tried).is_blind
    Desk(ctx, usual).check_in("near", ANA)
    arrived = told(ctx, usual)
    assert arm_of(card(ctx, usual, now=NOW).advised) is Arm.CONTROL
    assert not arrived.is_blind
    assert arrived.why.said.expected


def test_a_supposed_cue_gives_the_advice_that_the_tap_would_give(ctx: Context) -> None:
    stay = told(ctx)
    known = supposed_of(stay.case)
    found = what_if(stay, replace(known, cues={"tired"})).after
    seen = Desk(ctx, GUEST).observe("tired", ANA).advised.recommendation
    assert found.said == seen


def test_a_supposed_answer_gives_the_advice_that_the_answer_would_give(ctx: Context) -> None:
    stay = told(ctx)
    known = supposed_of(stay.case)
    found = what_if(stay, replace(known, answers={"welcome": "3"})).after
    seen = Desk(ctx, GUEST).answer("welcome", 3, ANA).advised.recommendation
    assert found.said == seen


def test_an_answer_supposed_away_gives_the_advice_from_before_it(ctx: Context) -> None:
    before = told(ctx).why.said
    Desk(ctx, GUEST).answer("welcome", 3, ANA)
    stay = told(ctx)
    found = what_if(stay, replace(supposed_of(stay.case), answers={}))
    assert found.after.said == before
    assert (stay.case.asked, found.case.asked) == ({"welcome"}, set())
    again = what_if(stay, replace(supposed_of(stay.case), answers={"news": "0"}))
    assert again.case.asked == {"news"}


def test_what_a_form_does_not_say_stays_as_it_is(ctx: Context) -> None:
    stay = told(ctx)
    found = what_if(stay, Supposed({"nights": "1"}, stay.case.cues, {}))
    assert found.case.facts == {**stay.case.facts, "nights": 1}


def test_supposing_says_which_rules_would_turn(ctx: Context) -> None:
    found = supposing(told(ctx), purpose="business", nights="1")
    turned = {turn.after.rule.id: turn.after.verdict for turn in found.turns}
    assert turned["business_trip"] is Verdict.FIRES
    assert turned["one_night"] is Verdict.FIRES
    assert turned["leisure_trip"] is Verdict.SILENT
    assert supposing(told(ctx), purpose="").case.facts.keys() == told(ctx).case.facts.keys() - {
        "purpose"
    }


def test_supposing_nothing_otherwise_turns_nothing(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    found = supposing(told(ctx))
    assert found.turns == ()
    assert found.before.said == found.after.said


def test_nothing_supposed_is_ever_saved(ctx: Context) -> None:
    Desk(ctx, GUEST).observe("tired", ANA)
    before = everything(ctx)
    stay = told(ctx)
    what_if(stay, Supposed({"purpose": "business"}, {"in_hurry"}, {"welcome": "0"}))
    assert everything(ctx) == before


def everything(ctx: Context) -> list[str]:
    with ctx.store.read() as work:
        raw = work.connection.connection.driver_connection
        return list(raw.iterdump())  # type: ignore[union-attr]  # of SQLite


WRONG = {
    "another purpose": Supposed({"purpose": "pleasure"}, (), {}),
    "a fact that is none": Supposed({"shoe_size": "44"}, (), {}),
    "no number": Supposed({"nights": "many"}, (), {}),
    "too many nights": Supposed({"nights": "9999999"}, (), {}),
    "digits of no number": Supposed({"nights": "²"}, (), {}),
    "neither yes nor no": Supposed({"online_checkin": "perhaps"}, (), {}),
    "a cue that is none": Supposed({}, ("sneezes",), {}),
    "a question that is none": Supposed({}, (), {"shoe": "1"}),
    "a grade that is none": Supposed({}, (), {"welcome": "4"}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused_with_what_can(ctx: Context, wrong: str) -> None:
    with pytest.raises(BadInputError, match="Allowed:"):
        what_if(told(ctx), WRONG[wrong])


def test_all_that_a_rule_tests_can_be_supposed_and_nothing_protected(ctx: Context) -> None:
    stay = told(ctx)
    names = {fact.id for fact in facts_to_suppose(stay)}
    assert {"purpose", "nights", "queue", "problem_now", "complaint_before"} <= names
    assert "home_market" not in names
    assert names >= {id for id in stay.case.facts if stay.adviser.catalogue.facts[id].is_scored}


def test_stays_are_found_by_guest_reference_and_unit_and_the_recent_ones_by_nothing(
    ctx: Context,
) -> None:
    recent = find_stays(ctx, now=NOW).stays
    assert GUEST in {stay.ref for stay in recent}
    days = [stay.arrival_on for stay in recent]
    assert days == sorted(days, reverse=True)
    for text in ("elke pro", GUEST.lower(), "  Elke   Pröll "):
        assert GUEST in {stay.ref for stay in find_stays(ctx, text, now=NOW).stays}, text
    assert find_stays(ctx, "nobody at all", now=NOW).stays == ()
