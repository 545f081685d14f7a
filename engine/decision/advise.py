"""From a case to a recommendation: a pure function of versions, evidence and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine import __version__
from engine.decision.compiled import CompiledRules, Tables
from engine.decision.explain import evidence_reasons, top_reasons
from engine.decision.guardrails import guard
from engine.decision.options import Options
from engine.decision.packing import choose_packs
from engine.decision.script import language_of, must_know, script_of
from engine.decision.situation import Situation
from engine.domain.advice import Advice, Reason, Recommendation, Versions
from engine.domain.axis import Belief
from engine.domain.catalogue import Catalogue
from engine.domain.rules import RuleSet
from engine.domain.stays import Case
from engine.inference.adaptive import ItemBank, asking_cost
from engine.inference.grid import Array
from engine.inference.outcome import expected_points
from engine.inference.posterior import belief_of, density, log_prior
from engine.inference.prior import Prior, prior_of

MOST_ALTERNATIVES = 2
"""The desk shows one other way or two; five would be a menu."""


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
    """

    def __init__(self, catalogue: Catalogue, rule_set: RuleSet) -> None:
        self.catalogue = catalogue
        self.rule_set = rule_set
        self.rules = CompiledRules(rule_set, catalogue)
        self._questions = Tables.of({q.id: q.item for q in catalogue.questions.values()})
        self._offers = Tables.of({o.id: o.item for o in catalogue.offers.values()})
        self._styles = tuple(catalogue.styles)
        self._positions = np.array([s.position for s in catalogue.styles.values()])
        self._points = expected_points(self._positions.tolist(), catalogue.model.outcome)
        self._bank_of = lru_cache(maxsize=512)(self._make_bank)
        self.everything = Options(
            styles=frozenset(catalogue.styles),
            questions=frozenset(catalogue.questions),
            offers=frozenset(catalogue.offers),
            packs=frozenset(catalogue.packs),
            device_styles=frozenset(catalogue.styles),
        )
        self.versions = Versions(
            rule_set.version, catalogue.model.version, catalogue.version, __version__
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
        start, rows = log_prior(prior), self._rows(case)
        probabilities = density(start + sum(rows.values()))
        belief = belief_of(probabilities)
        shifts = regression.weights * (verdicts.expected - regression.reference)
        reasons = [
            Reason(f"rule.{self.rules.rules[k].id}", float(shifts[k]))
            for k in np.flatnonzero(verdicts.fires)
        ]
        reasons += evidence_reasons(start, rows, belief.mean)
        return Thought(probabilities, belief, prior, top_reasons(reasons))

    def choose(self, situation: Situation, options: Options, probabilities: Array) -> Choice:
        """Ask, observe or act: by net value only, and asking has precedence."""
        utilities = self._utilities(situation, options)
        expected = self._expected(options, utilities @ probabilities)
        cost = self.catalogue.model.cost
        at_desk = self.catalogue.questions
        open_questions = tuple(
            id for id in at_desk if id in options.questions and at_desk[id].at_desk
        )
        question, value = self._best(open_questions, "question", probabilities, utilities)
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        price *= cost.question_while_waiting if situation.is_waiting else 1.0
        if value - price > 0:
            return Choice(expected, Advice.ASK, question, None, value - price)
        open_offers = tuple(id for id in self.catalogue.offers if id in options.offers)
        offer, worth = self._best(open_offers, "offer", probabilities, utilities)
        if worth - cost.observe > 0:
            return Choice(expected, Advice.OBSERVE, None, offer, value - price)
        return Choice(expected, Advice.ACT, None, None, value - price)

    def next_prompt_question(self, case: Case) -> str | None:
        """Return the question worth putting next on the guest's own page, if any.

        The guest opened the page of her own accord, so the first question has no price beyond
        the tap; each further one must be worth its cost.
        """
        situation = Situation(case, self.catalogue)
        options = guard(situation, self.everything)
        questions = self.catalogue.questions
        on_prompt = tuple(
            id for id in questions if id in options.questions and questions[id].on_prompt
        )
        probabilities = self.think(situation).probabilities
        utilities = self._utilities(situation, options)
        question, value = self._best(on_prompt, "question", probabilities, utilities)
        if not case.asked and not case.answers:
            return question
        cost = self.catalogue.model.cost
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        return question if value - price > 0 else None

    def _rows(self, case: Case) -> dict[str, Array]:
        """Log likelihood of each answer and graded reaction, by reason key."""
        logs = self._questions.logs
        rows = {f"answer.{id}": logs[id][grade] for id, grade in case.answers.items()}
        for entry in case.reactions:
            grade = entry.reaction.grade
            if grade is not None and entry.is_own_free_word:
                rows[f"reaction.{entry.offer}"] = self._offers.logs[entry.offer][grade]
        return rows

    def _utilities(self, situation: Situation, options: Options) -> Array:
        """Points of each allowed style at each node, after the cost of contact."""
        cost = self.catalogue.model.cost
        price = cost.contact_after_problem if situation.is_recovery else cost.contact_first
        allowed = [k for k, id in enumerate(self._styles) if id in options.styles]
        points = self._points[allowed] - price * self._positions[allowed][:, None]
        return np.asarray(points, dtype=np.float64)

    def _expected(self, options: Options, points: Array) -> dict[str, float]:
        """Points by style, best first; on a tie the one with less contact."""
        allowed = [id for id in self._styles if id in options.styles]
        told = dict(zip(allowed, points.tolist(), strict=True))
        return dict(sorted(told.items(), key=lambda entry: -entry[1]))

    def _make_bank(self, kind: str, ids: tuple[str, ...]) -> ItemBank:
        tables = self._questions if kind == "question" else self._offers
        return ItemBank(tables.stack(ids))

    def _best(
        self, ids: tuple[str, ...], kind: str, probabilities: Array, utilities: Array
    ) -> tuple[str | None, float]:
        """Return the item with the highest value of information, first one on a tie."""
        if not ids:
            return None, -np.inf
        values = self._bank_of(kind, ids).information_value(probabilities, utilities)
        best = int(values.argmax())
        return ids[best], float(values[best])

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
        packs = [pack for id, pack in self.catalogue.packs.items() if id in options.packs]
        language = language_of(situation)
        return Recommendation(
            ref=case.ref,
            belief=thought.belief,
            advice=choice.advice,
            style=style,
            alternatives=self._alternatives(ranked),
            question=choice.question,
            packs=choose_packs(packs, style, situation.facts),
            script=script_of(situation, style),
            reasons=thought.reasons,
            closed=tuple(sorted(situation.closed)),
            instructions=tuple(situation.instructions()),
            versions=self.versions,
            offer=choice.offer,
            expected=choice.expected,
            must_know=tuple(must_know(situation, language)),
            may_use_device=style in options.device_styles,
            is_short_now=situation.is_waiting,
            helps=tuple(fact.id for fact in situation.true_facts if fact.adds_help),
        )
