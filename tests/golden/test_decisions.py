"""Guests described in words: what the engine decides, and what it must decide.

`make golden` writes `decisions.json` anew; the diff is then read like any other change.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.domain.advice import Recommendation
from tests.conftest import Recommend

HERE = Path(__file__).parent
GUESTS = tomllib.loads((HERE / "guests.toml").read_text(encoding="utf-8"))["guest"]
DECISIONS = HERE / "decisions.json"
TOLD = ("facts", "cues", "answers", "reactions")


def decision(said: Recommendation) -> dict[str, Any]:
    """The part of a recommendation that is kept as golden."""
    return {
        "mean": round(said.belief.mean, 3),
        "sd": round(said.belief.sd, 3),
        "advice": said.advice.value,
        "style": said.style,
        "alternatives": list(said.alternatives),
        "question": said.question,
        "offer": said.offer,
        "packs": list(said.packs),
        "reasons": [[why.key, round(why.shift, 3)] for why in said.reasons],
        "closed": list(said.closed),
        "instructions": list(said.instructions),
        "script": {stage.value: text for stage, text in said.script.items()},
    }


def advise(guest: dict[str, Any], recommend: Recommend) -> Recommendation:
    """What the engine says of one described guest."""
    return recommend(**{key: guest[key] for key in TOLD if key in guest})


def test_at_least_twenty_guests_are_described() -> None:
    assert len({guest["id"] for guest in GUESTS}) == len(GUESTS) >= 20


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest["id"])
def test_what_must_hold_for_a_guest_holds(guest: dict[str, Any], recommend: Recommend) -> None:
    said, must = advise(guest, recommend), guest["must"]
    assert said.style in must.get("style", [said.style])
    assert said.advice == must.get("advice", said.advice)
    assert said.advice != must.get("never")
    assert list(said.closed) == must.get("closed", list(said.closed))
    assert list(said.instructions) == must.get("instructions", list(said.instructions))
    assert set(must.get("packs", [])) <= set(said.packs)
    assert not set(must.get("no_packs", [])) & set(said.packs)


def test_decisions_are_the_golden_ones(recommend: Recommend, pytestconfig: pytest.Config) -> None:
    now = {guest["id"]: decision(advise(guest, recommend)) for guest in GUESTS}
    if pytestconfig.getoption("--update-golden"):
        text = json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True)
        DECISIONS.write_text(text + "\n", encoding="utf-8")
    assert json.loads(DECISIONS.read_text(encoding="utf-8")) == now
