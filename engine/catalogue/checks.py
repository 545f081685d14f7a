"""Everything `tact check` says of a seed folder: what is wrong, and what is not there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from engine.catalogue import required
from engine.catalogue.cues import CULTURE_FAMILY
from engine.catalogue.lint import read_lexicons
from engine.catalogue.load import read_catalogue
from engine.catalogue.near import did_you_mean
from engine.catalogue.reading import Reading
from engine.catalogue.shape import FALLBACK_LANGUAGE
from engine.catalogue.texts import marks_in, tell_gaps
from engine.catalogue.tree import read_tree, seed_folder
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact
from engine.domain.packs import Pack
from engine.domain.stays import House
from engine.domain.styles import Line, Need
from engine.errors import Problem, SeedError

FOLDERS = (
    *("cues", "rules", "questions", "offers", "styles", "packs", "houses", "words"),
    *("policies", "demo", "lint", "sensitive"),
)
"""What a seed folder is made of, beside `model.toml`."""

STAY_VALUES = frozenset({"access_code"})
"""Values that belong to one stay: only a guarded pack may mention them."""

Check = Callable[[Catalogue], Iterator[Problem]]


def check_folder(folder: Path | None = None) -> tuple[Problem, ...]:
    """Return every problem of a seed folder; none means that it is whole."""
    try:
        tree = read_tree(folder or seed_folder())
    except SeedError as error:
        return error.problems
    return check(tree)


def check(tree: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return every problem of a tree: of its form, its references, and what is missing."""
    catalogue, problems = read_catalogue(tree)
    gaps = [gap for look in CHECKS for gap in look(catalogue)] if catalogue else []
    more = Reading(tree)
    read_lexicons(tree, more)
    if catalogue:
        tell_gaps(more, catalogue)
    return (*problems, *more.problems, *stray_folders(tree), *_not_told(gaps, problems))


def stray_folders(tree: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield folders that nobody reads, most often a slip of the pen."""
    for name in sorted({PurePosixPath(path).parts[0] for path in tree if "/" in path}):
        if name not in FOLDERS:
            message = f"nobody reads this folder{did_you_mean(name, FOLDERS)}"
            yield Problem(f"{name}/", "", "", message, FOLDERS)


def missing_ids(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield the ids of the vocabulary that the seed lacks."""
    facts = [id for id, fact in catalogue.facts.items() if not fact.is_cue]
    wanted: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
        ("cues", required.FACTS, facts),
        ("cues", required.CUES, catalogue.cues),
        ("questions", required.QUESTIONS, catalogue.questions),
        ("offers", required.OFFERS, catalogue.offers),
        ("styles", required.STYLES, catalogue.styles),
        ("packs", required.PACKS, catalogue.packs),
    )
    for folder, ids, present in wanted:
        for id in ids:
            if id not in present:
                yield Problem(f"{folder}/", id, "", "is part of the vocabulary, and missing")


def broken_promises(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield facts that are scored though they never may be, and wishes that are not orders."""
    facts, questions = catalogue.facts, catalogue.questions
    for id in required.NEVER_SCORED:
        if id in facts and facts[id].is_scored:
            yield Problem(_file_of(facts[id]), id, "scored", "is never scored", ("false",))
    for id in required.CULTURE_FACTS:
        if id in facts and facts[id].family != CULTURE_FAMILY:
            message = "belongs to the culture family"
            yield Problem(_file_of(facts[id]), id, "family", message, (CULTURE_FAMILY,))
    for id in required.INSTRUCTIONS:
        told = ("instruction", "is a wish that is an order", ("true",))
        if id in facts and not facts[id].is_instruction:
            yield Problem(_file_of(facts[id]), id, *told)
        if id in questions and not questions[id].is_instruction:
            yield Problem(f"questions/{id}.toml", id, *told)


def uncovered_needs(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield the needs that the five lines of a style do not meet."""
    for style in catalogue.styles.values():
        for mode, lines in style.script.items():
            met = {need for line in lines.values() for need in line.needs}
            for need in Need:
                if need not in met:
                    key = f"script.{mode.value}"
                    message = f"meets no need for {need.value}"
                    yield Problem(f"styles/{style.id}.toml", style.id, key, message)


def shared_keys(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield cues that want the same place on the desk."""
    places: dict[int, Fact] = {}
    for cue in catalogue.cues.values():
        if cue.key and cue.key in places:
            message = f"{cue.key} is the place of {places[cue.key].id}"
            yield Problem(_file_of(cue), cue.id, "key", message)
        places.setdefault(cue.key, cue)


def unknown_values(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what packs mention and a house does not tell."""
    for pack in catalogue.packs.values():
        for house in catalogue.houses.values():
            known = values_of(house)
            for mark in sorted(_mentioned(pack) - known - STAY_VALUES):
                near = did_you_mean(mark, known)
                message = f"is mentioned by pack {pack.id}, and {house.id} does not tell it{near}"
                yield Problem(f"houses/{house.id}.toml", house.id, f"values.{mark}", message)


def untranslated_packs(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield pages that a language lacks: guests read them in the first one meanwhile."""
    for pack in catalogue.packs.values():
        for language in catalogue.languages:
            if language not in pack.body and FALLBACK_LANGUAGE in pack.body:
                yield Problem(f"packs/{pack.id}/{language}.md", pack.id, "", "is not translated")


def open_codes(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield packs that would show a code to everybody who can read the page."""
    for pack in catalogue.packs.values():
        for mark in sorted(_mentioned(pack) & STAY_VALUES):
            if not pack.is_guarded:
                message = f"a pack that mentions {{{mark}}} is guarded"
                yield Problem(f"packs/{pack.id}/pack.toml", pack.id, "guarded", message, ("true",))


def values_of(house: House) -> frozenset[str]:
    """Return the values that every unit of a house can tell, by itself or by the house."""
    of_units = [frozenset(unit.values) for unit in house.units]
    in_all_units = frozenset.intersection(*of_units) if of_units else frozenset()
    return in_all_units | frozenset(house.values)


def unknown_languages(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield languages that a house speaks and the seed does not."""
    for house in catalogue.houses.values():
        for language in house.languages:
            if language not in catalogue.languages:
                message = f"there is no words/{language}.toml"
                at = (f"houses/{house.id}.toml", house.id, "languages")
                yield Problem(*at, message, catalogue.languages)


def unknown_topics(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield topics that no offer and no question stands for, and offers filed elsewhere."""
    known = (*catalogue.offers, *catalogue.questions)
    for offer in catalogue.offers.values():
        if offer.topic != offer.id:
            message = "the topic of an offer is the offer itself"
            yield Problem(f"offers/{offer.id}.toml", offer.id, "topic", message, (offer.id,))
    said = [(f"questions/{q.id}.toml", q.id, q.topic) for q in catalogue.questions.values()]
    said += [(f"packs/{p.id}/pack.toml", p.id, p.topic) for p in catalogue.packs.values()]
    said += [(file, id, topic) for file, id, line in _lines(catalogue) for topic in line.topics]
    for file, id, topic in said:
        if topic and topic not in known:
            yield Problem(file, id, "topic", f"{topic!r} is no topic{did_you_mean(topic, known)}")


def words_that_insist(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield styles that would have no other word where the guest has closed what they raise."""
    quietest = next(iter(catalogue.styles), "")
    for file, id, line in _lines(catalogue):
        if id == quietest and line.topics:
            yield Problem(file, id, "topics", "the quietest style raises nothing", ("[]",))
    for style in catalogue.styles.values():
        if style.topics and not (style.verb_otherwise and style.guest_text_otherwise):
            at = (f"styles/{style.id}.toml", style.id, "topics")
            yield Problem(*at, "needs verb_otherwise and guest_text_otherwise")


def _lines(catalogue: Catalogue) -> Iterator[tuple[str, str, Line]]:
    for style in catalogue.styles.values():
        for stages in style.script.values():
            yield from ((f"styles/{style.id}.toml", style.id, line) for line in stages.values())


CHECKS: tuple[Check, ...] = (
    unknown_topics,
    words_that_insist,
    missing_ids,
    broken_promises,
    uncovered_needs,
    shared_keys,
    unknown_values,
    untranslated_packs,
    open_codes,
    unknown_languages,
)
"""What a whole seed keeps, beyond what can be loaded at all."""


def _file_of(fact: Fact) -> str:
    return f"cues/{fact.family}.toml"


def _mentioned(pack: Pack) -> frozenset[str]:
    return frozenset().union(*map(marks_in, pack.body.values()))


def _not_told(gaps: list[Problem], problems: list[Problem]) -> list[Problem]:
    """Return the gaps without things that are there and broken: those are told already."""
    broken = {problem.id for problem in problems if problem.id}
    return [gap for gap in gaps if gap.key or gap.id not in broken]
