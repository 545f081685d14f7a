"""Beside the rules: how much of a number other houses bring, and how guests answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from learned_house import NOW, ROOM, learned_in, mend, opened_copy, row

from engine.store import LearningState
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.learning.guests_say import guests_say
from engine.usecases.learning.items_told import ItemState, items_told
from engine.usecases.learning.learn import learn
from tests.audit.taught_stays import flipped, stays_of
from tests.usecases.own_stays import OWN, count, open_house

UPPSALA = f"{ROOM}?house=uppsala"


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learned_in(tmp_path_factory.mktemp("learned"))


@pytest.fixture
def context(learned: Path, tmp_path: Path) -> Iterator[Context]:
    yield from opened_copy(learned, tmp_path)


def items(page: str) -> str:
    return page.split('id="items"', 1)[1].split("</section>", 1)[0]


def test_a_house_alone_is_told_that_nobody_else_had_a_say(owner: FlaskClient):
    page = owner.get(ROOM).text
    assert "No other house had a say" in page
    assert "Houses are heard from 50 stays on" in page
    assert "you and the other houses expect" not in page


def test_beside_another_house_each_number_says_how_much_of_it_comes_from_there(
    owner: FlaskClient, context: Context
):
    open_house(context, NOW, id="uppsala")
    with context.store.read() as work:
        guests = flipped(adviser_in_force(context, work))
    count(context, stays_of(guests, 60, seed=3), "uppsala")
    learn(context, "uppsala", now=NOW, by="Ana")
    page = owner.get(UPPSALA).text
    assert "Other houses with a say: 1, with 400 stays." in page
    assert "never a guest" in page
    told = guests_say(context, "uppsala", now=NOW)
    tired = next(one for one in told.voices if one.rule.id == "tired")
    chain = next(one for one in told.document["pooling"]["rules"] if one["id"] == "tired")
    tenths = round(10 * (tired.both_sd / chain["chain_sd"]) ** 2)
    assert 1 <= tenths <= 9
    assert f"you and the other houses expect +{chain['chain']:.2f}" in row(page)
    assert f"about {tenths} in 10 rests on that" in row(page)


@pytest.mark.parametrize(("sd", "said"), [(9.0, "less than 1 in 10"), (0.01, "about 9 in 10")])
def test_a_share_is_never_said_more_surely_than_nine_in_ten(
    owner: FlaskClient, context: Context, sd: float, said: str
):
    rules = [{"id": "tired", "chain": 0.4, "chain_sd": sd}]
    mend(context, pooling={"houses": 2, "stays": 300, "apart": 0.2, "rules": rules})
    assert said in row(owner.get(ROOM).text)


def test_every_question_and_offer_is_told_with_its_threshold(owner: FlaskClient, context: Context):
    part = items(owner.get(ROOM).text)
    for one in context.catalogue.questions.values():
        assert one.text["en"].replace("'", "&#39;") in part
    for one in context.catalogue.offers.values():
        assert one.label["en"] in part
    with context.store.read() as work:
        run = work.learning_runs.of(OWN, NOW.date())
    told = items_told(context, OWN, run)
    few = [one for one in told if one.state is ItemState.TOO_FEW]
    n_learned = sum(one.state is ItemState.LEARNED for one in told)
    assert 0 < n_learned < len(told)
    assert all(one.n < 50 for one in few)
    assert part.count("as shipped: too few, from 50 answers on") == len(few) > 0
    assert f"Learned from your guests: {n_learned} of {len(told)}" in part
    assert "as shipped. It is learned from 200 stays on" in part


def test_what_was_learned_stands_beside_what_was_shipped(owner: FlaskClient, context: Context):
    with context.store.begin() as work:
        run = work.learning_runs.of(OWN, NOW.date())
        welcome = {"discrimination": 1.9, "thresholds": [-1.5, 0.1, 1.2]}
        learned = run.content["learned"] | {
            "items": {"answer.welcome": welcome},
            "kappa": 0.7,
            "cuts": [-1.0, -0.3, 0.5, 1.1],
        }
        content = {**run.content, "learned": learned}
        at = {"by": "Tact", "at": NOW, "state": LearningState.CANDIDATE}
        work.learning_runs.put(OWN, NOW.date().replace(day=13), content=content, **at)
    part = items(owner.get(ROOM).text)
    question = context.catalogue.questions["welcome"].text["en"]
    (line,) = (one for one in part.split("</tr>") if question in one)
    assert ">learned<" in line
    assert "2.5 → 1.9" in line
    places = re.findall(r"([+−]?\d\.\d\d) → ([+−]?\d\.\d\d)", line)
    assert places == [("−1.00", "−1.50"), ("0.00", "+0.10"), ("+1.00", "+1.20")]
    assert "−1.00 · −0.30 · +0.50 · +1.10 on the axis, and fit matters by 0.70" in part


def test_before_any_run_all_stands_as_shipped(owner: FlaskClient, context: Context):
    open_house(context, NOW, id="uppsala")
    page = owner.get(UPPSALA).text
    assert 'id="pooling"' not in page
    assert "Learned from your guests: 0 of" in items(page)


def test_it_is_said_in_german_too(owner: FlaskClient):
    page = owner.get(f"{ROOM}?lang=de").text
    assert "Kein anderes Haus hat mitgeredet" in page
    assert "wie mitgeliefert: zu wenige, ab 50 Antworten" in page
