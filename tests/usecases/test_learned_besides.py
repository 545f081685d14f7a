"""What a run says beside its weights: other houses, change, and what became of earlier runs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.errors import NotFoundError
from engine.store import LearningState
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.learning.exchange import words_of_others
from engine.usecases.learning.history import accept, history_in_words, history_of, history_to_dict
from engine.usecases.learning.learn import learn, put_in_force
from engine.usecases.learning.learned_document import document_of, in_words
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from tests.audit.taught_stays import flipped, stays_of
from tests.usecases.conftest import NOW
from tests.usecases.own_stays import OWN, count, open_house

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
KEYS = ["house", "until", "stays", "state", "gates", "rules", "kappa", "cuts"]
UPPSALA = "uppsala"


def test_the_document_says_what_became_of_change_and_of_other_houses(taught: Context) -> None:
    told = document_of(learn(taught, now=NOW, by="Ana"))
    drift = told["drift"]
    assert (drift["weeks"], drift["discount"]) == (20, 1.0)
    assert drift["loss"]["since"] is None
    assert told["pooling"] is None
    words = "\n".join(in_words(told))
    assert drift["discount_detail"] in words
    assert drift["loss"]["detail"] in words
    assert drift["rules_detail"] in words


def test_an_alarm_names_the_rule_and_the_season_explains_it_away(taught: Context) -> None:
    told = document_of(learn(taught, now=NOW, by="Ana"))
    change = {"id": "tired", "before": -0.5, "recent": 0.5, "distance": 4.2, "last_year": None}
    told["drift"]["rules"] = [
        {**change, "season": False},
        {**change, "id": "in_hurry", "last_year": 0.4, "season": True},
    ]
    told["drift"]["loss"]["raised"] = True
    words = "\n".join(in_words(told))
    assert "ALARM tired: this rule has changed from -0.50 to +0.50" in words
    assert "in_hurry: from -0.50 to +0.50" in words
    assert "comes with the season" in words
    assert words.count("ALARM") == 2


def test_a_run_from_before_all_this_was_told_is_still_said(taught: Context) -> None:
    told = document_of(learn(taught, now=NOW, by="Ana"))
    old = {key: told[key] for key in KEYS}
    assert "A candidate" in "\n".join(in_words(old))


def keep_likelihood(ctx: Context, house: str, until: date, **changed: object) -> None:
    """Keep a run of another house that lets others know what the own one found."""
    with ctx.store.begin() as work:
        run = work.learning_runs.of(OWN, TODAY)
        content = {**run.content, "likelihood": {**run.content["likelihood"], **changed}}
        work.learning_runs.put(house, until, state=run.state, content=content, by="Ana", at=NOW)


def test_a_house_hears_the_latest_run_of_each_other_own_house(taught: Context) -> None:
    open_house(taught, NOW, id=UPPSALA)
    keep_likelihood(taught, UPPSALA, YESTERDAY - timedelta(days=1), stays=300)
    keep_likelihood(taught, UPPSALA, YESTERDAY, stays=500)
    keep_likelihood(taught, DEMO, YESTERDAY)
    keep_likelihood(taught, UPPSALA, TODAY + timedelta(days=1), stays=900)
    with taught.store.read() as work:
        (word,) = words_of_others(work, OWN, TODAY)
        assert word.likelihood.n_stays == 500
        (back,) = words_of_others(work, UPPSALA, TODAY)
        assert back.likelihood.n_stays == 400
        assert words_of_others(work, DEMO, TODAY) == ()


def test_a_latest_run_that_lets_nothing_out_is_not_replaced_by_an_older_one(
    taught: Context,
) -> None:
    open_house(taught, NOW, id=UPPSALA)
    keep_likelihood(taught, UPPSALA, YESTERDAY)
    learn(taught, UPPSALA, now=NOW, by="Ana")
    with taught.store.read() as work:
        assert words_of_others(work, OWN, TODAY) == ()


def test_a_new_house_of_the_chain_learns_beside_the_one_that_is_there(taught: Context) -> None:
    open_house(taught, NOW, id=UPPSALA)
    with taught.store.read() as work:
        adviser = adviser_in_force(taught, work)
    count(taught, stays_of(flipped(adviser), 60, seed=3), UPPSALA)
    run = learn(taught, UPPSALA, now=NOW, by="Ana")
    told = document_of(run)
    assert (told["pooling"]["houses"], told["pooling"]["stays"]) == (1, 400)
    assert "Beside 1 other house with 400 stays" in "\n".join(in_words(told))
    chain = {rule["id"]: rule["chain"] for rule in told["pooling"]["rules"]}
    rules = {rule["id"]: rule for rule in told["rules"]}
    assert chain["tired"] > 0 > rules["tired"]["owner"]
    assert rules["tired"]["posterior"] > 0
    assert run.content["likelihood"]["stays"] == 60


def test_todays_run_is_accepted_once_and_its_history_told(taught: Context) -> None:
    for _ in range(2):
        assert accept(taught, None, None, by="Olga", now=NOW).state is LearningState.IN_FORCE
    with taught.store.read() as work:
        assert [entry.what for entry in work.history.all(9)].count("learning.in_force") == 1
    told = history_to_dict(history_of(taught))
    assert [(run["until"], run["state"]) for run in told["runs"]] == [("2026-06-12", "in_force")]
    assert list(history_in_words(told)) == [f"{OWN} until 2026-06-12: in force, 400 stays, by Ana."]
    with pytest.raises(NotFoundError, match="latest is of 2026-06-12"):
        accept(taught, OWN, YESTERDAY, by="Olga", now=NOW)


def test_a_run_of_rules_that_are_gone_is_told_as_such(taught: Context) -> None:
    put_in_force(taught, OWN, TODAY, by="Olga", now=NOW)
    edit_rule(taught, "tired", RuleChange(weight=-0.4), by="Olga", now=NOW)
    publish(taught, "Softer", by="Olga", now=NOW, seen=rules_room(taught).mark)
    (line,) = history_in_words(history_to_dict(history_of(taught)))
    assert "advises nobody" in line
