"""The learning runs of a house over time, and which of them its guests are advised by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.errors import NotFoundError
from engine.store import LearningRunRecord
from engine.usecases.context import Context
from engine.usecases.learning.learn import house_to_learn, put_in_force, withdraw
from engine.usecases.stays.arrivals import house_today


@dataclass(frozen=True, slots=True)
class History:
    """Every run of one house."""

    house: str
    runs: tuple[LearningRunRecord, ...]
    """The latest day first."""
    rules: int
    """Version of the rules that are published now; a run of another one advises nobody."""


def history_of(ctx: Context, house: str | None = None) -> History:
    """Return every run of a house, its only own one unless told otherwise.

    Raises
    ------
    BadInputError
        If there are several own houses and none was named.
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        place = house_to_learn(work, house)
        runs = work.learning_runs.all(place.id)
        return History(place.id, runs, work.rule_sets.published_version())


def accept(
    ctx: Context, house: str | None, until: date | None, *, by: str, now: datetime
) -> LearningRunRecord:
    """Put the run of a house and a day in force, today's unless told otherwise.

    Raises
    ------
    BadInputError, ConflictError, NotFoundError
        As `history_of` and `put_in_force`; where that day has no run, the latest one is named.
    """
    with ctx.store.read() as work:
        place = house_to_learn(work, house)
        day = until or house_today(place, now)
        days = [run.until for run in work.learning_runs.all(place.id)]
    if day not in days:
        raise NotFoundError(_none_of(day, days[0] if days else None))
    return put_in_force(ctx, place.id, day, by=by, now=now)


def take_back(
    ctx: Context, house: str | None, *, by: str, now: datetime
) -> tuple[str, LearningRunRecord | None]:
    """Advise no longer by the run in force; return the house and the run before, or None.

    Raises
    ------
    BadInputError, NotFoundError
        As `history_of` and `withdraw`.
    """
    with ctx.store.read() as work:
        place = house_to_learn(work, house)
    return place.id, withdraw(ctx, place.id, by=by, now=now)


def nod_to_dict(house: str, record: LearningRunRecord | None) -> dict[str, Any]:
    """Return what `tact learn --accept --json` and `--withdraw --json` write."""
    return {"house": house, "in_force": record.until.isoformat() if record else None}


def nod_in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say by what a house is advised from now on."""
    until = document["in_force"]
    by = f"what was learned until {until}" if until else "its owner's own numbers"
    yield f"{document['house']} is now advised by {by}."


def history_to_dict(history: History) -> dict[str, Any]:
    """Return what `tact learn --history --json` writes."""
    runs = [
        {
            "until": run.until.isoformat(),
            "state": run.state.value,
            "stays": run.content["document"]["stays"],
            "rules": run.content["learned"]["rules"],
            "by": run.by,
            "at": run.at.isoformat(),
        }
        for run in history.runs
    ]
    return {"house": history.house, "rules": history.rules, "runs": runs}


def history_in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say which runs there are, line by line."""
    if not document["runs"]:
        yield f"{document['house']}: nothing was learned yet; the owner's numbers stand."
    for run in document["runs"]:
        state = str(run["state"]).replace("_", " ")
        line = f"{document['house']} until {run['until']}: {state}, {run['stays']} stays"
        is_old = run["rules"] != document["rules"]
        since = ", of rules that were published anew since: advises nobody" if is_old else ""
        yield f"{line}, by {run['by']}{since}."


def _none_of(day: date, latest: date | None) -> str:
    if latest is None:
        return "Nothing was learned yet. Let it learn first, read it, then accept it."
    return f"There is no learning run of {day.isoformat()}; the latest is of {latest.isoformat()}."
