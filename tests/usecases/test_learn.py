"""What guests taught advises nobody before its owner agrees, and can always be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.audit.lessons import Lesson, owners_word
from engine.catalogue.case import recommendation_to_dict
from engine.decision.advise import Adviser
from engine.domain.advice import Recommendation
from engine.errors import BadInputError, ConflictError, NotFoundError
from engine.inference.stats import Stats
from engine.store import LearningState
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.replay_advice import replay
from engine.usecases.context import Context
from engine.usecases.demo import DEMO, remove_demo
from engine.usecases.jobs import TASKS, plan, work_one
from engine.usecases.learning.learn import learn, put_in_force, withdraw
from engine.usecases.learning.learned_document import document_of, in_words
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.audit.taught_stays import stays_of
from tests.usecases.conftest import NOW
from tests.usecases.own_stays import OWN, REF, count, open_house

ANA = Actor("Ana", NOW)
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
KEYS = ["house", "until", "until_week", "stays", "state", "gates", "rules", "kappa", "cuts"]
MORE_KEYS = ["pooling", "drift"]
RULE_KEYS = ["id", "owner", "data", "data_sd", "posterior", "posterior_sd", "verdict", "more_stays"]


def advised(ctx: Context, house: str = OWN) -> Recommendation:
    return card(ctx, REF, now=NOW, house_id=house).advised.recommendation


def test_the_same_day_again_returns_the_stored_run(
    taught: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.usecases.learning.learn.study", fail)
    again = learn(taught, OWN, TODAY, now=NOW + timedelta(hours=3), by="Somebody else")
    assert again.by == "Ana"
    assert again.at == NOW
    with taught.store.read() as work:
        assert work.learning_runs.all(OWN) == (again,)


def test_a_document_says_what_was_learned_and_through_which_gates(taught: Context) -> None:
    told = document_of(learn(taught, now=NOW, by="Ana"))
    assert list(told)[: len(KEYS)] == KEYS
    assert set(MORE_KEYS) <= set(told)
    assert (told["house"], told["until"], told["stays"]) == (OWN, "2026-06-12", 400)
    assert told["until_week"] == "2026-W24"
    assert told["state"] == "candidate"
    assert [g["gate"] for g in told["gates"]] == [
        "enough_stays",
        "converged",
        "caps_kept",
        "not_worse",
    ]
    assert all(g["passed"] and g["detail"] for g in told["gates"])
    assert all(list(rule) == RULE_KEYS for rule in told["rules"])
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    tired = next(rule for rule in told["rules"] if rule["id"] == "tired")
    assert (tired["owner"], tired["verdict"]) == (-0.5, "opposite")
    words = "\n".join(in_words(told))
    assert "tired: you say -0.50, your guests say +" in words
    assert "A candidate" in words


def test_candidate_then_in_force_then_withdrawn_changes_advice_and_changes_it_back(
    taught: Context,
) -> None:
    Desk(taught, REF, OWN).observe("tired", ANA)
    before = advised(taught)
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    during = advised(taught)
    assert before.belief.mean < 0 < during.belief.mean
    assert during.versions.model == f"{before.versions.model}+{OWN}/{TODAY}"
    assert withdraw(taught, OWN, by="Olga", now=NOW) is None
    assert advised(taught) == before
    with taught.store.read() as work:
        assert [entry.what for entry in work.history.all(2)] == [
            "learning.withdrawn",
            "learning.in_force",
        ]


def test_the_owners_numbers_are_never_overwritten(taught: Context) -> None:
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    assert next(r for r in rules_room(taught).rules if r.id == "tired").weight == -0.5
    with taught.store.read() as work:
        rules = adviser_in_force(taught, work, OWN).rules
        tired = [rule.id for rule in rules.rules].index("tired")
        assert rules.owner.weights[tired] == -0.5
        assert rules.regression.weights[tired] > 0


def test_withdrawing_goes_back_to_the_run_before(taught: Context) -> None:
    earlier = learn_again(taught, YESTERDAY)
    put_in_force(taught, OWN, earlier, by="Olga", now=NOW)
    first = advised(taught)
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    assert states(taught) == {TODAY: "in_force", earlier: "candidate"}
    back = withdraw(taught, OWN, by="Olga", now=NOW)
    assert back is not None
    assert back.until == earlier
    assert states(taught) == {TODAY: "candidate", earlier: "in_force"}
    assert advised(taught) == first


def learn_again(ctx: Context, until: date) -> date:
    """Keep a second run as it would be if guests had said half as much."""
    with ctx.store.begin() as work:
        run = work.learning_runs.of(OWN, TODAY)
        told = dict(run.content["learned"])
        told["weights"] = [weight / 2 for weight in told["weights"]]
        content = {**run.content, "learned": told}
        work.learning_runs.put(OWN, until, state=run.state, content=content, by="Ana", at=NOW)
    return until


def states(ctx: Context) -> dict[date, str]:
    with ctx.store.read() as work:
        return {run.until: run.state.value for run in work.learning_runs.all(OWN)}


def test_advice_given_under_each_run_can_be_given_again(taught: Context) -> None:
    desk = Desk(taught, REF, OWN)
    desk.observe("tired", ANA)
    put_in_force(taught, OWN, learn_again(taught, YESTERDAY), by="Olga", now=NOW)
    desk.observe("in_hurry", ANA)
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    desk.answer("welcome", 1, ANA)
    withdraw(taught, OWN, by="Olga", now=NOW)
    withdraw(taught, OWN, by="Olga", now=NOW)
    desk.observe("on_phone", ANA)
    with taught.store.read() as work:
        records = work.recommendations.of(work.stays.get(OWN, REF).id)
    models = [record.versions["model"].partition("+")[2] for record in records]
    assert models == ["", f"{OWN}/{YESTERDAY}", f"{OWN}/{TODAY}", ""]
    for record in records:
        given, again = replay(taught, record.id)
        assert again == given.output


def test_another_house_is_advised_as_before(taught: Context) -> None:
    ref = first_of_demo(taught)
    before = recommendation_to_dict(
        card(taught, ref, now=NOW, house_id=DEMO).advised.recommendation
    )
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    after = card(taught, ref, now=NOW, house_id=DEMO).advised.recommendation
    assert recommendation_to_dict(after) == before


def first_of_demo(ctx: Context) -> str:
    with ctx.store.read() as work:
        return work.stays.between(DEMO, TODAY, TODAY)[0].ref


def test_learned_weights_end_with_the_rules_that_they_were_learned_for(taught: Context) -> None:
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    edit_rule(taught, "tired", RuleChange(weight=-0.4), by="Olga", now=NOW)
    publish(taught, "Softer", by="Olga", now=NOW, seen=rules_room(taught).mark)
    assert "+" not in advised(taught).versions.model
    with pytest.raises(ConflictError, match="published anew"):
        put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)


def test_too_few_stays_are_kept_at_once_and_never_put_in_force(ctx: Context) -> None:
    open_house(ctx, NOW)
    run = learn(ctx, now=NOW, by="Ana")
    told = document_of(run)
    assert run.state is LearningState.KEPT
    assert [(g["gate"], g["passed"]) for g in told["gates"]] == [("enough_stays", False)]
    assert all(rule["posterior"] == rule["owner"] for rule in told["rules"])
    with pytest.raises(ConflictError, match="gate"):
        put_in_force(ctx, OWN, TODAY, by="Olga", now=NOW)
    with pytest.raises(NotFoundError):
        withdraw(ctx, OWN, by="Olga", now=NOW)


def test_weeks_after_the_day_are_left_out(ctx: Context) -> None:
    open_house(ctx, NOW)
    with ctx.store.read() as work:
        count(ctx, stays_of(adviser_in_force(ctx, work), 40, seed=2, first_week=15))
    assert learn(ctx, until=date(2026, 4, 12), now=NOW, by="Ana").content["document"]["stays"] == 2
    with pytest.raises(BadInputError, match="still to come"):
        learn(ctx, until=TODAY + timedelta(days=1), now=NOW, by="Ana")


def test_a_fault_in_the_middle_leaves_what_is_in_force(
    taught: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    before = advised(taught)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    def at_once(_stats: Stats, adviser: Adviser, *_: object, **__: object) -> Lesson:
        return owners_word(adviser)

    for place in ("drift_of", "study", "pooled", "word_of", "not_worse", "content_of"):
        with monkeypatch.context() as patch:
            patch.setattr("engine.usecases.learning.learn.study", at_once)
            patch.setattr(f"engine.usecases.learning.learn.{place}", fail)
            with pytest.raises(ZeroDivisionError):
                learn(taught, OWN, YESTERDAY, now=NOW, by="Ana")
    assert states(taught) == {TODAY: "in_force"}
    assert advised(taught) == before


def test_the_demo_is_learned_from_only_when_it_is_named(ctx: Context) -> None:
    with pytest.raises(NotFoundError, match="of your own"):
        learn(ctx, now=NOW, by="Ana")
    assert learn(ctx, DEMO, now=NOW, by="Ana").house == DEMO
    open_house(ctx, NOW)
    run = learn(ctx, now=NOW, by="Ana")
    assert run.house == OWN
    assert run.content["document"]["stays"] == 0
    open_house(ctx, NOW, id="uppsala")
    with pytest.raises(BadInputError, match="las_cabanas, uppsala"):
        learn(ctx, now=NOW, by="Ana")
    with pytest.raises(NotFoundError):
        learn(ctx, "nowhere", now=NOW, by="Ana")


def test_a_house_that_goes_takes_its_runs_with_it(ctx: Context) -> None:
    learn(ctx, DEMO, now=NOW, by="Ana")
    open_house(ctx, NOW)
    remove_demo(ctx, by="Olga", now=NOW)
    with ctx.store.read() as work:
        assert work.learning_runs.all(DEMO) == ()


def test_each_own_house_learns_once_a_night_and_the_demo_never(ctx: Context) -> None:
    open_house(ctx, NOW)
    for _ in range(2):
        plan(ctx, now=NOW)
        while work_one(ctx, now=NOW, tasks=TASKS):
            pass
    tomorrow = NOW + timedelta(days=1)
    while work_one(ctx, now=tomorrow, tasks=TASKS):
        pass
    assert states(ctx) == {TODAY: "kept", TODAY + timedelta(days=1): "kept"}
    with ctx.store.read() as work:
        assert work.learning_runs.all(DEMO) == ()
        assert not work.jobs.dead()


def test_stays_of_the_demo_are_never_learned_together_with_ones_own(ctx: Context) -> None:
    open_house(ctx, NOW)
    with ctx.store.read() as work:
        some = [replace(p, week="2026-W20") for p, _ in stays_of(adviser_in_force(ctx, work), 9, 1)]
    count(ctx, Stats.of(some))
    assert learn(ctx, now=NOW, by="Ana").content["document"]["stays"] == 9
