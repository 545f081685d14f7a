"""From a tree to the catalogue: everything the engine knows about a trade, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.catalogue.cues import read_facts
from engine.catalogue.houses import read_houses
from engine.catalogue.model import read_model
from engine.catalogue.offers import read_offers
from engine.catalogue.packs import read_packs
from engine.catalogue.privacy import read_privacy
from engine.catalogue.questions import read_questions
from engine.catalogue.reading import Reading
from engine.catalogue.rules import read_rules
from engine.catalogue.sensitive import read_sensitive
from engine.catalogue.styles import read_styles
from engine.catalogue.texts import tell_texts
from engine.catalogue.tree import read_tree, seed_folder, version_of
from engine.catalogue.words import read_words
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact
from engine.domain.questions import Grade
from engine.errors import Problem, SeedError


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read and check the seed folder.

    Parameters
    ----------
    folder : Path, optional
        Default: `seed_folder()`.

    Raises
    ------
    SeedError
        With every problem found.
    """
    return catalogue_from(read_tree(folder or seed_folder()))


def catalogue_from(tree: Mapping[str, Any]) -> Catalogue:
    """Build the catalogue of a tree, just read or stored long ago.

    What only the vocabulary asks for, such as an id that connectors rely on, is told by
    `engine.catalogue.checks.check` and does not stand in the way here.

    Raises
    ------
    SeedError
        With every problem found.
    """
    catalogue, problems = read_catalogue(tree)
    if catalogue is None or problems:
        raise SeedError(problems)
    return catalogue


def read_catalogue(tree: Mapping[str, Any]) -> tuple[Catalogue | None, list[Problem]]:
    """Return what could be read, and everything that is wrong with it.

    The catalogue is None where `model.toml` cannot be read: nothing works without it.
    """
    reading = Reading(tree)
    model = read_model(reading)
    facts = read_facts(reading)
    limit = model.prior.culture_weight_limit if model else math.inf
    rules = read_rules(reading, facts, culture_limit=limit)
    words = read_words(reading)
    parts = {
        "questions": read_questions(reading),
        "offers": read_offers(reading),
        "styles": read_styles(reading),
        "packs": read_packs(reading, facts),
        "houses": read_houses(reading, words),
        "privacy": read_privacy(reading),
        "sensitive": read_sensitive(reading),
    }
    if model is None:
        return None, reading.problems
    catalogue = Catalogue(
        version=version_of(tree),
        model=model,
        facts=facts,
        rules=rules,
        words=words,
        languages=tuple(words),
        **parts,  # type: ignore[arg-type]  # one reader per field, named as the field
    )
    _tell_references(reading, catalogue)
    tell_texts(reading, catalogue)
    return catalogue, reading.problems


def _tell_references(reading: Reading, catalogue: Catalogue) -> None:
    for offer in catalogue.offers.values():
        at = (f"offers/{offer.id}.toml", offer.id, "styles")
        reading.must_know("style", offer.styles, catalogue.styles, at)
    for pack in catalogue.packs.values():
        at = (f"packs/{pack.id}/pack.toml", pack.id, "styles")
        reading.must_know("style", pack.styles, catalogue.styles, at)
    for fact in catalogue.facts.values():
        _tell_bounds(reading, fact, catalogue, (f"cues/{fact.family}.toml", fact.id, "style"))
    for question in catalogue.questions.values():
        for grade in question.grades:
            at = (f"questions/{question.id}.toml", question.id, "grade")
            _tell_bounds(reading, grade, catalogue, at)
    for house in catalogue.houses.values():
        at = (f"houses/{house.id}.toml", house.id, "usual_style")
        reading.must_know("style", [house.usual_style], catalogue.styles, at)


def _tell_bounds(
    reading: Reading, word: Fact | Grade, catalogue: Catalogue, at: tuple[str, str, str]
) -> None:
    bounds = [style for style in (word.most_style, word.least_style) if style]
    reading.must_know("style", bounds, catalogue.styles, at)
