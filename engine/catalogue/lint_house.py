"""The script lint over the texts of one house: values, what staff grant, lines to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.catalogue.lint import Lexicon, Warned, lint
from engine.domain.stays import House, Unit


@dataclass(frozen=True, slots=True)
class HouseText:
    """One text that a house tells by itself."""

    unit: str
    """Code of the room or cabin; empty for the house as a whole."""
    key: str
    """A value of the house such as `breakfast_hours`; of a unit `must_know_1` or
    `value.access_code`."""
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class WarnedText:
    """One such text with a word to look at again."""

    place: HouseText
    warned: Warned


def texts_of_house(house: House) -> Iterator[HouseText]:
    """Yield each text of a house and its units; names, codes and addresses are none."""
    for key, texts in house.values.items():
        for language, text in texts.items():
            yield HouseText("", key, language, text)
    for unit in house.units:
        yield from _texts_of_unit(house, unit)


def _texts_of_unit(house: House, unit: Unit) -> Iterator[HouseText]:
    for number, line in enumerate(unit.must_know, start=1):
        for language, text in line.items():
            yield HouseText(unit.code, f"must_know_{number}", language, text)
    for key, text in unit.values.items():  # one text for whoever reads it, in any language
        for language in house.languages:
            yield HouseText(unit.code, f"value.{key}", language, text)


def lint_house(house: House, lexicons: Mapping[str, Lexicon]) -> tuple[WarnedText, ...]:
    """Return every warning about the texts of a house, in the order of `texts_of_house`."""
    return tuple(
        WarnedText(place, warned)
        for place in texts_of_house(house)
        for warned in lint(place.text, lexicons.get(place.language, ()))
    )
