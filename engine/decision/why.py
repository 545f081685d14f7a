"""Why a stay is advised as it is: every rule, every shift, every guardrail, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from engine.decision.advise import GRADES, Adviser
from engine.decision.guardrails import GUARDRAILS
from engine.decision.options import Options
from engine.decision.situation import Situation
from engine.domain.advice import Recommendation
from engine.domain.rules import Rule, Test
from engine.domain.stays import Case
from engine.inference.adaptive import asking_cost
from engine.inference.grid import Array
from engine.rules.evaluate import trace


class Verdict(StrEnum):
    """What one rule says of one guest, or why it was not asked."""

    FIRES = "fires"
    SILENT = "silent"
    UNKNOWN = "unknown"
    SET_ASIDE = "set_aside"
    """Staff removed it for this stay."""
    OUT_OF_DATE = "out_of_date"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """One rule before one guest."""

    rule: Rule
    verdict: Verdict
    failed: tuple[Test, ...] = ()
    """Tests that keep it from firing."""
    missing: tuple[str, ...] = ()
    """Facts that would decide it."""
    owner_weight: float = 0.0
    """The owner's number, within its cap; standard deviations, plus is contact."""
    weight: float = 0.0
    """In use: the owner's number, or what guests taught."""
    surprise: float = 0.0
    """Chance that it fires for this guest less that for any guest, from -1 to 1."""

    @property
    def shift(self) -> float:
        """How far it moves the belief: a rule that stays silent tells something, too."""
        return self.weight * self.surprise

    @property
    def owner_shift(self) -> float:
        """What the owner's number alone would move."""
        return self.owner_weight * self.surprise

    @property
    def learned_shift(self) -> float:
        """What guests taught beside it."""
        return self.shift - self.owner_shift


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the belief.

    Its key is `trait`, `rule.<id>`, `limit` (what the cap on all rules together takes back),
    `edge` (what the end of the axis takes back), `answer.<id>` or `reaction.<id>`.
    """

    key: str
    shift: float
    """Standard deviations; plus is contact."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one guardrail took away from what was still open."""

    guardrail: str
    styles: tuple[str, ...]
    questions: tuple[str, ...]
    offers: tuple[str, ...]
    packs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionWorth:
    """What the answer to one question would be worth now, in points, and what asking costs."""

    question: str
    value: float
    price: float

    @property
    def gain(self) -> float:
        """Value less price: above 0 it is worth asking."""
        return self.value - self.price


@dataclass(frozen=True, slots=True)
class Why:
    """One piece of advice, taken apart."""

    said: Recommendation
    """The best advice, whatever chance makes of it."""
    rules: tuple[RuleSaid, ...]
    """Every rule of the set, in its order."""
    parts: tuple[Part, ...]
    """From a guest of whom nothing is known (0) to the belief: they add up to its mean."""
    taken: tuple[Taken, ...]
    """Guardrails that took something away, in the order they are applied."""
    questions: tuple[QuestionWorth, ...]
    """Questions that staff may put now, the most worthwhile first."""


def why(adviser: Adviser, case: Case) -> Why:
    """Take the advice on one stay apart.

    Parameters
    ----------
    adviser : Adviser
        Rules, catalogue and what was learned.
    case : Case
        All that may be known of the stay.

    Returns
    -------
    Why
        Its parts add up to the mean of the belief, up to rounding of the last bit.
    """
    situation = Situation(case, adviser.catalogue)
    rules = _rules(adviser, situation)
    taken, options = _guard(adviser, situation)
    return Why(
        said=adviser.recommend(case),
        rules=rules,
        parts=tuple(_parts(adviser, case, rules)),
        taken=taken,
        questions=_questions(adviser, situation, options),
    )


def _rules(adviser: Adviser, situation: Situation) -> tuple[RuleSaid, ...]:
    """Say of every rule what it says; those that are switched off say nothing."""
    case, compiled = situation.case, adviser.rules
    day = case.at.date() if case.at else None
    verdicts = compiled.look(situation.facts, case.set_aside, day)
    surprise = (verdicts.expected - compiled.regression.reference).tolist()
    weights, own = compiled.regression.weights.tolist(), compiled.owner.weights.tolist()
    said = {
        rule.id: replace(
            _said(rule, situation, day), owner_weight=own[k], weight=weights[k], surprise=moves
        )
        for k, (rule, moves) in enumerate(zip(compiled.rules, surprise, strict=True))
    }
    rules = adviser.rule_set.rules
    return tuple(said.get(rule.id) or RuleSaid(rule, Verdict.OFF) for rule in rules)


def _said(rule: Rule, situation: Situation, day: date | None) -> RuleSaid:
    if rule.id in situation.case.set_aside:
        return RuleSaid(rule, Verdict.SET_ASIDE)
    if day is not None and not rule.is_valid_on(day):
        return RuleSaid(rule, Verdict.OUT_OF_DATE)
    told = trace(rule, situation.facts)
    return RuleSaid(rule, Verdict(told.verdict), told.failed, told.missing)


def _parts(adviser: Adviser, case: Case, rules: tuple[RuleSaid, ...]) -> Iterator[Part]:
    """Go from nothing known to the belief; each word moves it from where those before left it."""
    yield Part("trait", case.trait.mean)
    yield from (Part(f"rule.{said.rule.id}", said.shift) for said in rules)
    silent = replace(case, answers={}, reactions=())
    prior = adviser.think(Situation(silent, adviser.catalogue))
    by_rules = sum(said.shift for said in rules)
    yield Part("limit", prior.prior.mean - case.trait.mean - by_rules)
    stands = prior.belief.mean
    yield Part("edge", stands - prior.prior.mean)
    for key, told in _words(case):
        now = adviser.think(Situation(told, adviser.catalogue)).belief.mean
        yield Part(key, now - stands)
        stands = now


def _words(case: Case) -> Iterator[tuple[str, Case]]:
    """Give each answer and reaction that moves a belief, with the case up to it."""
    answers = list(case.answers.items())
    for k, (id, _) in enumerate(answers, start=1):
        yield f"answer.{id}", replace(case, answers=dict(answers[:k]), reactions=())
    for k, entry in enumerate(case.reactions, start=1):
        if GRADES[entry.reaction] is not None and entry.is_own_free_word:
            yield f"reaction.{entry.offer}", replace(case, reactions=case.reactions[:k])


def _guard(adviser: Adviser, situation: Situation) -> tuple[tuple[Taken, ...], Options]:
    """Apply every guardrail in turn and note what it took away."""
    options, taken = adviser.everything, []
    for guardrail in GUARDRAILS:
        left = guardrail(situation, options)
        if left != options:
            taken.append(_taken(guardrail.__name__, options, left, adviser))
        options = left
    return tuple(taken), options


def _taken(name: str, before: Options, after: Options, adviser: Adviser) -> Taken:
    catalogue = adviser.catalogue
    return Taken(
        guardrail=name,
        styles=tuple(id for id in catalogue.styles if id in before.styles - after.styles),
        questions=tuple(
            id for id in catalogue.questions if id in before.questions - after.questions
        ),
        offers=tuple(id for id in catalogue.offers if id in before.offers - after.offers),
        packs=tuple(id for id in catalogue.packs if id in before.packs - after.packs),
    )


def _questions(
    adviser: Adviser, situation: Situation, options: Options
) -> tuple[QuestionWorth, ...]:
    """Value every question as if it were the only one open."""
    probabilities = adviser.think(situation).probabilities
    price = _price(adviser, situation, probabilities)
    worth = []
    for id, question in adviser.catalogue.questions.items():
        if id in options.questions and question.at_desk:
            alone = options.keeping(questions=frozenset({id}))
            gain = adviser.choose(situation, alone, probabilities).question_gain
            worth.append(QuestionWorth(id, gain + price, price))
    return tuple(sorted(worth, key=lambda one: -one.value))


def _price(adviser: Adviser, situation: Situation, probabilities: Array) -> float:
    cost = adviser.catalogue.model.cost
    price = asking_cost(probabilities, cost.question_base, cost.question_slope)
    return price * (cost.question_while_waiting if situation.is_waiting else 1.0)
