"""One guest, scored and advised in process, with more evidence than any desk will gather."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle, islice

import numpy as np

from benchmarks.figure import Figure, Numbers, medians
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.catalogue.model import MOST_QUESTIONS
from engine.decision.advise import Adviser
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Value
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case
from engine.inference.graded import answer_table
from engine.inference.grid import Array
from engine.inference.posterior import belief_of, posterior

N_EVIDENCE = 15
N_CANDIDATES = 15

N_ANSWERS = MOST_QUESTIONS - 1
"""One more, and no question would be open; the rest of the evidence are reactions."""

FACTS: Mapping[str, Value] = {
    "purpose": "leisure",
    "nights": 3,
    "adults": 2,
    "channel": "web",
    "language": "de",
}


def wide_catalogue() -> Catalogue:
    """Return the shipped catalogue with made-up copies of its items, as many as are needed."""
    shipped = load_catalogue()
    at_desk = [question for question in shipped.questions.values() if question.at_desk]
    questions = {
        f"made_up_{k}": replace(question, id=f"made_up_{k}", topic=f"made_up_question_{k}")
        for k, question in enumerate(islice(cycle(at_desk), N_CANDIDATES + N_ANSWERS))
    }
    offers = {
        f"made_up_{k}": replace(offer, id=f"made_up_{k}", topic=f"made_up_offer_{k}")
        for k, offer in enumerate(islice(cycle(shipped.offers.values()), N_EVIDENCE - N_ANSWERS))
    }
    return replace(shipped, questions=questions, offers={**shipped.offers, **offers})


def guest(catalogue: Catalogue) -> Case:
    """Return a guest of whom fifteen things were answered or seen."""
    made = [id for id in catalogue.offers if id.startswith("made_up_")]
    # taken well, so that no topic is closed and every other item stays a candidate
    well = cycle([Reaction.ACCEPTED, Reaction.ASKED_MORE, Reaction.ACCEPTED])
    reactions = tuple(OfferReaction(id, next(well)) for id in made)
    answers = dict.fromkeys(islice(catalogue.questions, N_ANSWERS), 1)
    house = next(iter(catalogue.houses))
    return Case("one", house, facts=FACTS, answers=answers, reactions=reactions)


def likelihoods(catalogue: Catalogue, case: Case) -> list[Array]:
    """Return the log likelihood of each piece of evidence, shape (n_nodes,)."""
    told = [(catalogue.questions[id].item, grade) for id, grade in case.answers.items()]
    told += [
        (catalogue.offers[seen.offer].item, seen.reaction.grade or 0) for seen in case.reactions
    ]
    return [
        np.log(answer_table(item.discrimination, item.thresholds)[grade]) for item, grade in told
    ]


def run(is_quick: bool) -> Numbers:
    """Time the recommendation, and beside it the posterior alone."""
    catalogue = wide_catalogue()
    adviser, case = Adviser(catalogue, first_rule_set(catalogue)), guest(catalogue)
    prior, logs = adviser.think(Situation(case, catalogue)).prior, likelihoods(catalogue, case)
    whole, plain = medians(
        [lambda: adviser.recommend(case), lambda: belief_of(posterior(prior, logs))],
        repeats=5 if is_quick else 300,
        batch=10 if is_quick else 50,
    )
    n_asked = len(case.answers)
    return {
        "rules": len(adviser.rules.rules),
        "evidence": len(logs),
        "candidates": sum(q.at_desk for q in catalogue.questions.values()) - n_asked,
        "advice": adviser.recommend(case).advice.value,
        **named("guest_us", whole),
        **named("posterior_only_us", plain),
    }


def named(name: str, quartiles: tuple[float, float, float]) -> dict[str, float]:
    """Return a median with its quartiles, by name."""
    low, middle, high = (round(value, 1) for value in quartiles)
    return {name: middle, f"{name}_lower_quartile": low, f"{name}_upper_quartile": high}


FIGURE = Figure(
    "one_guest",
    f"One guest advised in process: {N_EVIDENCE} pieces of evidence, {N_CANDIDATES} open questions",
    run,
)
