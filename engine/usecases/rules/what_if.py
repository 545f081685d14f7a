"""What would be advised if something were otherwise; nothing of it is saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engine.decision.why import RuleSaid, Why, why
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.stays import Case
from engine.errors import BadInputError
from engine.rules.evaluate import tests_of
from engine.sentences import Sentence
from engine.usecases.rules.why import StayWhy

YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
LONGEST_TAG = 35
"""Letters of a language tag (BCP 47, the buffer that its section 4.4 asks for)."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is taken to be so: everything that a form shows, not only what differs."""

    facts: Mapping[str, str]
    """Fact to its value as written; blank is unknown."""
    cues: Collection[str]
    """Those seen."""
    answers: Mapping[str, str]
    """Question to its grade as written; blank is not answered."""


@dataclass(frozen=True, slots=True)
class RuleTurn:
    """One rule that says something else then."""

    before: RuleSaid
    after: RuleSaid


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The advice on the stay as it is, beside that on the stay as it is supposed."""

    before: Why
    after: Why
    case: Case
    """As supposed."""

    @property
    def turns(self) -> tuple[RuleTurn, ...]:
        """Rules that say something else, those that move the belief most first."""
        pairs = zip(self.before.rules, self.after.rules, strict=True)
        turns = [RuleTurn(a, b) for a, b in pairs if (a.verdict, a.shift) != (b.verdict, b.shift)]
        return tuple(sorted(turns, key=lambda t: -abs(t.after.shift - t.before.shift)))


def facts_to_suppose(told: StayWhy) -> tuple[Fact, ...]:
    """Return the facts that can change the advice, or are known; cues stand apart."""
    tested = {test.fact for said in told.why.rules for test in tests_of(said.rule)}
    return tuple(
        fact
        for fact in told.adviser.catalogue.facts.values()
        if fact.is_scored and not fact.is_cue and (fact.id in tested or _matters(fact, told.case))
    )


def _matters(fact: Fact, case: Case) -> bool:
    return fact.is_recovery or fact.is_waiting or fact.is_brief or fact.id in case.facts


def supposed_of(case: Case) -> Supposed:
    """Return what is known of a case as a form writes it."""
    return Supposed(
        facts={id: _written(value) for id, value in case.facts.items()},
        cues=case.cues,
        answers={id: str(grade) for id, grade in case.answers.items()},
    )


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def what_if(told: StayWhy, supposed: Supposed) -> WhatIf:
    """Advise as if something were otherwise; chance has no say in it.

    Raises
    ------
    BadInputError
        If a fact, cue or question is unknown, or cannot have such a value.
    """
    catalogue = told.adviser.catalogue
    answers = _answers(catalogue, supposed.answers)
    case = replace(
        told.case,
        facts=_facts(catalogue, told.case, supposed.facts),
        cues=frozenset(_known("cue", cue, catalogue.cues) for cue in supposed.cues),
        answers=answers,
        asked=(told.case.asked - told.case.answers.keys()) | answers.keys(),
    )
    return WhatIf(told.why, why(told.adviser, case), case)


def _facts(catalogue: Catalogue, case: Case, written: Mapping[str, str]) -> dict[str, Value]:
    """Return the facts as supposed; what the form does not show stays as it is."""
    facts = {id: value for id, value in case.facts.items() if id not in written}
    for id, told in written.items():
        fact = catalogue.facts[_known("fact", id, catalogue.facts)]
        if told.strip():
            facts[id] = _value(fact, told.strip())
    return facts


def _value(fact: Fact, written: str) -> Value:
    if fact.kind is FactKind.WHOLE:
        is_whole = written.isdecimal() and fact.lowest <= int(written[:9]) <= fact.highest
        if not is_whole or len(written) > 9:
            raise _unknown(fact.id, written, f"{fact.lowest} – {fact.highest}")
        return int(written)
    if fact.kind is FactKind.TAG:
        return written[:LONGEST_TAG]
    if fact.kind is FactKind.YES_NO:
        return YES_NO[_known(fact.id, written, YES_NO)]
    return _known(fact.id, written, fact.values)


def _answers(catalogue: Catalogue, written: Mapping[str, str]) -> dict[str, int]:
    answers = {}
    for id, told in written.items():
        question = catalogue.questions[_known("question", id, catalogue.questions)]
        if told:
            grades = [str(grade) for grade in range(len(question.grades))]
            answers[id] = int(_known("grade", told, grades))
    return answers


def _known(what: str, given: str, known: Collection[str]) -> str:
    if given not in known:
        raise _unknown(what, given, ", ".join(known))
    return given


def _unknown(what: str, given: str, names: str) -> BadInputError:
    told = "Unknown {what} {value}. Allowed: {names}."
    return BadInputError(Sentence(told, what=Sentence(what), value=repr(given), names=names))
