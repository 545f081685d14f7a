"""What a learning run noticed beside the weights: a challenger's gap, and rules that are missing.

Both are told and nothing more: nobody is advised by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.audit.challenger import Challenge, challenge
from engine.audit.gates import earlier_and_latest
from engine.audit.lessons import Lesson
from engine.audit.suggestions import Suggestion, Suggestions, in_words, suggest
from engine.catalogue.rules import rule_to_dict
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned
from engine.inference.stats import Stats

DIGITS = 4
"""Digits told; more would only be noise."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What was noticed."""

    challenge: Challenge
    suggestions: Suggestions
    catalogue: Catalogue
    """Whose words a situation is told in."""


def hints_of(
    stats: Stats, adviser: Adviser, lesson: Lesson, before: Learned | None = None
) -> Hints:
    """Compare the rules with trees and look for rules that are missing.

    Parameters
    ----------
    stats : Stats
        Of one house.
    adviser : Adviser
        In force.
    lesson : Lesson
        What all these stays taught.
    before : Learned, optional
        What they taught without the latest weeks; the owner's own numbers where nothing was tried.
    """
    catalogue, rules = adviser.catalogue, adviser.rule_set
    told = challenge(*earlier_and_latest(stats), Adviser(catalogue, rules, before))
    return Hints(told, suggest(stats, adviser, lesson), catalogue)


def hints_to_dict(hints: Hints) -> dict[str, Any]:
    """Return the keys `challenger` and `suggestions` of a run's document."""
    told, found = hints.challenge, hints.suggestions
    challenger = {
        "question": told.question or None,
        "taught": told.n_taught,
        "stays": told.n,
        "rules_loss": _rounded(told.ours),
        "trees_loss": _rounded(told.trees),
        "gap": _rounded(told.gap),
        "gap_sd": _rounded(told.error),
        "outcome": told.outcome.value,
        "detail": told.words,
    }
    suggestions = {
        "stays": found.n_stays,
        "tried": found.n_tried,
        "detail": found.words,
        "rules": [_suggestion_to_dict(each, hints.catalogue) for each in found.shown],
    }
    return {"challenger": challenger, "suggestions": suggestions}


def hints_in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say both, line by line; a run from before they were told says nothing."""
    challenger, suggestions = document.get("challenger"), document.get("suggestions")
    if challenger:
        yield f"{'ALARM ' if challenger['outcome'] == 'gap' else ''}{challenger['detail']}"
    if suggestions:
        yield suggestions["detail"]
        yield from (f"SUGGESTED {rule['words']}" for rule in suggestions["rules"])


def _suggestion_to_dict(told: Suggestion, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": told.rule.id,
        "weight": _rounded(told.weight),
        "sd": _rounded(told.sd),
        # A chance of 1e-9 must not round to none at all.
        "chance": float(f"{told.chance:.2e}"),
        "holds": told.n_holds,
        "fails": told.n_fails,
        "words": in_words(told, catalogue),
        "rule": rule_to_dict(told.rule),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
