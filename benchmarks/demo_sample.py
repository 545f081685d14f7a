"""Draws the bookings of the demo house from the real ones; `seed/demo/README.md` tells how.

    python -m benchmarks.demo_sample hotel_bookings.csv.gz > seed/demo/bookings.csv

The same file and seed give the same sample, byte for byte.
"""

from __future__ import annotations

import csv
import gzip
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from benchmarks.demo_names import NAMES, SHARES, full_names

SEED = 20261130
"""Picked so that today shows families, work, a returning guest and three scripts."""

FIRST_DAY, LAST_DAY = -60, 30
"""Days from the day on which the demo is filled."""

FULL_DAYS = {0: 12, 1: 12}
"""Arrivals of today and tomorrow: two full boards for fourteen cabins."""

QUIET_DAYS = (4, 4, 3, 4)
"""Arrivals of the other days, in turn; more would not fit into fourteen cabins."""

MOST_ARRIVALS = max(QUIET_DAYS)

UNITS = tuple(f"C{number}" for number in range(1, 15))

MOST_NIGHTS = 7
ONE_NIGHT_TODAY = 6
"""Of today's arrivals so many leave tomorrow, so that tomorrow's guests find free cabins."""

HOURS = {13: 1, 14: 2, 15: 4, 16: 5, 17: 5, 18: 4, 19: 3, 20: 2, 21: 2, 22: 1}
"""Made up: hour of arrival to how often. The source tells days only."""

KEPT = (
    "hotel",
    "lead_time",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "market_segment",
    "distribution_channel",
    "is_repeated_guest",
    "previous_cancellations",
    "previous_bookings_not_canceled",
    "customer_type",
    "required_car_parking_spaces",
    "total_of_special_requests",
)
"""Columns of the source that are shipped as they are."""

COLUMNS = ("ref", "day", "expected_hour", "guest_name", "language", "unit", *KEPT, "company")

Booking = dict[str, str]


@dataclass
class Calendar:
    """Which cabin is taken in which night."""

    taken: set[tuple[str, int]] = field(default_factory=set)

    def free(self, day: int, nights: int) -> list[str]:
        """Return the cabins that are free for all nights from `day` on."""
        stay = range(day, day + nights)
        return [unit for unit in UNITS if not any((unit, night) in self.taken for night in stay)]

    def leaves_room(self, day: int, nights: int) -> bool:
        """Whether the arrivals of the later days still find a cabin each."""
        later = (night for night in range(day + 1, day + nights) if night not in FULL_DAYS)
        return all(len(self.free(night, 1)) > MOST_ARRIVALS for night in later)

    def take(self, unit: str, day: int, nights: int) -> None:
        """Book `unit` for all nights from `day` on."""
        self.taken.update((unit, night) for night in range(day, day + nights))


def nights_of(booking: Booking) -> int:
    """Return the nights of a booking."""
    return int(booking["stays_in_weekend_nights"]) + int(booking["stays_in_week_nights"])


def fits(booking: Booking) -> bool:
    """Whether the guests came, and a cabin and a week would do."""
    return (
        booking["reservation_status"] == "Check-Out"
        and booking["children"] != "NA"
        and 1 <= int(booking["adults"]) <= 4
        and 1 <= nights_of(booking) <= MOST_NIGHTS
    )


def people(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield language and name without end; no name comes twice."""
    languages = list(NAMES)
    shares = [SHARES.get(language, 1) for language in languages]
    left = {language: rng.sample(names := full_names(language), len(names)) for language in NAMES}
    while True:
        language = rng.choices(languages, shares)[0]
        yield language, left[language].pop()


def sampled(bookings: list[Booking], rng: random.Random) -> Iterator[Booking]:
    """Yield the bookings of all days, today first, so that today's board is full."""
    calendar = Calendar()
    pool = iter(rng.sample(bookings, len(bookings)))
    for day in sorted(range(FIRST_DAY, LAST_DAY + 1), key=lambda day: (day not in FULL_DAYS, day)):
        for number in range(FULL_DAYS.get(day, QUIET_DAYS[day % len(QUIET_DAYS)])):
            most = 1 if day == 0 and number < ONE_NIGHT_TODAY else MOST_NIGHTS
            yield _placed(pool, calendar, day, most, rng)


def _placed(
    pool: Iterator[Booking], calendar: Calendar, day: int, most: int, rng: random.Random
) -> Booking:
    """Return the next booking that finds a cabin; tomorrow's may wait for one."""
    for booking in pool:
        nights = nights_of(booking)
        free = calendar.free(day, nights)
        if nights <= most and calendar.leaves_room(day, nights) and (free or day == 1):
            unit = rng.choice(free) if free else ""
            if unit:
                calendar.take(unit, day, nights)
            return {**booking, "day": str(day), "unit": unit}
    raise SystemExit("The source has too few bookings that fit.")


def dressed(bookings: list[Booking], rng: random.Random) -> Iterator[Booking]:
    """Yield the bookings by day and hour, with made-up hours, names and numbers."""
    for booking in bookings:
        booking["expected_hour"] = str(rng.choices(list(HOURS), list(HOURS.values()))[0])
        booking["company"] = "no" if booking["company"] == "NULL" else "yes"
    bookings.sort(key=lambda booking: (int(booking["day"]), int(booking["expected_hour"])))
    for number, (booking, (language, name)) in enumerate(zip(bookings, people(rng), strict=False)):
        yield {**booking, "ref": f"D{number + 1:03}", "language": language, "guest_name": name}


def write(source: Path, out: TextIO) -> None:
    """Write the sample of `source` to `out`."""
    rng = random.Random(SEED)  # noqa: S311  # a sample that can be drawn again, no secret
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        bookings = [booking for booking in csv.DictReader(file) if fits(booking)]
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(dressed(list(sampled(bookings, rng)), rng))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream here
    write(Path(sys.argv[1]), sys.stdout)
