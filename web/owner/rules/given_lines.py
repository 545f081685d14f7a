"""Advice as it was given, and what comes of making it again, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from engine.usecases.rules.why import Differing, Given, StayWhy
from web.owner.rules.pages import style_name
from web.owner.rules.stays_page import why_path
from web.owner.told import moment
from web.words import word

SEED_LETTERS = 12
"""Of the hash that names a seed; enough to tell any two apart."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where advice made again differs."""

    where: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Advice as it was given, and what comes of making it again."""

    at: str
    by: str
    verb: str
    next_step: Markup
    versions: Markup
    arm: Markup | str
    again: Markup
    is_same: bool
    differences: tuple[Difference, ...]
    path: str
    """Its own explanation; empty where it cannot be made again."""
    is_here: bool


def given_line(told: StayWhy, one: Given) -> GivenLine:
    """Write one piece of past advice."""
    record, output = one.record, one.record.output
    return GivenLine(
        at=moment(record.at, told.house.time_zone),
        by=record.by,
        verb=style_name(str(output["style"])),
        next_step=word(f"desk.advice_{output['advice']}"),
        versions=_versions(record.versions),
        arm=word(f"why.arm_{one.arm}") if one.arm else "",
        again=_again(one),
        is_same=one.is_same or one.is_same_but_rounding,
        differences=tuple(_differences(one)),
        path="" if one.is_gone else why_path(told.house.id, told.stay.ref, {"given": record.id}),
        is_here=told.given is not None and told.given.id == record.id,
    )


def _versions(made_from: Mapping[str, Any]) -> Markup:
    seed = str(made_from["seed"])[:SEED_LETTERS]
    rules, model, tact = (made_from[name] for name in ("rules", "model", "tact"))
    return word("why.versions", rules=rules, model=model, seed=seed, tact=tact)


def _again(one: Given) -> Markup:
    if one.is_gone:
        return word("why.again_gone")
    if one.is_same:
        return word("why.again_same")
    if one.is_same_but_rounding:
        return word("why.again_rounding")
    return word("why.again_differs", n=len(one.differing))


def _differences(one: Given) -> Iterator[Difference]:
    """What differs, place by place; last digits are not worth a line each."""
    if not one.is_same_but_rounding:
        yield from (_difference(each) for each in one.differing)


def _difference(each: Differing) -> Difference:
    then, now = ("–" if value is None else str(value) for value in (each.then, each.now))
    return Difference(each.where, then, now)
