"""A rule set and a catalogue, made ready once so that one guest costs microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, Value
from engine.domain.learned import Learned
from engine.domain.model import PriorConstants
from engine.domain.rules import Rule, RuleSet
from engine.inference.prior import Regression
from engine.rules.evaluate import tests_of
from engine.rules.references import reference_covariance, reference_shares
from engine.rules.vectorised import RuleTable, Verdicts

CULTURE_FAMILY = "culture"
"""The family of cues whose weight is capped, because it may break a tie and never more."""


def may_be_learned(fact: Fact) -> bool:
    """Whether guests may teach anything about a fact.

    Never about a proxy for origin, nor about culture: such a weight is the owner's alone.
    """
    return fact.is_scored and fact.family != CULTURE_FAMILY


def tests_culture(rule: Rule, facts: Mapping[str, Fact]) -> bool:
    """Whether a rule asks anything about culture."""
    families = {facts[test.fact].family for test in tests_of(rule) if test.fact in facts}
    return CULTURE_FAMILY in families


def capped_weight(rule: Rule, facts: Mapping[str, Fact], constants: PriorConstants) -> float:
    """Weight of a rule; one that tests a culture cue is held within its cap."""
    if not tests_culture(rule, facts):
        return rule.weight
    cap = constants.culture_weight_limit
    return min(max(rule.weight, -cap), cap)


def _doubt(rule: Rule, constants: PriorConstants) -> float:
    """Variance of a weight by how firmly it is held; a rule without weight says nothing at all."""
    return constants.sureness_sd[rule.sure.value] ** 2 if rule.weight else 0.0


def taught(owner: Regression, ids: Sequence[str], learned: Learned) -> Regression:
    """Put weights that guests taught, and what is not known of them, in the owner's place.

    Parameters
    ----------
    owner : Regression
        As the owner said it; a rule that was not learned keeps her number and her doubt.
    ids : sequence of str
        The rule of each weight.
    learned : Learned
        Weights by rule.
    """
    place = {id: k for k, id in enumerate(ids)}
    rows = [row for row, id in enumerate(learned.ids) if id in place]
    to = [place[learned.ids[row]] for row in rows]
    weights, doubt = owner.weights.copy(), np.zeros_like(owner.covariance)
    if owner.uncertainty is not None:
        doubt = owner.uncertainty.copy()
    if rows:
        weights[to] = np.array(learned.weights)[rows]
        doubt[np.ix_(to, to)] = np.array(learned.covariance)[np.ix_(rows, rows)]
    return replace(owner, weights=weights, uncertainty=doubt)


class CompiledRules:
    """The rules of one version that are switched on.

    Parameters
    ----------
    rule_set : RuleSet
        With its frozen reference shares.
    catalogue : Catalogue
        Reference shares of facts that the rule set does not freeze.
    learned : Learned, optional
        Weights that guests taught; without effect where they are of another version.

    Attributes
    ----------
    owner : Regression
        With the owner's own numbers.
    regression : Regression
        In use: with what guests taught, where they taught anything.
    learned : Learned or None
        What is in use of it.
    """

    def __init__(
        self, rule_set: RuleSet, catalogue: Catalogue, learned: Learned | None = None
    ) -> None:
        self.rules = tuple(rule for rule in rule_set.rules if rule.is_on)
        usual = {id: fact.usual for id, fact in catalogue.facts.items()} | dict(rule_set.usual)
        weights = [capped_weight(r, catalogue.facts, catalogue.model.prior) for r in self.rules]
        self.owner = Regression(
            weights=np.array(weights, dtype=np.float64),
            reference=reference_shares(self.rules, usual),
            covariance=reference_covariance(self.rules, usual),
            uncertainty=np.diag([_doubt(rule, catalogue.model.prior) for rule in self.rules]),
        )
        self.learned = learned if learned and learned.rules == rule_set.version else None
        ids = [rule.id for rule in self.rules]
        self.regression = taught(self.owner, ids, self.learned) if self.learned else self.owner
        # a rule that fires is certain, so what it shifts is always the same
        shifts = (self.regression.weights * (1.0 - self.regression.reference)).tolist()
        self._said = [(f"rule.{id}", shift) for id, shift in zip(ids, shifts, strict=True)]
        self._table = RuleTable(self.rules, usual) if self.rules else None
        self._has_dates = any(rule.valid_from or rule.valid_until for rule in self.rules)

    def look(
        self, facts: Mapping[str, Value], set_aside: frozenset[str], day: date | None
    ) -> Verdicts:
        """Evaluate every rule for one stay; a rule out of date or set aside says nothing."""
        if self._table is None:
            return NO_VERDICTS
        verdicts = self._table.look(facts)
        for k in self._silent(set_aside, day):
            verdicts.known[k] = verdicts.fires[k] = False
            verdicts.expected[k] = self.regression.reference[k]
        return verdicts

    def shifts(self, verdicts: Verdicts) -> list[tuple[str, float]]:
        """Key of the reason and shift of the mean for each rule that fires."""
        return [self._said[k] for k in verdicts.fires.nonzero()[0].tolist()]

    def _silent(self, set_aside: frozenset[str], day: date | None) -> list[int]:
        is_dated = self._has_dates and day is not None
        if not set_aside and not is_dated:
            return []
        return [
            k
            for k, rule in enumerate(self.rules)
            if rule.id in set_aside or (day is not None and not rule.is_valid_on(day))
        ]


NO_VERDICTS = Verdicts(np.zeros(0), np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.bool_))
"""Of an empty rule set."""
