"""What is kept of a recommendation: its inputs, exactly, so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.domain.advice import Recommendation
from engine.domain.axis import Trait
from engine.domain.exploration import Arm, Assignment, Draw, Exploration, Exploring
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case, Place
from engine.domain.styles import Stage


def advice_to_dict(
    recommendation: Recommendation, script: Mapping[Stage, str] | None = None
) -> dict[str, Any]:
    """Return what `tact score` writes for one stay, its script as it is or as given."""
    belief, versions = recommendation.belief, recommendation.versions
    return {
        "ref": recommendation.ref,
        "belief": {"mean": belief.mean, "sd": belief.sd, "p_contact": belief.p_contact},
        "advice": recommendation.advice.value,
        "style": recommendation.style,
        "alternatives": list(recommendation.alternatives),
        "question": recommendation.question,
        "packs": list(recommendation.packs),
        "script": {stage.value: text for stage, text in (script or recommendation.script).items()},
        "reasons": [{"key": why.key, "shift": why.shift} for why in recommendation.reasons],
        "closed": list(recommendation.closed),
        "instructions": list(recommendation.instructions),
        "versions": {
            "rules": versions.rules,
            "model": versions.model,
            "seed": versions.seed,
            "tact": versions.tact,
        },
    }


def recommendation_to_dict(
    recommendation: Recommendation, exploring: Exploring | None = None
) -> dict[str, Any]:
    """Return all of a recommendation; what goes beyond `tact score` stands under `more`.

    With a part in exploration the arm, the odds of every style and the cost stand there too, and
    where the guest's own word ended it, the arm that she `left`.
    """
    return {
        **advice_to_dict(recommendation),
        "more": {
            "offer": recommendation.offer,
            "expected": dict(recommendation.expected),
            "must_know": list(recommendation.must_know),
            "may_use_device": recommendation.may_use_device,
            "is_short_now": recommendation.is_short_now,
            "helps": list(recommendation.helps),
            **(_chance(exploring) if exploring else {}),
        },
    }


def _chance(exploring: Exploring) -> dict[str, Any]:
    given = exploring.assignment
    told = {"arm": given.arm.value, "odds": dict(given.odds), "cost": given.cost}
    return told | ({"left": exploring.left.value} if exploring.left else {})


EXPLORING = "exploring"
"""Where the inputs hold what an assignment was drawn from; absent where nothing is explored."""


def case_inputs(case: Case, exploring: Exploring | None = None) -> dict[str, Any]:
    """Return all of a case as JSON can hold it, to be kept with a recommendation."""
    return {
        "ref": case.ref,
        "house": case.house,
        "facts": dict(case.facts),
        "cues": sorted(case.cues),
        "answers": dict(case.answers),
        "reactions": [
            [taken.offer, taken.reaction.value, taken.is_own_free_word] for taken in case.reactions
        ],
        "reopened": sorted(case.reopened),
        "set_aside": sorted(case.set_aside),
        "asked": sorted(case.asked),
        "has_stopped": case.has_stopped,
        "is_arrived": case.is_arrived,
        "arrived_at": case.arrived_at.isoformat() if case.arrived_at else None,
        "unit": case.unit,
        "place": _place_inputs(case.place) if case.place else None,
        "language": case.language,
        "trait": [case.trait.mean, case.trait.variance],
        "at": case.at.isoformat() if case.at else None,
        **({EXPLORING: _drawn_from(exploring)} if exploring else {}),
    }


def _drawn_from(exploring: Exploring) -> dict[str, Any]:
    """Return what the assignment was drawn from, else the assignment itself."""
    if exploring.draw is not None:
        return {"draw": asdict(exploring.draw)}
    return {"assignment": asdict(exploring.assignment), "left": exploring.left}


def exploring_from_inputs(inputs: Mapping[str, Any]) -> Draw | Exploring | None:
    """Return the part in exploration that was kept, or what to draw it from again."""
    kept = inputs.get(EXPLORING)
    if kept is None:
        return None
    if "draw" in kept:
        draw = kept["draw"]
        return Draw(Exploration(**draw["settings"]), draw["usual"], draw["spent"])
    given, left = kept["assignment"], Arm(kept["left"]) if kept["left"] else None
    return Exploring(Assignment(**{**given, "arm": Arm(given["arm"])}), left=left)


def case_from_inputs(inputs: Mapping[str, Any]) -> Case:
    """Return the case that was kept; the opposite of `case_inputs`."""
    own = {key: value for key, value in inputs.items() if key != EXPLORING}
    sets = {key: frozenset(inputs[key]) for key in ("cues", "reopened", "set_aside", "asked")}
    reactions = (
        OfferReaction(offer, Reaction(reaction), is_own)
        for offer, reaction, is_own in inputs["reactions"]
    )
    return Case(
        **{
            **own,
            **sets,
            "reactions": tuple(reactions),
            "place": _place(inputs["place"]) if inputs["place"] else None,
            "trait": Trait(*inputs["trait"]),
            "at": _moment(inputs["at"]),
            "arrived_at": _moment(inputs["arrived_at"]),
        }
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _place_inputs(place: Place) -> dict[str, Any]:
    return {
        "house_name": place.house_name,
        "languages": list(place.languages),
        "quiet_hours": list(place.quiet_hours),
        "unit_kind": place.unit_kind,
        "must_know": [dict(texts) for texts in place.must_know],
    }


def _place(inputs: Mapping[str, Any]) -> Place:
    frozen = {key: tuple(inputs[key]) for key in ("languages", "quiet_hours", "must_know")}
    return Place(**{**inputs, **frozen})
