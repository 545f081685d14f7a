"""What can be wrong with the fields of a question, style or pack, said at the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.catalogue.checks import CHECKS, unknown_values, untranslated_packs
from engine.catalogue.edits import BODY, FORGETTING, NUMBERS, PLACES, STYLES
from engine.catalogue.load import read_catalogue
from engine.catalogue.texts import SCRIPT_PLACEHOLDERS, UNIT_FORMS, marks_in
from engine.domain.catalogue import Catalogue
from engine.errors import Problem
from engine.sentences import Sentence

LONGEST_TEXT = 1_000
"""Characters of a sentence or two."""
LONGEST_PAGE = 20_000
"""Characters of a page: more than anybody reads."""
LEAST_TELLING, MOST_TELLING = 0.01, 10.0
"""Of how much a question tells; the limits of the seed."""
FURTHEST = 10.0
"""Standard deviations of guests: beyond it a threshold parts nobody from nobody."""

LEAST_REMAINS, MOST_REMAINS = 0.5, 0.98
"""Of a memory after one year. Below half, hardly anything is left when a guest comes again: then
it is more honest not to remember her. Above .98 a fifth is not gone in ten years, and people change
by more than that."""

NOT_OF_OWNERS = (unknown_values, untranslated_packs)
"""What a shipped seed must keep; an owner may fill in values and translations later."""

Fields = Mapping[str, Any]


def faults(
    thing: str, told: Fields, before: Fields, languages: Sequence[str]
) -> tuple[Problem, ...]:
    """Return what is wrong with the fields of a thing, each at its field.

    A text that stays as it was `before` may lag behind the first language: it is told as outdated
    where it stands, and an owner who writes two languages need not write ten.
    """
    texts = _text_faults(thing, told, before, languages)
    return (*texts, *_number_faults(told), *_forgetting_faults(told))


def _text_faults(
    thing: str, told: Fields, before: Fields, languages: Sequence[str]
) -> Iterator[Problem]:
    for group in text_groups(told):
        model = str(told[f"{group}.{languages[0]}"] or "")
        for language in languages:
            text, name = told.get(f"{group}.{language}"), f"{group}.{language}"
            may_lack = group == BODY and language != languages[0]
            if text is None or not text.strip():
                yield from () if may_lack else (_wrong(name, "A text is needed here."),)
            else:
                is_old = text == before.get(name)
                yield from _words_faults(thing, name, text, text if is_old else model)


def text_groups(told: Iterable[str]) -> tuple[str, ...]:
    """Return the names of all texts without their language, each once, in order."""
    texts = [name for name in told if name not in (*NUMBERS, *PLACES) and "." in name]
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in texts))


def _words_faults(thing: str, name: str, text: str, model: str) -> Iterator[Problem]:
    most = LONGEST_PAGE if name.startswith(f"{BODY}.") else LONGEST_TEXT
    if len(text) > most:
        yield _wrong(name, Sentence("At most {most} characters fit here.", most=most))
    if marks(text) != marks(model):
        names = ", ".join(f"{{{mark}}}" for mark in sorted(marks(text) ^ marks(model)))
        yield _wrong(
            name, Sentence("This is not mentioned in all languages alike: {names}.", names=names)
        )
    if thing.startswith(f"{STYLES}/"):
        yield from _spoken_faults(name, text)


def _spoken_faults(name: str, text: str) -> Iterator[Problem]:
    if re.search(r"[{}]", re.sub(r"\{[a-z][a-z0-9_]*\}", "", text)):
        yield _wrong(name, "A brace is without its partner.")
    for mark in sorted(marks_in(text) - set(SCRIPT_PLACEHOLDERS)):
        allowed = tuple(f"{{{known}}}" for known in SCRIPT_PLACEHOLDERS)
        yield _wrong(name, Sentence("Nothing is called {name} here.", name=f"{{{mark}}}"), *allowed)


def marks(text: str) -> frozenset[str]:
    """Return the names in braces; forms of the unit count as one, as languages differ there."""
    return frozenset("to_unit" if mark in UNIT_FORMS[1:] else mark for mark in marks_in(text))


def _number_faults(told: Fields) -> Iterator[Problem]:
    if "thresholds" not in told:
        return
    if not LEAST_TELLING <= told["discrimination"] <= MOST_TELLING:
        limits = Sentence("{least} to {most}", least=LEAST_TELLING, most=MOST_TELLING)
        yield _wrong("discrimination", "This number does not fit.", limits)
    before = -FURTHEST
    for place, number in enumerate(told["thresholds"]):
        if not -FURTHEST <= number <= FURTHEST:
            limits = Sentence("{least} to {most}", least=-FURTHEST, most=FURTHEST)
            yield _wrong(f"thresholds.{place}", "This number does not fit.", limits)
        elif place and number <= before:
            yield _wrong(f"thresholds.{place}", "Each number must be larger than the one before.")
        before = number


def _forgetting_faults(told: Fields) -> Iterator[Problem]:
    if FORGETTING in told and not LEAST_REMAINS <= told[FORGETTING] <= MOST_REMAINS:
        least, most = (f"{100 * share:g}" for share in (LEAST_REMAINS, MOST_REMAINS))
        limits = Sentence("{least} to {most}", least=least, most=most)
        yield _wrong(FORGETTING, "This number does not fit.", limits)


def _wrong(key: str, message: str, *allowed: str) -> Problem:
    return Problem(file="", id="", key=key, message=message, allowed=allowed)


def checked(
    tree: Mapping[str, Any], shipped: Mapping[str, Any]
) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Read a tree and return it with all that the shipped one was not told of: the net below."""
    catalogue, told = _told(tree)
    _, known = _told(shipped)
    return catalogue, tuple(problem for problem in told if problem not in known)


def _told(tree: Mapping[str, Any]) -> tuple[Catalogue | None, list[Problem]]:
    catalogue, problems = read_catalogue(tree)
    looks = [look for look in CHECKS if look not in NOT_OF_OWNERS] if catalogue else []
    gaps = [gap for look in looks for gap in look(catalogue)] if catalogue else []
    return catalogue, [*problems, *gaps]
