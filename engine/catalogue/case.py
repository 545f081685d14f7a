"""One stay to be scored, from JSON to `Case` and back.

`tact score` reads thousands of lines a second, so this is plain Python over tables made once
per catalogue; no schema library here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

from engine.catalogue.cues import allowed_values
from engine.catalogue.kept import (
    advice_to_dict,
    case_from_inputs,
    case_inputs,
    recommendation_to_dict,
)
from engine.catalogue.near import did_you_mean
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case, Place
from engine.errors import CaseError

__all__ = [
    "CaseReader",
    "advice_to_dict",
    "case_from_dict",
    "case_from_inputs",
    "case_inputs",
    "case_to_dict",
    "recommendation_to_dict",
]

KEYS = ("ref", "house", "facts", "cues", "answers", "reactions", "at")
"""What one line of `tact score` may hold."""

LANGUAGE_FACT = "language"
"""The fact that also says in which language to write."""

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
_REACTION_KEYS = ("offer", "reaction")

Check = Callable[[object], Value | None]
"""Returns the value of a fact, or None where it cannot be one."""


class Surroundings(NamedTuple):
    """What a house tells of every stay in it."""

    facts: Mapping[str, Value]
    place: Place | None
    now: datetime | None
    """Used where a line does not say when."""


NO_SURROUNDINGS = Surroundings({}, None, None)


class CaseReader:
    """Reads stays against one catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        What may be named.
    houses : collection of str, optional
        Houses that exist, the default one first; default: those of the catalogue.
    surroundings : mapping of str to Surroundings, optional
        What each house tells; what a line tells itself goes before.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        houses: Collection[str] | None = None,
        surroundings: Mapping[str, Surroundings] | None = None,
    ) -> None:
        self._surroundings = surroundings or {}
        facts = catalogue.facts
        self._checks = {id: _check(fact) for id, fact in facts.items() if not fact.is_cue}
        self._facts = facts
        self._cues = frozenset(catalogue.cues)
        self._grades = {id: len(question.grades) for id, question in catalogue.questions.items()}
        self._offers = frozenset(catalogue.offers)
        self._reactions = {reaction.value: reaction for reaction in Reaction}
        self._houses = tuple(catalogue.houses if houses is None else houses)

    def read(self, data: object) -> Case:
        """Return the case that one line of `tact score` describes.

        Raises
        ------
        CaseError
            Of kind `unknown_id`, `bad_value` or `missing`; the first problem of the line.
        """
        line = _table(data, "the line")
        if not line.keys() <= _KEY_SET:
            _refuse_unknown("key", next(key for key in line if key not in _KEY_SET), KEYS)
        facts = self._read_facts(line.get("facts"))
        house = self._read_house(line.get("house"))
        around = self._surroundings.get(house, NO_SURROUNDINGS)
        return Case(
            ref=_ref(line.get("ref")),
            house=house,
            facts={**around.facts, **facts},
            place=around.place,
            cues=self._read_cues(line.get("cues")),
            answers=self._read_answers(line.get("answers")),
            reactions=self._read_reactions(line.get("reactions")),
            language=facts.get(LANGUAGE_FACT),  # type: ignore[arg-type]  # a tag is a text
            at=_moment(line.get("at")) or around.now,
        )

    def _read_house(self, given: object) -> str:
        if given is None:
            if not self._houses:
                raise CaseError("missing", "'house' is missing, and there is none to fall back on")
            return self._houses[0]
        if not isinstance(given, str):
            raise CaseError("bad_value", "'house' must be a text")
        if given not in self._houses:
            _refuse_unknown("house", given, self._houses)
        return given

    def _read_facts(self, given: object) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        for id, written in _table(given, "'facts'").items() if given is not None else ():
            check = self._checks.get(id)
            if check is None:
                self._refuse_fact(id)
            if written is not None:  # null is unknown, as is a fact left out
                value = check(written)
                if value is None:
                    _refuse_value(self._facts[id], written)
                facts[id] = value
        return facts

    def _read_cues(self, given: object) -> frozenset[str]:
        if given is None:
            return frozenset()
        cues = _list(given, "'cues'")
        for cue in cues:
            if not isinstance(cue, str):
                raise CaseError("bad_value", f"'cues' holds ids, not {cue!r}")
            if cue not in self._cues:
                self._refuse_cue(cue)
        return frozenset(cues)

    def _read_answers(self, given: object) -> dict[str, int]:
        answers: dict[str, int] = {}
        for id, grade in _table(given, "'answers'").items() if given is not None else ():
            n_grades = self._grades.get(id)
            if n_grades is None:
                _refuse_unknown("question", id, self._grades)
            if grade is not None:  # a question passed over
                if type(grade) is not int or not 0 <= grade < n_grades:
                    message = f"answer to {id!r} must be a grade from 0 to {n_grades - 1}"
                    raise CaseError("bad_value", f"{message}, not {grade!r}")
                answers[id] = grade
        return answers

    def _read_reactions(self, given: object) -> tuple[OfferReaction, ...]:
        if given is None:
            return ()
        return tuple(self._read_reaction(entry) for entry in _list(given, "'reactions'"))

    def _read_reaction(self, entry: object) -> OfferReaction:
        table = _table(entry, "an entry of 'reactions'")
        for key in table:
            if key not in _REACTION_KEYS:
                _refuse_unknown("key of a reaction", key, _REACTION_KEYS)
        for key in _REACTION_KEYS:
            if table.get(key) is None:
                raise CaseError("missing", f"{key!r} of a reaction is missing")
        offer, reaction = table["offer"], table["reaction"]
        if not isinstance(offer, str) or not isinstance(reaction, str):
            raise CaseError("bad_value", "offer and reaction must be texts")
        if offer not in self._offers:
            _refuse_unknown("offer", offer, self._offers)
        if reaction not in self._reactions:
            near = did_you_mean(reaction, self._reactions)
            raise CaseError("bad_value", f"{reaction!r} is not a reaction{near}")
        return OfferReaction(offer, self._reactions[reaction])

    def _refuse_fact(self, id: str) -> NoReturn:
        if id in self._cues:
            raise CaseError("unknown_id", f"{id!r} is a cue: it belongs under 'cues'")
        _refuse_unknown("fact", id, self._checks)

    def _refuse_cue(self, id: str) -> NoReturn:
        if id in self._checks:
            raise CaseError("unknown_id", f"{id!r} is a fact: it belongs under 'facts'")
        _refuse_unknown("cue", id, self._cues)


def case_from_dict(
    data: object, catalogue: Catalogue, houses: Collection[str] | None = None
) -> Case:
    """Return the case that one line of `tact score` describes.

    For many lines keep one `CaseReader`.

    Raises
    ------
    CaseError
        Of kind `unknown_id`, `bad_value` or `missing`.
    """
    return CaseReader(catalogue, houses).read(data)


def case_to_dict(case: Case) -> dict[str, Any]:
    """Return a case as a line of `tact score`; what a line cannot say is left out."""
    written: dict[str, Any] = {
        "facts": dict(case.facts),
        "cues": sorted(case.cues),
        "answers": dict(case.answers),
        "reactions": [
            {"offer": taken.offer, "reaction": taken.reaction.value} for taken in case.reactions
        ],
        "at": case.at.isoformat() if case.at else "",
    }
    said = {key: value for key, value in written.items() if value}
    return {"ref": case.ref, "house": case.house, **said}


_KEY_SET = frozenset(KEYS)


def _check(fact: Fact) -> Check:
    if fact.kind is FactKind.YES_NO:
        return _yes_or_no
    if fact.kind is FactKind.TAG:
        return _tag
    if fact.kind is FactKind.WHOLE:
        return _count(fact)
    values = {value: value for value in fact.values}
    return lambda given: values.get(given) if isinstance(given, str) else None


def _count(fact: Fact) -> Check:
    lowest, highest, or_yes_no = fact.lowest, fact.highest, fact.or_yes_no

    def check(given: object) -> Value | None:
        if or_yes_no and (said := _yes_or_no(given)) is not None:
            return int(said)
        return given if type(given) is int and lowest <= given <= highest else None

    return check


def _yes_or_no(given: object) -> bool | None:
    if isinstance(given, bool):
        return given
    return _YES_NO.get(given) if isinstance(given, str) else None


def _tag(given: object) -> str | None:
    return given if isinstance(given, str) and _TAG.match(given) else None


def _ref(given: object) -> str:
    if given is None:
        raise CaseError("missing", "'ref' is missing")
    if not isinstance(given, str) or not given.strip():
        raise CaseError("bad_value", "'ref' must be a text, not blank")
    return given


def _moment(given: object) -> datetime | None:
    """Return a moment with its offset from UTC."""
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)  # type: ignore[arg-type]  # TypeError is caught
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        message = "'at' must be a day and time with offset, such as 2026-11-21T15:00:00+01:00"
        raise CaseError("bad_value", message)
    return moment


def _table(given: object, what: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise CaseError("bad_value", f"{what} must be an object of names and values")
    return given


def _list(given: object, what: str) -> Sequence[Any]:
    if not isinstance(given, list):
        raise CaseError("bad_value", f"{what} must be a list")
    return given


def _refuse_unknown(what: str, given: str, known: Collection[str]) -> NoReturn:
    raise CaseError("unknown_id", f"{given!r} is not a known {what}{did_you_mean(given, known)}")


def _refuse_value(fact: Fact, given: object) -> NoReturn:
    allowed = ", ".join(allowed_values(fact))
    near = did_you_mean(given, fact.values) if isinstance(given, str) else ""
    raise CaseError("bad_value", f"{fact.id!r} cannot be {given!r}{near}; allowed: {allowed}")
