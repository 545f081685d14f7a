"""Texts: there in every language, with the same placeholders in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from string import Formatter

from engine.catalogue.reading import Reading
from engine.catalogue.shape import FALLBACK_LANGUAGE, unknown
from engine.catalogue.translations import FOLDER, text_places
from engine.domain.catalogue import Catalogue

UNIT_FORMS = ("name", "to_unit", "your_unit", "in_unit")
"""How the trade word of a kind of unit is said."""

SCRIPT_PLACEHOLDERS = ("guest", "house", "to_unit", "your_unit", "in_unit", "must_know")
"""What a line of a script may mention; numbers of rooms are never spoken."""

_NO_CATALOGUE = ("demo", "words", FOLDER)
"""Folders whose tables hold no texts by language."""

_MARK = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def tell_texts(reading: Reading, catalogue: Catalogue) -> None:
    """Tell every text that could not be said as it stands."""
    for file, data in _content(reading):
        for id, key, texts in text_tables(data):
            if PurePosixPath(file).parts[0] == "styles":
                for language, text in texts.items():
                    _tell_script(reading, text, (file, id, f"{key}.{language}"))
    for file, strange in reading.tree.items():
        if PurePosixPath(file).parts[0] == FOLDER:
            _tell_strange(reading, file, strange)
    for language, words in catalogue.words.items():
        for key, text in words.items():
            if not _is_well_formed(text):
                at = (f"words/{language}.toml", "", key)
                reading.tell(*at, "has a brace without its partner")
    _tell_unit_kinds(reading, catalogue)


def _content(reading: Reading) -> Iterator[tuple[str, Mapping[str, object]]]:
    for file, data in reading.tree.items():
        if isinstance(data, Mapping) and PurePosixPath(file).parts[0] not in _NO_CATALOGUE:
            yield file, data


def tell_gaps(reading: Reading, catalogue: Catalogue) -> None:
    """Tell every text that a language lacks, or that mentions something else there.

    A shipped seed has none. A language that is being written has many, and an owner who changes
    one language has some until the others follow; guests read the fallback language there.
    """
    for file, data in _content(reading):
        for id, key, texts in text_tables(data):
            _tell_text(reading, texts, catalogue.languages, (file, id, key))
    for pack in catalogue.packs.values():
        _tell_body(reading, pack.id, pack.body)
    _tell_words(reading, catalogue)


def _tell_strange(reading: Reading, file: str, strange: Mapping[str, object]) -> None:
    """Tell the texts of a file of translations that stand nowhere in the content."""
    known = [".".join(place) for place, _ in text_places(reading.tree)]
    for key in strange:
        reading.tell(file, "", key, unknown("text", key, known))


def text_tables(
    value: object, id: str = "", key: str = ""
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield id of the thing, key and texts of every table that holds one text per language."""
    if isinstance(value, Mapping):
        if _is_texts(value):
            yield id, key, value
            return
        here, below = (str(value["id"]), "") if "id" in value else (id, key)
        for name, inner in value.items():
            yield from text_tables(inner, here, f"{below}.{name}".strip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from text_tables(inner, id, f"{key}.{place}")


def marks_in(text: str) -> frozenset[str]:
    """Return the names in braces that `text` mentions."""
    return frozenset(_MARK.findall(text))


def _is_texts(table: Mapping[str, object]) -> bool:
    is_all_text = all(isinstance(text, str) for text in table.values())
    return FALLBACK_LANGUAGE in table and is_all_text


def _tell_text(
    reading: Reading, texts: Mapping[str, str], languages: Sequence[str], at: tuple[str, str, str]
) -> None:
    file, id, key = at
    for language in languages:
        if language not in texts:
            reading.tell(file, id, f"{key}.{language}", "is not translated")
    for language, text in texts.items():
        _tell_marks(reading, text, texts[FALLBACK_LANGUAGE], (file, id, f"{key}.{language}"))


def _tell_script(reading: Reading, text: str, at: tuple[str, str, str]) -> None:
    if not _is_well_formed(text):
        reading.tell(*at, "has a brace without its partner")
    reading.must_know("placeholder", sorted(marks_in(text)), SCRIPT_PLACEHOLDERS, at)


def _tell_marks(reading: Reading, text: str, model: str, at: tuple[str, str, str]) -> None:
    """Tell where a translation mentions other things than the fallback language."""
    wanted, given = _comparable(model), _comparable(text)
    if given != wanted:
        names = ", ".join(f"{{{name}}}" for name in sorted(given ^ wanted))
        reading.tell(*at, f"mentions other things than {FALLBACK_LANGUAGE}: {names}")


def _comparable(text: str) -> frozenset[str]:
    """Return the marks; forms of the unit count as one, since languages put it differently."""
    return frozenset("unit" if mark in UNIT_FORMS[1:] else mark for mark in marks_in(text))


def _tell_body(reading: Reading, id: str, body: Mapping[str, str]) -> None:
    """Tell where pages differ; one that is not written yet is told in the fallback language."""
    model = body.get(FALLBACK_LANGUAGE, "")
    for language, text in body.items():
        _tell_marks(reading, text, model, (f"packs/{id}/{language}.md", id, ""))


def _tell_words(reading: Reading, catalogue: Catalogue) -> None:
    model = catalogue.words.get(FALLBACK_LANGUAGE, {})
    for language, words in catalogue.words.items():
        file = f"words/{language}.toml"
        for key in model.keys() - words.keys():
            reading.tell(file, "", key, "is not translated")
        for key in words.keys() - model.keys():
            told = unknown("word", key, model)
            reading.tell(file, "", key, told)
        for key in model.keys() & words.keys():
            _tell_marks(reading, words[key], model[key], (file, "", key))


def _tell_unit_kinds(reading: Reading, catalogue: Catalogue) -> None:
    kinds = {unit.kind for house in catalogue.houses.values() for unit in house.units}
    for language, words in catalogue.words.items():
        for key in (f"unit.{kind}.{form}" for kind in sorted(kinds) for form in UNIT_FORMS):
            if key not in words:
                reading.tell(
                    f"words/{language}.toml", "", key, "is missing: a house has such units"
                )


def _is_well_formed(text: str) -> bool:
    try:
        list(Formatter().parse(text))
    except ValueError:
        return False
    return True
