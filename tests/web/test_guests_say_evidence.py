"""The stays behind a number, rules that are split by them, and rules that they suggest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from learned_house import NOW, ROOM, learned_in, mend, opened_copy, post, rule

from engine.catalogue.rules import rule_to_dict
from engine.domain.rules import Operator, Test
from engine.errors import BadInputError, NotFoundError
from engine.rules.conditions import holds
from engine.rules.evaluate import truth_of
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.learning.guests_say_acts import use_data
from engine.usecases.learning.splitting import split_rule
from engine.usecases.rules.evidence import opposite, rule_evidence
from engine.usecases.rules.tune_rules import mark_of_rule, rules_room
from tests.usecases.own_stays import OWN, open_house


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learned_in(tmp_path_factory.mktemp("learned"))


@pytest.fixture
def context(learned: Path, tmp_path: Path) -> Iterator[Context]:
    yield from opened_copy(learned, tmp_path)


def test_the_evidence_counts_what_the_learner_counts_and_lists_stays_by_reference(
    owner: FlaskClient, context
):
    told = rule_evidence(context, "tired", OWN, now=NOW)
    assert told.fires.n + told.silent.n + told.n_unknown == told.n_stays == 400
    assert told.fires.n_answered == told.fires.n
    page = owner.get(f"{ROOM}/rules/tired").text
    assert f'<td class="number">{told.fires.n}</td>' in page
    assert "Vera" not in page


def test_a_rule_about_the_reservation_lists_the_stays_it_decides(owner: FlaskClient, context):
    told = rule_evidence(context, "one_night", OWN, now=NOW)
    assert [(stay.ref, stay.fires) for stay in told.stays] == [("B-1", False)]
    assert 'href="/desk/B-1"' in owner.get(f"{ROOM}/rules/one_night").text


def differing(ctx: Context) -> str:
    """Return a rule whose guests differ by something."""
    rules = rules_room(ctx).rules
    return next(r.id for r in rules if rule_evidence(ctx, r.id, OWN, now=NOW).splits)


def test_a_rule_is_split_into_two_that_share_its_guests(owner: FlaskClient, context):
    id = differing(context)
    old = rule(context, id)
    split = rule_evidence(context, id, OWN, now=NOW).splits[0]
    page = owner.get(f"{ROOM}/rules/{id}").text
    seen = re.search(r'split">.*?name="seen" value="(\w+)"', page)[1]
    assert seen == mark_of_rule(old)
    late = post(owner, f"rules/{id}/split", fact=split.test.fact, seen="another")
    assert late.status_code == 409
    assert "Somebody changed this rule in the meantime." in late.text
    answer = post(owner, f"rules/{id}/split", fact=split.test.fact, seen=seen)
    assert "Two rules stand in the draft" in owner.get(answer.location).text
    halves = [one for one in rules_room(context).draft_rules if one.id.startswith(f"{id}_with")]
    assert [half.weight for half in halves] == [old.weight] * 2
    assert id not in {one.id for one in rules_room(context).draft_rules}
    with context.store.read() as work:
        patterns = [pattern for pattern, _ in stats_of(work, OWN)]
    cues = list(context.catalogue.cues)
    for pattern in patterns:
        known = pattern.known(cues)
        truths = [truth_of(half, known) for half in halves]
        if truth_of(old, known) and None not in truths:
            assert sorted(truths) == [False, True]
        assert truths != [True, True]
    assert owner.get("/owner/rules").status_code == 200
    assert owner.get("/owner/rules/preview").status_code == 200
    assert owner.get("/owner/rules/history").status_code == 200
    assert post(owner, f"rules/{id}/split", fact=split.test.fact).status_code == 409


@pytest.mark.parametrize(
    ("test", "values"),
    [
        (Test("tired", Operator.IS, True), (True, False)),
        (Test("nights", Operator.AT_LEAST, 3), (0, 2, 3, 9)),
        (Test("purpose", Operator.IS, "business"), ("business", "leisure")),
    ],
)
def test_the_other_half_holds_exactly_where_the_first_fails(test: Test, values: tuple):
    assert holds(test, None) is holds(opposite(test), None) is None
    assert [holds(opposite(test), v) for v in values] == [not holds(test, v) for v in values]


def test_a_rule_is_not_split_by_what_its_guests_do_not_differ_in(owner: FlaskClient, context):
    assert post(owner, "rules/tired/split", fact="home_market").status_code == 404
    assert rules_room(context).draft is None


def suggest(ctx: Context) -> str:
    made = rule(ctx)
    test = Test("nights", Operator.AT_LEAST, 4)
    new = replace(made, id="suggested_nights_at_least_4", when=(test,), weight=0.6, examples=())
    told = {"rule": rule_to_dict(new), "weight": 0.61, "sd": 0.1, "holds": 40, "fails": 300}
    mend(ctx, suggestions={"rules": [told]})
    return new.id


def test_a_suggestion_is_accepted_into_the_draft(owner: FlaskClient, context):
    id = suggest(context)
    page = owner.get(ROOM).text
    assert "Contact +0.61 (9 in 10: +0.45 to +0.77); seen in 40 stays, against 300 others." in page
    told = owner.get(post(owner, f"suggestions/{id}/accept").location).text
    assert "It is in the draft." in told
    assert rule(context, id).weight == 0.6
    assert post(owner, f"suggestions/{id}/accept").status_code == 409
    assert owner.get("/owner/rules").status_code == 200


def test_a_declined_suggestion_never_comes_back(owner: FlaskClient, context):
    id = suggest(context)
    told = owner.get(post(owner, f"suggestions/{id}/decline").location).text
    assert "It is not suggested again." in told
    assert f'id="offer-{id}"' not in told
    assert "Ana did not want the suggestion" in told
    assert rules_room(context).draft is None


def test_a_page_about_few_and_no_stays_opens(owner: FlaskClient, context):
    open_house(context, NOW, id="uppsala")
    page = owner.get(f"{ROOM}/rules/tired?house=uppsala")
    assert "No stay has told anything yet." in page.text
    assert "Nothing to split by" in page.text


def test_using_and_splitting_refuse_what_guests_have_not_spoken_of(context):
    open_house(context, NOW, id="uppsala")
    with pytest.raises(BadInputError, match="said nothing"):
        use_data(context, "uppsala", "tired", by="Ana", now=NOW)
    with pytest.raises(NotFoundError, match="do not differ"):
        split_rule(context, "uppsala", "tired", "nights", by="Ana", now=NOW)
