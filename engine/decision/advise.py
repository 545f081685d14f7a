"""From a case to a recommendation: a pure function of versions, evidence and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from engine import __version__
from engine.decision.candidates import Candidates, ItemTables
from engine.decision.compiled import CompiledRules
from engine.decision.explain import evidence_shifts, top_reasons
from engine.decision.guardrails import guard, open_to_any
from engine.decision.options import Options
from engine.decision.packing import PackTable
from engine.decision.script import language_of, script_in, setting_of
from engine.decision.situation import Situation
from engine.domain.advice import Advice, Reason, Recommendation, Versions
from engine.domain.axis import Belief
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned, items_with, outcome_with
from engine.domain.offers import Reaction
from engine.domain.rules import RuleSet
from engine.domain.stays import Case
from engine.inference.adaptive import asking_cost
from engine.inference.grid import Array
from engine.inference.outcome import expected_points
from engine.inference.posterior import belief_of, density_of_one, log_prior
from engine.inference.prior import Prior, prior_of

MOST_ALTERNATIVES = 2
"""The desk shows one other way or two; five would be a menu."""

GRADES = {reaction: reaction.grade for reaction in Reaction}
"""Looked up once: several are needed for every guest."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What is believed of one stay, with the pieces it is made of."""

    probabilities: Array
    belief: Belief
    prior: Prior
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to do next and what it is worth, in points."""

    expected: Mapping[str, float]
    """Points of each allowed style, best first."""
    advice: Advice
    question: str | None
    offer: str | None
    question_gain: float
    """Value less cost of the best question; minus infinity where none is open."""


class Adviser:
    """One version of rules and catalogue, ready to advise.

    Parameters
    ----------
    catalogue : Catalogue
        Everything that `seed/` says.
    rule_set : RuleSet
        The published rules.
    learned : Learned, optional
        What guests of one house taught for this version of the rules: weights, and where enough
        stays told it, how they answer and where styles change.

    Attributes
    ----------
    items : mapping of str to Item
        Each question, then each offer, by reason key such as `answer.welcome`, as it is scored.
    """

    def __init__(
        self, catalogue: Catalogue, rule_set: RuleSet, learned: Learned | None = None
    ) -> None:
        self.catalogue = catalogue
        self.rule_set = rule_set
        self.rules = CompiledRules(rule_set, catalogue, learned)
        questions, offers = catalogue.questions.values(), catalogue.offers.values()
        self.items = items_with(self.rules.learned, catalogue)
        self._items = ItemTables(self.items)
        place = self._items.place
        self._at_desk = Candidates((q.id, place[f"answer.{q.id}"]) for q in questions if q.at_desk)
        self._on_prompt = Candidates(
            (q.id, place[f"answer.{q.id}"]) for q in questions if q.on_prompt
        )
        self._offers = Candidates((o.id, place[f"reaction.{o.id}"]) for o in offers)
        self._packs = PackTable(catalogue.packs.values())
        self._styles = tuple(catalogue.styles)
        self._positions = np.array([s.position for s in catalogue.styles.values()])
        self._points = expected_points(
            self._positions.tolist(), outcome_with(self.rules.learned, catalogue.model.outcome)
        )
        self._utilities_of = lru_cache(maxsize=512)(self._make_utilities)
        self._script_in = lru_cache(maxsize=2048)(partial(script_in, catalogue))
        self.everything = open_to_any(catalogue)
        run = f"+{self.rules.learned.name}" if self.rules.learned else ""
        self.versions = Versions(
            rule_set.version, catalogue.model.version + run, catalogue.version, __version__
        )

    def recommend(self, case: Case) -> Recommendation:
        """Say what to do for one stay.

        Parameters
        ----------
        case : Case
            All that may be known; ids must be those of the catalogue.

        Returns
        -------
        Recommendation
            The same for the same case and versions, always.
        """
        situation = Situation(case, self.catalogue)
        thought = self.think(situation)
        options = guard(situation, self.everything)
        choice = self.choose(situation, options, thought.probabilities)
        return self._write(situation, options, thought, choice)

    def think(self, situation: Situation) -> Thought:
        """Believe: rules give the prior, answers and reactions move it."""
        case = situation.case
        day = case.at.date() if case.at else None
        verdicts = self.rules.look(situation.facts, case.set_aside, day)
        regression = self.rules.regression
        prior = prior_of(
            regression, verdicts.expected, verdicts.known, case.trait, self.catalogue.model.prior
        )
        told = self._evidence(case)
        rows = list(told.values())
        log_likelihood = np.add.reduce(self._items.logs.take(rows, axis=0))
        probabilities = density_of_one(log_prior(prior) + log_likelihood)
        belief = belief_of(probabilities)
        likelihoods = self._items.plain.take(rows, axis=0)
        shifts = self.rules.shifts(verdicts)
        shifts += evidence_shifts(probabilities, list(told), likelihoods, belief.mean)
        return Thought(probabilities, belief, prior, top_reasons(shifts))

    def choose(self, situation: Situation, options: Options, probabilities: Array) -> Choice:
        """Ask, observe or act: by net value only, and asking has precedence."""
        styles, utilities = self._utilities_of(options.styles, situation.is_recovery)
        expected = _ranked(styles, utilities.dot(probabilities).tolist())
        worth = self._items.worth(probabilities, utilities)
        cost = self.catalogue.model.cost
        question, value = self._at_desk.best(options.questions, worth)
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        price *= cost.question_while_waiting if situation.is_waiting else 1.0
        if value - price > 0:
            return Choice(expected, Advice.ASK, question, None, value - price)
        offer, gain = self._offers.best(options.offers, worth)
        if gain - cost.observe > 0:
            return Choice(expected, Advice.OBSERVE, None, offer, value - price)
        return Choice(expected, Advice.ACT, None, None, value - price)

    def next_prompt_question(self, case: Case) -> str | None:
        """Return the question worth putting next on the guest's own page, if any.

        The guest opened the page of her own accord, so the first question has no price beyond
        the tap; each further one must be worth its cost.
        """
        situation = Situation(case, self.catalogue)
        options = guard(situation, self.everything)
        probabilities = self.think(situation).probabilities
        _, utilities = self._utilities_of(options.styles, situation.is_recovery)
        worth = self._items.worth(probabilities, utilities)
        question, value = self._on_prompt.best(options.questions, worth)
        if not case.asked and not case.answers:
            return question
        cost = self.catalogue.model.cost
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        return question if value - price > 0 else None

    def _evidence(self, case: Case) -> dict[str, int]:
        """Reason key of each answer and graded reaction, with its row of log likelihoods."""
        first = self._items.first
        told = {(key := f"answer.{id}"): first[key] + grade for id, grade in case.answers.items()}
        for entry in case.reactions:
            grade = GRADES[entry.reaction]
            if grade is not None and entry.is_own_free_word:
                key = f"reaction.{entry.offer}"
                told[key] = first[key] + grade
        return told

    def _make_utilities(
        self, styles: frozenset[str], is_recovery: bool
    ) -> tuple[tuple[str, ...], Array]:
        """Allowed styles, and the points of each at each node, after the cost of contact."""
        cost = self.catalogue.model.cost
        price = cost.contact_after_problem if is_recovery else cost.contact_first
        allowed = [k for k, id in enumerate(self._styles) if id in styles]
        points = self._points[allowed] - price * self._positions[allowed][:, None]
        return tuple(self._styles[k] for k in allowed), np.asarray(points, dtype=np.float64)

    def _alternatives(self, ranked: list[str]) -> tuple[str, ...]:
        """Other ways, best first; at least one, if need be the next quieter style."""
        others = tuple(ranked[1 : 1 + MOST_ALTERNATIVES])
        place = self._styles.index(ranked[0])
        return others or (self._styles[place - 1 if place else 1],)

    def _write(
        self,
        situation: Situation,
        options: Options,
        thought: Thought,
        choice: Choice,
    ) -> Recommendation:
        case, ranked = situation.case, list(choice.expected)
        style = ranked[0]
        setting = setting_of(situation, style, language_of(situation))
        return Recommendation(
            ref=case.ref,
            belief=thought.belief,
            advice=choice.advice,
            style=style,
            alternatives=self._alternatives(ranked),
            question=choice.question,
            packs=self._packs.choose(options.packs, style, situation.facts),
            script=self._script_in(setting),
            reasons=thought.reasons,
            closed=tuple(sorted(situation.closed)),
            instructions=situation.instructions(),
            versions=self.versions,
            offer=choice.offer,
            expected=choice.expected,
            must_know=setting.must_know,
            may_use_device=style in options.device_styles,
            is_short_now=situation.is_waiting,
            helps=tuple([fact.id for fact in situation.true_facts if fact.adds_help]),
        )


def _ranked(styles: Sequence[str], points: Sequence[float]) -> dict[str, float]:
    """Points by style, best first; on a tie the one with less contact."""
    told = dict(zip(styles, points, strict=True))
    return {id: told[id] for id in sorted(told, key=told.__getitem__, reverse=True)}
