"""Stays as JSON lines in, advice as JSON lines out: for pipelines, and it never writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.catalogue.case import CaseReader, Surroundings, advice_to_dict
from engine.decision.advise import Adviser
from engine.decision.script import with_name
from engine.domain.advice import Recommendation
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned
from engine.domain.stays import House, Place
from engine.errors import CaseError
from engine.usecases.advice.advising import house_facts


@dataclass
class Scorer:
    """Scores one line after the other.

    Parameters
    ----------
    adviser : Adviser
        The rules in force, with the owner's own numbers.
    houses : mapping of str to House
        Houses that a line may name, the default one first.
    now : datetime
        Used where a line does not say when, with time zone.
    learned : mapping of str to Learned, optional
        The run in force of each house that has one; it advises that house and no other.
    """

    adviser: Adviser
    houses: Mapping[str, House]
    now: datetime
    learned: Mapping[str, Learned] = field(default_factory=dict)
    n_refused: int = 0

    def __post_init__(self) -> None:
        around = {id: self._around(house) for id, house in self.houses.items()}
        self._reader = CaseReader(self.catalogue, tuple(self.houses), around)
        self._advisers: dict[str, Adviser] = {}
        # what is written was made here and holds no circle
        encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)
        self._encode = encoder.encode

    @property
    def catalogue(self) -> Catalogue:
        """What the lines may name."""
        return self.adviser.catalogue

    def score(self, lines: Iterable[str | bytes]) -> Iterator[str]:
        """Give one line of advice, or of error, for each line that is not blank, in order."""
        for number, line in enumerate(lines, start=1):
            if number == 1:
                line = _without_mark(line)  # noqa: PLW2901  # some systems begin a file with a mark
            if line.strip():
                yield self._encode(self._score_line(line, number))

    def _score_line(self, line: str | bytes, number: int) -> dict[str, Any]:
        ref: dict[str, str] = {}
        try:
            data = parse(line)
            if isinstance(data, dict) and isinstance(data.get("ref"), str):
                ref = {"ref": data["ref"]}
            case = self._reader.read(data)
            return spoken(self._adviser_of(case.house).recommend(case))
        except CaseError as error:
            self.n_refused += 1
            told = {"kind": error.kind, "message": error.message}
            return {**ref, "line": number, "error": told}

    def _adviser_of(self, house: str) -> Adviser:
        """Return the adviser of a house, made ready at its first line."""
        if house not in self._advisers:
            learned, rules = self.learned.get(house), self.adviser.rule_set
            taught = Adviser(self.catalogue, rules, learned) if learned else self.adviser
            self._advisers[house] = taught
        return self._advisers[house]

    def _around(self, house: House) -> Surroundings:
        """Facts, place and time of a house; a line names no unit."""
        now = self.now.astimezone(ZoneInfo(house.time_zone))
        return Surroundings(house_facts(house, None), Place.of(house, None), now)


@lru_cache(maxsize=4096)
def nameless(text: str) -> str:
    """Leave the name out of a line; there are few lines and many stays."""
    return with_name(text, None)


def spoken(recommendation: Recommendation) -> dict[str, Any]:
    """Write a recommendation as `tact score` does: no name is known, so none is said."""
    script = {stage: nameless(text) for stage, text in recommendation.script.items()}
    return advice_to_dict(recommendation, script)


def _without_mark(line: str | bytes) -> str | bytes:
    return line.removeprefix(b"\xef\xbb\xbf") if isinstance(line, bytes) else line.lstrip("\ufeff")


def parse(line: str | bytes) -> Any:
    """Read one line of JSON, refusing what JSON forbids and what hides a value.

    Raises
    ------
    CaseError
        Of kind `json`: not UTF-8, not JSON, NaN or infinity, a name given twice, too deep.
    """
    try:
        data = _DECODER.decode(line if isinstance(line, str) else line.decode("utf-8"))
        _refuse_halves(data, line)
        return data
    except RecursionError:
        raise CaseError("json", "nested too deep") from None
    except ValueError as error:
        raise CaseError("json", f"not JSON: {error}") from None


def _refuse_halves(data: Any, line: str | bytes) -> None:
    """Refuse half a character: JSON can escape one, and nothing can write it again."""
    if (b"\\u" if isinstance(line, bytes) else "\\u") in line:  # type: ignore[operator]  # as line
        json.dumps(data, ensure_ascii=False).encode("utf-8")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return table


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant)
