"""Why: the reasons that are told are those that moved the belief, and as far as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.decision.advise import Adviser
from engine.decision.explain import evidence_shifts
from engine.domain.catalogue import Catalogue
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.questions import Item
from engine.domain.stays import Case
from engine.inference.graded import answer_table
from engine.inference.posterior import belief_of, density, log_prior
from engine.inference.prior import Prior
from tests.conftest import MakeCase
from tests.decision.random_cases import random_cases

SHARP = Item(2.5, (-1.0, 0.0, 1.0))
STEEP = Item(10.0, (-5.0, 5.0))


def table(item: Item) -> np.ndarray:
    return answer_table(item.discrimination, item.thresholds)


def test_an_answer_that_is_given_as_a_reason_moved_the_mean_as_far_as_it_says(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    told = 0
    for case in random_cases(catalogue, 100, seed=8):
        said = adviser.recommend(case)
        for reason in said.reasons:
            kind, _, id = reason.key.partition(".")
            if kind == "answer":
                rest = {key: grade for key, grade in case.answers.items() if key != id}
                without = adviser.recommend(replace(case, answers=rest)).belief
                assert reason.shift == pytest.approx(said.belief.mean - without.mean, abs=1e-12)
                told += 1
    assert told > 50


def test_words_that_weigh_alike_are_told_in_the_order_of_their_names(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    items = [offer.item for offer in catalogue.offers.values()]
    alike = [id for id, offer in catalogue.offers.items() if items.count(offer.item) > 3]
    assert len(alike) > 3
    for given in (alike, alike[::-1]):
        reactions = tuple(OfferReaction(id, Reaction.ASKED_MORE) for id in given)
        said = adviser.recommend(Case("x", next(iter(catalogue.houses)), reactions=reactions))
        assert [r.key for r in said.reasons] == [f"reaction.{id}" for id in sorted(alike)[:3]]
        assert len({r.shift for r in said.reasons}) == 1


def test_a_rule_set_aside_says_nothing_more(adviser: Adviser, make_case: MakeCase) -> None:
    case = make_case(facts={"purpose": "business"})
    aside = replace(case, set_aside=frozenset({"business_trip"}))
    assert [r.key for r in adviser.recommend(case).reasons] == ["rule.business_trip"]
    assert adviser.recommend(aside).reasons == ()


def test_what_a_word_moved_is_the_mean_with_it_less_the_mean_without() -> None:
    """Even where steep items contradict each other and most of the grid is as good as ruled out."""
    rows = np.stack([table(STEEP)[0], *[table(STEEP)[2]] * 6, table(SHARP)[1]])
    logs, before = np.log(rows), log_prior(Prior(0.0, 0.5))
    belief = density(before + logs.sum(axis=0))
    mean = belief_of(belief).mean
    told = evidence_shifts(belief, [str(k) for k in range(len(rows))], rows, mean)
    for k, (_, shift) in enumerate(told):
        others = density(before + np.delete(logs, k, axis=0).sum(axis=0))
        assert shift == pytest.approx(mean - belief_of(others).mean, abs=1e-12)


@pytest.mark.parametrize("mean", [-1.7, -0.4, 0.0, 0.9])
def test_equal_words_move_the_mean_equally_wherever_they_stand(mean: float) -> None:
    belief = density(log_prior(Prior(mean, 0.6)))
    for n_words in range(2, 20):
        rows = np.stack([table(SHARP)[2]] * n_words)
        told = evidence_shifts(belief, ["word"] * n_words, rows, mean)
        assert len(set(told)) == 1
