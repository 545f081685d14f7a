"""Rules and their differences in the words of this request's language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_decimal
from markupsafe import Markup

from engine.domain.cues import Texts
from engine.usecases.house.own_house import houses
from engine.usecases.rules.in_words import Aspect, Difference, aspects
from web.i18n import language
from web.words import word
from web.work import context


def time_zone() -> str:
    """Return the time zone that pages about the database's rules show: that of the first house."""
    first = next(iter(houses(context())), None)
    return first.time_zone if first else "UTC"


def text(texts: Texts) -> str:
    """Return a text of the catalogue in the language of this request."""
    return texts.get(language()) or texts["en"]


def signed(weight: float) -> str:
    """Return a weight with its sign, such as −0.35."""
    told: str = format_decimal(abs(weight), format="0.00")
    sign = "" if weight == 0 else "+" if weight > 0 else "\N{MINUS SIGN}"
    return sign + told


def exact(weight: float) -> str:
    """Return a weight with its sign and every digit that it has, such as −0.125."""
    told: str = format_decimal(abs(weight), format="0.00" + "#" * 18)
    sign = "" if weight == 0 else "+" if weight > 0 else "\N{MINUS SIGN}"
    return sign + told


def moment(at: datetime, time_zone: str) -> str:
    """Return day and time at the house."""
    there = at.astimezone(ZoneInfo(time_zone))
    return f"{day(there)}, {there:%H:%M}"


def day(at: date) -> str:
    """Return a day in words and figures."""
    told: str = format_date(at, "medium", rebase=False)
    return told


def difference_lines(difference: Difference) -> tuple[Markup, ...]:
    """Return what differs in one rule, a phrase each: 'weight −0.35 → −0.80'."""
    return tuple(aspect_line(one) for one in aspects(context(), difference, language()))


def aspect_line(aspect: Aspect) -> Markup:
    """Return one aspect of a difference as a phrase."""
    what, before, after = aspect
    if what == "on":
        return word("owner.diff_on" if after else "owner.diff_off")
    if what == "weight":
        return word("owner.diff_weight", before=exact(float(before)), after=exact(float(after)))
    if what == "sure":
        return word("owner.diff_sure", before=sure(str(before)), after=sure(str(after)))
    if what in ("added", "removed"):
        return word(f"owner.diff_{what}")
    if what == "scope":
        before, after = (word(f"one_rule.scope_{one}") for one in (before, after))
    return word(f"owner.diff_{what}", before=before, after=after)


def sure(value: str) -> Markup:
    """Return how sure an owner is, in a word."""
    return word(f"owner.sure_{value}")
