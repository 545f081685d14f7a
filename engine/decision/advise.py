"""From a case to a recommendation: a pure function of versions, evidence and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from engine import __version__
from engine.decision.compiled import CompiledRules, Tables
from engine.decision.explain import evidence_shifts, top_reasons
from engine.decision.guardrails import guard
from engine.decision.options import Options
from engine.decision.packing import PackTable
from engine.decision.script import language_of, script_in, setting_of
from engine.decision.situation import Situation
from engine.domain.advice import Advice, Reason, Recommendation, Versions
from engine.domain.axis import Belief
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned
from engine.domain.offers import Reaction
from engine.domain.rules import RuleSet
from engine.domain.stays import Case
from engine.inference.adaptive import ItemBank, asking_cost
from engine.inference.grid import N_NODES, Array
from engine.inference.outcome import expected_points
from engine.inference.posterior import belief_of, density, log_prior
from engine.inference.prior import Prior, prior_of

MOST_ALTERNATIVES = 2
"""The desk shows one other way or two; five would be a menu."""

NO_EVIDENCE: Array = np.zeros((0, N_NODES))

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
        Weights that guests of one house taught for this version of the rules.
    """

    def __init__(
        self, catalogue: Catalogue, rule_set: RuleSet, learned: Learned | None = None
    ) -> None:
        self.catalogue = catalogue
        self.rule_set = rule_set
        self.rules = CompiledRules(rule_set, catalogue, learned)
        self._questions = Tables.of({q.id: q.item for q in catalogue.questions.values()})
        self._offers = Tables.of({o.id: o.item for o in catalogue.offers.values()})
        self._packs = PackTable(catalogue.packs.values())
        self._on_prompt = frozenset(q.id for q in catalogue.questions.values() if q.on_prompt)
        self._at_desk = frozenset(q.id for q in catalogue.questions.values() if q.at_desk)
        self._styles = tuple(catalogue.styles)
        self._positions = np.array([s.position for s in catalogue.styles.values()])
        self._points = expected_points(self._positions.tolist(), catalogue.model.outcome)
        self._bank_of = lru_cache(maxsize=512)(self._make_bank)
        self._utilities_of = lru_cache(maxsize=512)(self._make_utilities)
        self._script_in = lru_cache(maxsize=2048)(partial(script_in, catalogue))
        self.everything = Options(
            styles=frozenset(catalogue.styles),
            questions=frozenset(catalogue.questions),
            offers=frozenset(catalogue.offers),
            packs=frozenset(catalogue.packs),
            device_styles=frozenset(catalogue.styles),
        )
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
        keys, rows = self._evidence(case)
        total = log_prior(prior) + rows.sum(axis=0)
        probabilities = density(total)
        belief = belief_of(probabilities)
        shifts = [*self.rules.shifts(verdicts), *evidence_shifts(total, keys, rows, belief.mean)]
        return Thought(probabilities, belief, prior, top_reasons(shifts))

    def choose(self, situation: Situation, options: Options, probabilities: Array) -> Choice:
        """Ask, observe or act: by net value only, and asking has precedence."""
        utilities = self._utilities_of(options.styles, situation.is_recovery)
        expected = self._expected(options, utilities @ probabilities)
        cost = self.catalogue.model.cost
        questions = options.questions & self._at_desk
        question, value = self._best("question", questions, probabilities, utilities)
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        price *= cost.question_while_waiting if situation.is_waiting else 1.0
        if value - price > 0:
            return Choice(expected, Advice.ASK, question, None, value - price)
        offer, worth = self._best("offer", options.offers, probabilities, utilities)
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
        probabilities = self.think(situation).probabilities
        utilities = self._utilities_of(options.styles, situation.is_recovery)
        questions = options.questions & self._on_prompt
        question, value = self._best("question", questions, probabilities, utilities)
        if not case.asked and not case.answers:
            return question
        cost = self.catalogue.model.cost
        price = asking_cost(probabilities, cost.question_base, cost.question_slope)
        return question if value - price > 0 else None

    def _evidence(self, case: Case) -> tuple[list[str], Array]:
        """Reason key of each answer and graded reaction, and its row of log likelihoods."""
        logs = self._questions.logs
        rows = {f"answer.{id}": logs[id][grade] for id, grade in case.answers.items()}
        for entry in case.reactions:
            grade = GRADES[entry.reaction]
            if grade is not None and entry.is_own_free_word:
                rows[f"reaction.{entry.offer}"] = self._offers.logs[entry.offer][grade]
        return list(rows), np.array(list(rows.values())) if rows else NO_EVIDENCE

    def _make_utilities(self, styles: frozenset[str], is_recovery: bool) -> Array:
        """Points of each allowed style at each node, after the cost of contact."""
        cost = self.catalogue.model.cost
        price = cost.contact_after_problem if is_recovery else cost.contact_first
        allowed = [k for k, id in enumerate(self._styles) if id in styles]
        points = self._points[allowed] - price * self._positions[allowed][:, None]
        return np.asarray(points, dtype=np.float64)

    def _expected(self, options: Options, points: Array) -> dict[str, float]:
        """Points by style, best first; on a tie the one with less contact."""
        allowed = [id for id in self._styles if id in options.styles]
        told = dict(zip(allowed, points.tolist(), strict=True))
        return dict(sorted(told.items(), key=lambda entry: -entry[1]))

    def _make_bank(self, kind: str, allowed: frozenset[str]) -> tuple[list[str], ItemBank]:
        """Ids of the allowed items in the order of the catalogue, with their bank."""
        tables = self._questions if kind == "question" else self._offers
        distinct = tables.distinct(allowed)
        return list(distinct), ItemBank(list(distinct.values()))

    def _best(
        self, kind: str, allowed: frozenset[str], probabilities: Array, utilities: Array
    ) -> tuple[str | None, float]:
        """Return the item with the highest value of information, first one on a tie."""
        if not allowed:
            return None, -np.inf
        ids, bank = self._bank_of(kind, allowed)
        values = bank.information_value(probabilities, utilities)
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
            instructions=tuple(situation.instructions()),
            versions=self.versions,
            offer=choice.offer,
            expected=choice.expected,
            must_know=setting.must_know,
            may_use_device=style in options.device_styles,
            is_short_now=situation.is_waiting,
            helps=tuple([fact.id for fact in situation.true_facts if fact.adds_help]),
        )
