"""The same advice in the style that a stay was assigned, or as a house serves without advice."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from engine.decision.advise import MOST_ALTERNATIVES, Adviser
from engine.decision.guardrails import guard
from engine.decision.packing import PackTable
from engine.decision.script import script_of
from engine.decision.situation import Situation
from engine.domain.advice import Advice, Recommendation
from engine.domain.catalogue import Catalogue
from engine.domain.exploration import Exploring
from engine.domain.stays import Case


def served_as(
    adviser: Adviser, case: Case, said: Recommendation, exploring: Exploring
) -> Recommendation:
    """Return the advice as it is given to a stay that has a part in exploration.

    Belief, guardrails, instructions, closed topics and what every guest must know stay as they
    are; only the style, and what follows from it, is the assigned one. Under usual service no
    advice is left: no question, nothing to watch, no reason, and the other styles are the
    neighbours of the usual one, whatever they are worth.

    Parameters
    ----------
    adviser : Adviser
        That gave the advice.
    case : Case
        The stay.
    said : Recommendation
        Its best advice.
    exploring : Exploring
        With a style that no guardrail has taken away.

    Returns
    -------
    Recommendation
        `said` itself where the best style was assigned.
    """
    style = exploring.assignment.style
    shown = said if style == said.style else _in_style(adviser, case, said, style)
    return _without_advice(adviser, shown) if exploring.is_usual_service else shown


def _in_style(adviser: Adviser, case: Case, said: Recommendation, style: str) -> Recommendation:
    situation = Situation(case, adviser.catalogue)
    options = guard(situation, adviser.everything)
    others = [other for other in said.expected if other != style]
    return replace(
        said,
        style=style,
        alternatives=tuple(others[:MOST_ALTERNATIVES]),
        packs=_packs_of(adviser).choose(options.packs, style, situation.facts),
        script=script_of(situation, style),
        may_use_device=style in options.device_styles,
    )


def _without_advice(adviser: Adviser, said: Recommendation) -> Recommendation:
    return replace(
        said,
        advice=Advice.ACT,
        question=None,
        offer=None,
        reasons=(),
        alternatives=_neighbours(adviser.catalogue, said),
    )


def _neighbours(catalogue: Catalogue, said: Recommendation) -> tuple[str, ...]:
    """Styles next to the one served, the quieter first; those of the advice where none is open."""
    styles = list(catalogue.styles)
    place = styles.index(said.style)
    beside = [styles[k] for k in (place - 1, place + 1) if 0 <= k < len(styles)]
    return tuple(style for style in beside if style in said.expected) or said.alternatives


@lru_cache(maxsize=16)
def _packs_of(adviser: Adviser) -> PackTable:
    """Packs of the catalogue, made ready once for each adviser."""
    return PackTable(adviser.catalogue.packs.values())
