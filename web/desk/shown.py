"""How the desk writes texts, times and days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import (
    format_date,
    format_decimal,
)

from engine.domain.cues import Fact, Texts, Value
from engine.domain.stays import House
from web.i18n import language


def text(texts: Texts) -> str:
    """Return a text in the language of the person at the desk, else in its first language."""
    return texts.get(language()) or next(iter(texts.values()), "")


def text_in(texts: Texts, tag: str) -> str:
    """Return a text in the language `tag`, which is spoken to the guest."""
    return texts.get(tag) or text(texts)


def clock_time(at: datetime, house: House) -> str:
    """Return the time of day at the house, such as `14:21`."""
    return f"{at.astimezone(ZoneInfo(house.time_zone)):%H:%M}"


def hour(expected: int | None) -> str:
    """Return an hour of arrival as a time; empty where nobody knows it."""
    return "" if expected is None else f"{expected:02d}:00"


def day_in_words(day: date) -> str:
    """Return a day with its weekday, as people write it in their language."""
    return str(format_date(day, "full"))


def signed(shift: float) -> str:
    """Return a shift with its sign, in standard deviations: `+0.35`."""
    return str(format_decimal(round(shift, 2), format="+0.00;−0.00"))


def value_in_words(fact: Fact, value: Value) -> str:
    """Return what a fact says: `on a business trip`, or the number."""
    label = fact.value_labels.get(
        "yes" if value is True else "no" if value is False else str(value)
    )
    return text(label) if label else str(value)
