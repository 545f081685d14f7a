"""What an owner allows of chance in the choice of style, and what came of it so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from engine.domain.exploration import LIMITS, Arm, Exploration
from engine.domain.stays import House
from engine.errors import BadInputError
from engine.sentences import Sentence
from engine.store import Overrides, Work
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_named, house_today

NAMES = {
    "control_share": "the share of guests under usual service",
    "test_share": "the share of the others in the test slice",
    "reach": "what a style may lie below the best, in points,",
    "floor": "the least chance of a style",
    "monthly_budget": "the points that exploring may cost in a month",
}
"""The numbers of the settings as an owner calls them."""

SHARES = frozenset({"control_share", "test_share", "floor"})


def exploration_of(ctx: Context, work: Work, house: str) -> Exploration:
    """Return what the owner of a house allows; nothing, until she says so."""
    return work.exploration.of(house) or ctx.catalogue.model.exploration


def set_exploration(
    ctx: Context, house: str, settings: Exploration, *, by: str, now: datetime
) -> Exploration:
    """Let chance into the choice of style from now on, as far as `settings` go, or end it.

    Whoever has arrived is served on as she was met. Whoever is still expected is drawn anew by
    the new settings, with the same lots.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.begin() as work:
        place = work.houses.get(house)
        work.exploration.set(place.id, settings, by=by, at=now)
        work.history.add("exploration.changed", by, now, {"house": place.id, **asdict(settings)})
    return settings


def with_changes(settings: Exploration, changes: Mapping[str, bool | float]) -> Exploration:
    """Return the settings with some of them changed.

    Raises
    ------
    BadInputError
        If a number lies outside its range; says which, and what is allowed.
    """
    for name, most in LIMITS.items():
        given = changes.get(name, 0.0)
        if not 0.0 <= given <= most:
            told = "{what} must be a number from 0 to {most}, not {given}."
            what = NAMES[name][0].upper() + NAMES[name][1:]
            raise BadInputError(Sentence(told, what=what, most=f"{most:g}", given=f"{given:g}"))
    return replace(settings, **changes)  # type: ignore[arg-type]  # names of its fields


def override_rate(work: Work, house: str) -> Overrides:
    """Return how often the desk served another style than it was advised before arrival.

    Stays under usual service are not counted: there was no advice to follow.
    """
    return work.recommendations.overrides(house)


def explore(
    ctx: Context, asked: str | None, changes: Mapping[str, bool | float], *, by: str, now: datetime
) -> dict[str, Any]:
    """Change the settings of a house where there is anything to change, and tell how it stands."""
    with ctx.store.read() as work:
        none = Sentence("There is no house of your own yet. Name the demo to try it there.")
        house = house_named(work, asked, none)
        settings = with_changes(exploration_of(ctx, work, house.id), changes)
    if changes:
        set_exploration(ctx, house.id, settings, by=by, now=now)
    with ctx.store.read() as work:
        return document_of(work, house, settings, now=now)


def document_of(
    work: Work, house: House, settings: Exploration, *, now: datetime
) -> dict[str, Any]:
    """Return what `tact explore --json` writes."""
    month = f"{house_today(house, now):%Y-%m}"
    overrides = override_rate(work, house.id)
    return {
        "house": house.id,
        **asdict(settings),
        "month": month,
        "spent": round(work.exploration.spent(house.id, month), 2),
        "stays": {arm.value: n for arm, n in work.exploration.by_arm(house.id, month).items()},
        "overrides": {"stays": overrides.n_stays, "changed": overrides.n_changed},
    }


def in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say how exploration stands, line by line."""
    yield f"{document['house']}: exploration is {'on' if document['is_on'] else 'off'}."
    yield f"Usual service, for comparison: {document['control_share']:.0%} of the guests."
    yield f"Test slice: {document['test_share']:.0%} of the others, any style nearly as good."
    rest = "as often as each is likely to be best" if document["has_thompson"] else "the best style"
    yield f"The rest: {rest}."
    arms = document["stays"]
    told = ", ".join(f"{arms[arm.value]} {ARM_WORDS[arm]}" for arm in Arm if arms[arm.value])
    yield f"Arrivals of {document['month']} drawn so far: {told or 'none'}."
    yield f"It costs {document['spent']:g} of {document['monthly_budget']:g} points this month."
    changed, n_stays = document["overrides"]["changed"], document["overrides"]["stays"]
    yield f"The desk served another style than advised in {changed} of {n_stays} stays."


ARM_WORDS = {
    Arm.ENGINE: "with the best style",
    Arm.CONTROL: "under usual service",
    Arm.TEST: "in the test slice",
    Arm.THOMPSON: "by how likely each style is best",
}
