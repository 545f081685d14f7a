"""The demo house: real bookings with made-up names, so that the first start shows full boards."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.catalogue.tree import seed_folder
from engine.connectors.base import Refused, Skipped
from engine.connectors.csv_file import drafts, read_mapping
from engine.domain.catalogue import Catalogue
from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.domain.stays import House, Stay, StayDraft, StayStatus
from engine.errors import BadInputError, Problem, SeedError
from engine.store import Work
from engine.usecases.advice.patterns import renew_pattern
from engine.usecases.context import Context
from engine.usecases.stays.import_stays import ARRIVED, Importing, codes_of

DEMO = "demo"
"""Id of the demo house, and the name under which it does things."""

BOOKINGS, MAPPING = "bookings.csv", "mapping.toml"

EARLY_GUESTS = 3
"""Guests of today who are in house already, so that both states can be seen."""

LONGEST_AGO = timedelta(days=60)


def demo_house(catalogue: Catalogue) -> House:
    """Return the demo house: the first house of the seed, under a name that says so."""
    first = next(iter(catalogue.houses.values()))
    return replace(first, id=DEMO, name=f"{first.name} (demo)", is_demo=True)


def seed_demo(ctx: Context, *, today: date, now: datetime, folder: Path | None = None) -> int:
    """Fill the demo house around `today`, anew where it is there; return the number of stays.

    Parameters
    ----------
    ctx : Context
        Store and catalogue.
    today : date
        Date at the house.
    now : datetime
        When this happens, UTC.
    folder : Path, optional
        Where `bookings.csv` and `mapping.toml` lie; `seed/demo` unless told otherwise.

    Raises
    ------
    SeedError
        The files do not fit each other or the seed.
    """
    house = demo_house(ctx.catalogue)
    importing = Importing(ctx.catalogue.facts, now, ctx.secret, source=DEMO)
    stays = _drafts(ctx, house, today, folder or seed_folder() / "demo")
    with ctx.store.begin() as work:
        _remove(work)
        work.houses.save(house)
        for draft in stays:
            importing.take(work, draft)
        for stay in work.stays.between(DEMO, today - LONGEST_AGO, today):
            if stay.status in ARRIVED:
                _arrive(work, house, stay, now)
                renew_pattern(work, ctx.catalogue.facts, work.stays.by_id(stay.id), now=now)
    return importing.report().created


def remove_demo(ctx: Context, *, by: str, now: datetime) -> None:
    """Remove the demo house wholly; the houses of the seed move in where no other is left."""
    with ctx.store.begin() as work:
        _remove(work)
        if not work.houses.all():
            for house in ctx.catalogue.houses.values():
                work.houses.save(house)
        work.history.add("demo.removed", by, now)


def start_own_house(ctx: Context, house: House, *, by: str, now: datetime) -> None:
    """Keep `house` as the own one and remove the demo house with all its stays.

    Raises
    ------
    BadInputError
        `house` is itself a demo.
    """
    if house.is_demo or house.id == DEMO:
        raise BadInputError("The demo house cannot be your own; choose another id for it.")
    with ctx.store.begin() as work:
        _remove(work)
        work.houses.save(house)
        work.history.add("house.started", by, now, {"house": house.id})


def _remove(work: Work) -> None:
    for house in work.houses.all():
        if house.is_demo:
            work.houses.remove(house.id)


def _drafts(ctx: Context, house: House, today: date, folder: Path) -> list[StayDraft]:
    """Return all demo stays; a row that cannot be used is a fault of the seed."""
    facts = ctx.catalogue.facts
    mapping = read_mapping(_text(folder / MAPPING), facts, name=f"demo/{MAPPING}")
    data = dated(_text(folder / BOOKINGS), today)
    results = list(drafts(data, mapping, facts, house.id, units=codes_of(house)))
    stays = [replace(one, source=DEMO) for one in results if isinstance(one, StayDraft)]
    if len(stays) < len(results):
        raise SeedError([_problem(one) for one in results if not isinstance(one, StayDraft)])
    return stays


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(
            [Problem(f"demo/{path.name}", "", "", f"cannot be read: {error}")]
        ) from None


def _problem(result: Refused | Skipped) -> Problem:
    message = result.message if isinstance(result, Refused) else result.reason
    return Problem(f"demo/{BOOKINGS}", result.record, "", message)


def dated(text: str, today: date) -> bytes:
    """Return the bookings as CSV with the columns `arrival` and `status`, made from `day`."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    early = [row["ref"] for row in rows if row["day"] == "0"][:EARLY_GUESTS]
    for row in rows:
        arrival_on = today + timedelta(days=int(row["day"]))
        row["arrival"] = arrival_on.isoformat()
        row["status"] = _status(row, is_early=row["ref"] in early)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _status(row: dict[str, str], *, is_early: bool) -> StayStatus:
    day = int(row["day"])
    if day > 0 or (day == 0 and not is_early):
        return StayStatus.EXPECTED
    nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
    return StayStatus.IN_HOUSE if is_early or day + nights > 0 else StayStatus.DEPARTED


def _arrive(work: Work, house: House, stay: Stay, now: datetime) -> None:
    """Record the arrival at the expected hour, or now where that is still to come.

    The style served is the usual one of the house: the source knows nothing of styles.
    """
    hour = time(stay.expected_hour or 0, tzinfo=ZoneInfo(house.time_zone))
    at = min(now, datetime.combine(stay.arrival_on, hour).astimezone(UTC))
    arrival = Evidence(
        kind=EvidenceKind.ARRIVAL,
        key="style",
        value=house.usual_style,
        by=DEMO,
        at=at,
        basis=BASIS_OF[EvidenceKind.ARRIVAL],
        source=DEMO,
    )
    work.ledger.append(stay.id, arrival)
    work.stays.change(stay, checked_in_at=at, checked_in_by=DEMO, served_style=house.usual_style)
