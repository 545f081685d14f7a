"""Made-up stays, drawn from a fixed seed, as varied as a busy season."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.demo_names import full_names
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.offers import Reaction

SEED = 20261121

SHARE_OF_FACTS = 0.4
"""A reservation tells about nine of the twenty-odd facts."""

CUES, ANSWERS, REACTIONS = 2, 2, 1
"""At most so many; a third of the stays have cues, a quarter answers, a fifth a reaction."""

LANGUAGES = ("en", "de", "da", "fr", "es", "nl", "pl", "hr")

FIRST_DAY = date(2026, 6, 1)
SEASON = 150
"""Days on which stays begin."""

BOOKING_COLUMNS = ["ref", "arrival", "nights", "guest", "language", "adults"]
BOOKING_COLUMNS += ["children", "purpose", "channel", "lead", "before", "online"]

BOOKING_MAPPING = """
[stay]
ref = "ref"
arrival = "arrival"
nights = "nights"
guest_name = "guest"
language = "language"
[facts]
adults = "adults"
children = "children"
purpose = "purpose"
channel = "channel"
lead_days = "lead"
stays_before = "before"
online_checkin = "online"
"""


def fixed() -> random.Random:
    """Return the generator that gives the same stays in every run."""
    return random.Random(SEED)  # noqa: S311  # a sample that can be drawn again, no secret


def stay_lines(catalogue: Catalogue, n: int) -> Iterator[str]:
    """Yield `n` lines for `tact score`."""
    rng = fixed()
    for number in range(n):
        yield json.dumps({"ref": f"S{number}", **_stay(catalogue, rng)}, ensure_ascii=False)


def _stay(catalogue: Catalogue, rng: random.Random) -> dict[str, Any]:
    facts = [fact for fact in catalogue.facts.values() if not fact.is_cue]
    told: dict[str, Any] = {
        "facts": {fact.id: _value(fact, rng) for fact in facts if rng.random() < SHARE_OF_FACTS}
    }
    if rng.random() < 1 / 3:
        told["cues"] = rng.sample(list(catalogue.cues), rng.randint(1, CUES))
    if rng.random() < 1 / 4:
        asked = rng.sample(list(catalogue.questions.values()), rng.randint(1, ANSWERS))
        told["answers"] = {q.id: rng.randrange(len(q.grades)) for q in asked}
    if rng.random() < 1 / 5:
        offers = rng.sample(list(catalogue.offers), REACTIONS)
        told["reactions"] = [{"offer": id, "reaction": rng.choice(list(Reaction))} for id in offers]
    return told


def _value(fact: Fact, rng: random.Random) -> Value:
    if fact.kind is FactKind.YES_NO:
        return rng.random() < 0.5
    if fact.kind is FactKind.ONE_OF:
        return rng.choice(fact.values)
    if fact.kind is FactKind.WHOLE:
        return rng.randint(fact.lowest, min(fact.highest, 14))
    return rng.choice(LANGUAGES)


def booking_file(n: int) -> bytes:
    """Return a CSV file of `n` bookings, to be read with `BOOKING_MAPPING`."""
    rng, out = fixed(), io.StringIO()
    names = {language: full_names(language) for language in LANGUAGES}
    writer = csv.writer(out)
    writer.writerow(BOOKING_COLUMNS)
    for number in range(n):
        language = rng.choice(LANGUAGES)
        writer.writerow(
            [
                f"B{number:06}",
                FIRST_DAY + timedelta(days=rng.randrange(SEASON)),
                rng.randint(1, 14),
                rng.choice(names[language]),
                language,
                rng.randint(1, 4),
                rng.choice(["", 0, 1, 2]),
                rng.choice(["", "business", "leisure"]),
                rng.choice(["web", "phone", "ota", "agent"]),
                rng.randrange(200),
                rng.choice([0, 0, 0, 1, 2, 5]),
                rng.choice(["", "yes", "no"]),
            ]
        )
    return out.getvalue().encode()
