"""A preview while its owner waits tells what serving every stay twice tells, in every stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks.replay import made_up_past
from engine.audit.live import LivePreview, Outlook, size_class
from engine.audit.replay import Replay, replay
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.decision.past import PastStays, past_of
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Scope
from engine.domain.learned import Learned
from engine.domain.rules import Operator, Rule, RuleSet, Sureness, Test
from engine.inference.batch import StayPriors
from tests.audit.test_replay import NOW, changed, made_up

MOST = 40
DAY = NOW.date()

Edit = Callable[[Rule], Rule | None]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def season(catalogue: Catalogue) -> PastStays:
    """Stays as varied as a busy season; some guests are remembered, some arrive on other days."""
    rng = np.random.default_rng(5)
    past = made_up_past(catalogue, 12_000, rng)
    is_known = rng.random(past.n_stays) < 0.2
    traits = StayPriors(
        np.where(is_known, rng.normal(0, 0.8, past.n_stays), past.traits.mean),
        np.where(is_known, rng.uniform(0.2, 0.75, past.n_stays), past.traits.variance),
    )
    days = DAY.toordinal() + rng.integers(-6, 7, past.n_stays)
    return replace(past, traits=traits, days=days.astype(np.int32))


@pytest.fixture(autouse=True)
def _with_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a few silent stays be worth a table."""
    monkeypatch.setattr("engine.decision.glance.WORTH_A_TABLE", 500)


def edited(rule_set: RuleSet, edits: dict[str, Edit], *more: Rule) -> RuleSet:
    rules = [edits[rule.id](rule) if rule.id in edits else rule for rule in rule_set.rules]
    return replace(rule_set, rules=tuple([rule for rule in rules if rule] + list(more)))


def same_as_one_by_one(live: LivePreview, past: PastStays, then: Adviser) -> Replay:
    """Hold a preview to the replay that serves every stay by both."""
    told, true = live.try_on(then, MOST), replay(past, live.now.adviser, then)
    assert told.n_stays == true.n_stays == past.n_stays
    assert told.rows.tolist() == sorted(true.rows.tolist())
    pairs = Counter(zip(true.before, true.after, strict=True))
    assert {(one, other): n for one, other, n in told.turns} == pairs
    assert [n for *_, n in told.turns] == sorted(pairs.values(), reverse=True)
    lists_the_largest(told, true)
    return true


def lists_the_largest(told: Outlook, true: Replay) -> None:
    """The listed ones stand as in the whole replay, and are the largest, step by step."""
    steps = -size_class(np.abs(true.shifts))
    first = set(true.rows[np.lexsort((true.rows, steps))][:MOST].tolist())
    at = [k for k, row in enumerate(true.rows.tolist()) if row in first]
    assert told.listed.rows.tolist() == true.rows[at].tolist()
    assert told.listed.shifts.tolist() == true.shifts[at].tolist()
    assert told.listed.before == tuple(true.before[k] for k in at)
    assert told.listed.after == tuple(true.after[k] for k in at)


def weight(by: float) -> Edit:
    return lambda rule: replace(rule, weight=rule.weight + by)


NEW = Rule(
    "new", Scope.STATE, 0.9, {"en": "New"}, "a test",
    when=(Test("nights", Operator.BETWEEN, (3, 6)),),
    unless=(Test("purpose", Operator.IS, "business"), Test("children", Operator.KNOWN, True)),
)  # fmt: skip

DRAFTS: dict[str, tuple[dict[str, Edit], tuple[Rule, ...]]] = {
    "a weight": ({"business_trip": weight(-1.1)}, ()),
    "a weight by a trifle": ({"one_night": weight(0.01)}, ()),
    "a weight of what is always known": ({"tired": weight(-0.5)}, ()),
    "a weight gone": ({"leisure_trip": lambda rule: replace(rule, weight=0.0)}, ()),
    "two weights": ({"long_stay": weight(0.7), "talks_freely": weight(0.4)}, ()),
    "a test": (
        {"one_night": lambda r: replace(r, when=(Test("nights", Operator.AT_MOST, 4),))},
        (),
    ),
    "another fact": (
        {"leisure_trip": lambda r: replace(r, any=(Test("party", Operator.IS, "family"),))},
        (),
    ),
    "sureness": ({"talks_freely": lambda r: replace(r, sure=Sureness.GUESS)}, ()),
    "switched off": ({"personal_booking": lambda r: replace(r, is_on=False)}, ()),
    "taken away": ({"company_booking": lambda _: None}, ()),
    "a new rule": ({}, (NEW,)),
    "for some days": (
        {"in_hurry": lambda r: replace(r, valid_from=DAY, valid_until=DAY + timedelta(2))},
        (),
    ),
    "nothing": ({}, ()),
}


@pytest.fixture(scope="module")
def starter(catalogue: Catalogue) -> Adviser:
    return Adviser(catalogue, first_rule_set(catalogue))


@pytest.mark.parametrize("draft", DRAFTS)
def test_a_draft_turns_the_stays_that_it_turns_one_by_one(
    season: PastStays, starter: Adviser, draft: str
):
    edits, more = DRAFTS[draft]
    then = Adviser(starter.catalogue, edited(starter.rule_set, edits, *more))
    true = same_as_one_by_one(LivePreview(season, starter), season, then)
    assert (true.rows.size > 0) == (draft != "nothing")


@pytest.mark.parametrize("seed", range(6))
def test_any_rules_turn_the_stays_that_they_turn_one_by_one(catalogue: Catalogue, seed: int):
    """Every weight another one, rules off and dated, set aside, guests remembered or not."""
    past = past_of(list(made_up(catalogue, 1_500, seed)), catalogue)
    starter = first_rule_set(catalogue)
    now = Adviser(catalogue, starter if seed % 2 else changed(starter, seed + 50))
    live = LivePreview(past, now)
    same_as_one_by_one(live, past, Adviser(catalogue, changed(starter, seed)))
    rng = np.random.default_rng(seed)
    for _ in range(4):
        id = str(rng.choice([rule.id for rule in now.rule_set.rules]))
        draft = edited(now.rule_set, {id: weight(float(rng.normal()))})
        same_as_one_by_one(live, past, Adviser(catalogue, draft))


def test_one_draft_leaves_nothing_behind_for_the_next(season: PastStays, starter: Adviser):
    live = LivePreview(season, starter)
    drafts = [
        Adviser(starter.catalogue, edited(starter.rule_set, {"queue": weight(by)}))
        for by in (0.9, -0.9, 0.9)
    ]
    first, other, again = (live.try_on(draft, MOST) for draft in drafts)
    assert first.rows.tolist() == again.rows.tolist() != other.rows.tolist()
    assert first.turns == again.turns


def test_rules_that_guests_taught_are_held_to_the_owners_draft(
    catalogue: Catalogue, season: PastStays, starter: Adviser
):
    rng, ids = np.random.default_rng(3), tuple(rule.id for rule in starter.rule_set.rules[:9])
    root = rng.normal(0, 0.2, (9, 9))
    covariance = tuple(tuple(row) for row in (root @ root.T).tolist())
    weights = tuple(rng.normal(0, 0.6, 9).tolist())
    version, cuts = starter.rule_set.version, (-2.0, -0.3, 0.1, 0.8)
    learned = Learned("h", date(2026, 6, 1), version, ids, weights, covariance, 1.1, cuts)
    now = Adviser(catalogue, starter.rule_set, learned)
    some = season.picked(np.arange(3_000))
    live = LivePreview(some, now)
    draft = edited(starter.rule_set, {"business_trip": weight(-0.6)})
    assert same_as_one_by_one(live, some, Adviser(catalogue, draft)).rows.size
    same_as_one_by_one(live, some, Adviser(catalogue, draft, learned))


def test_a_glance_that_may_be_off_is_not_trusted_and_the_answer_is_the_same(
    season: PastStays, starter: Adviser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.decision.glance.MOST_ERROR", 0.0)
    some = season.picked(np.arange(2_000))
    live = LivePreview(some, starter)
    assert not live.now.glance.is_trusted
    edits, more = DRAFTS["a new rule"]
    then = Adviser(starter.catalogue, edited(starter.rule_set, edits, *more))
    assert same_as_one_by_one(live, some, then).rows.size


def test_rules_that_tell_too_much_apart_are_looked_at_stay_by_stay(
    season: PastStays, starter: Adviser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.decision.sums.MOST_COMBINATIONS", 4)
    some = season.picked(np.arange(2_000))
    edits, more = DRAFTS["two weights"]
    then = Adviser(starter.catalogue, edited(starter.rule_set, edits, *more))
    assert same_as_one_by_one(LivePreview(some, starter), some, then).rows.size


def test_where_nobody_stayed_nobody_is_served_otherwise(catalogue: Catalogue, starter: Adviser):
    live = LivePreview(past_of([], catalogue), starter)
    told = live.try_on(Adviser(catalogue, changed(starter.rule_set, 1)), MOST)
    assert (told.n_stays, told.rows.size, told.turns) == (0, 0, ())


def test_rules_without_rules_can_be_tried(season: PastStays, starter: Adviser):
    some = season.picked(np.arange(1_500))
    nothing = Adviser(starter.catalogue, replace(starter.rule_set, rules=()))
    assert same_as_one_by_one(LivePreview(some, starter), some, nothing).rows.size
    assert same_as_one_by_one(LivePreview(some, nothing), some, starter).rows.size
