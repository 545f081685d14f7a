"""What is kept of a guest, in her language and in kind words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime

from engine.domain.consent import Purpose
from engine.domain.cues import Value
from engine.domain.evidence import EvidenceKind
from engine.domain.languages import read_by
from engine.domain.stays import House
from engine.usecases.guests.my_data import Kept, Led, MyData
from engine.usecases.privacy.erase import Receipt
from engine.usecases.stays.consent import ConsentGiven
from web.guest.consent import ConsentView, consent_view
from web.guest.writing import told
from web.i18n import languages, own_name
from web.words import has_word, word
from web.work import context

HERE = "/g/my-data"
BOOKING_PARTS = ("ref", "unit", "arrival_on", "departure_on", "expected_hour")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is kept."""

    label: str
    value: str
    origin: str
    """Where it came from, and when."""
    basis: str
    mark: str
    """For “that is not so”; empty where it cannot be called so."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language to choose."""

    tag: str
    name: str
    is_hers: bool


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """All that is kept, and what can be done about it."""

    house: str
    contact: str
    name: str
    email: str
    tongues: tuple[Tongue, ...]
    has_language: bool
    booking: tuple[Row, ...]
    facts: tuple[Row, ...]
    noted: tuple[Row, ...]
    taken_back: tuple[Row, ...]
    thought: str
    """What we thought would suit her; empty where nothing was."""
    led: tuple[str, ...]
    asked: tuple[ConsentView, ...]
    said: tuple[str, ...]
    """Every yes and no so far."""
    is_without_notes: bool
    n_other_stays: int
    besides: tuple[str, ...]
    has_answers: bool
    done: str
    """Trade word of what was just done; empty."""
    is_wrong: bool = False
    """The name that was sent cannot be taken."""

    @classmethod
    def of(cls, mine: MyData, *, done: str = "", is_wrong: bool = False) -> MyDataPage:
        """Write the page."""
        zone = ZoneInfo(mine.house.time_zone)
        counting = [one for one in mine.kept if not one.is_taken_back]
        rows = _rows(counting, zone)
        thought = mine.thought
        return cls(
            house=mine.house.name,
            contact=mine.house.contact,
            name=mine.person.name,
            email=mine.person.email or "",
            tongues=_tongues(mine.person.language),
            has_language=mine.person.language is not None,
            booking=tuple(row for one, row in rows if one.what in BOOKING_PARTS),
            facts=tuple(row for one, row in rows if one.what == "fact"),
            noted=tuple(row for one, row in rows if one.what not in (*BOOKING_PARTS, "fact")),
            taken_back=tuple(
                row for _, row in _rows([one for one in mine.kept if one.is_taken_back], zone)
            ),
            thought=_style(thought.style) if thought else "",
            led=tuple(filter(None, map(_led, thought.led))) if thought else (),
            asked=_asked(mine),
            said=tuple(_said(one, zone) for one in mine.consents),
            is_without_notes=mine.without_notes_since is not None,
            n_other_stays=mine.n_other_stays,
            besides=tuple(_besides(mine.besides)),
            has_answers=any(one.what == EvidenceKind.ANSWER for one in counting),
            done=done,
            is_wrong=is_wrong,
        )


@dataclass(frozen=True, slots=True)
class DeletePage:
    """The question before everything is deleted."""

    house: str
    n_other_stays: int

    @classmethod
    def of(cls, mine: MyData) -> DeletePage:
        """Write the question."""
        return cls(mine.house.name, mine.n_other_stays)


@dataclass(frozen=True, slots=True)
class GonePage:
    """What was deleted, in numbers."""

    house: str
    contact: str
    n_rows: int
    at: str

    @classmethod
    def of(cls, house: House, receipt: Receipt) -> GonePage:
        """Write the receipt."""
        at = _when(receipt.at, ZoneInfo(house.time_zone))
        return cls(house.name, house.contact, sum(receipt.rows.values()), at)


def _rows(kept: Iterable[Kept], zone: ZoneInfo) -> list[tuple[Kept, Row]]:
    return [(one, _row(one, zone)) for one in kept]


def _row(one: Kept, zone: ZoneInfo) -> Row:
    label, value = LABELS.get(one.what, _plain)(one)
    when = f", {_when(one.at, zone)}" if one.at else ""
    basis = _word(f"my_data.basis_{one.basis.value}")
    return Row(label, value, _origin(one.source) + when, basis, one.mark)


def _origin(source: str) -> str:
    key = f"my_data.from_{source}"
    return _word(key if has_word(key) else "my_data.from_other")


def _of_fact(one: Kept) -> tuple[str, str]:
    fact = context().catalogue.facts.get(one.key)
    if fact is None:
        return one.key, _value(one.value)
    name = "yes" if one.value is True else "no" if one.value is False else str(one.value)
    label = fact.value_labels.get(name)
    return told(fact.label), told(label) if label else _value(one.value)


def _of_cue(one: Kept) -> tuple[str, str]:
    return _word("my_data.noted_at_desk"), kindly(one.key)


def _of_answer(one: Kept) -> tuple[str, str]:
    question = context().catalogue.questions.get(one.key)
    if question is None or not isinstance(one.value, int):
        return _plain(one)
    return told(question.text), told(question.grades[one.value].text)


def _of_asked(one: Kept) -> tuple[str, str]:
    question = context().catalogue.questions.get(one.key)
    return (told(question.text) if question else one.key), _word("my_data.left_open")


def _of_reaction(one: Kept) -> tuple[str, str]:
    offer = context().catalogue.offers.get(one.key)
    return (told(offer.label) if offer else one.key), _word(f"my_data.said_{one.value}")


def _of_outcome(one: Kept) -> tuple[str, str]:
    grade = str(one.value).replace("-", "minus_")
    return _word(f"after.{one.key}"), _word(f"after.{one.key}_{grade}")


def _of_arrival(one: Kept) -> tuple[str, str]:
    return _word("my_data.arrival"), _style(str(one.value))


def _of_words(one: Kept) -> tuple[str, str]:
    return _word(f"after.{one.key}"), str(one.value)


def _of_note(one: Kept) -> tuple[str, str]:
    return _word("my_data.note"), str(one.value)


def _plain(one: Kept) -> tuple[str, str]:
    value = "" if one.what in NO_VALUE else _value(one.value)
    return _word(f"my_data.{one.what}"), value


NO_VALUE = frozenset({EvidenceKind.STOP, EvidenceKind.REOPENED, EvidenceKind.SET_ASIDE})
"""Kinds of entries that say all there is by being there."""
LABELS: Mapping[str, Callable[[Kept], tuple[str, str]]] = {
    "fact": _of_fact,
    "words": _of_words,
    EvidenceKind.CUE: _of_cue,
    EvidenceKind.ANSWER: _of_answer,
    EvidenceKind.ASKED: _of_asked,
    EvidenceKind.REACTION: _of_reaction,
    EvidenceKind.OUTCOME: _of_outcome,
    EvidenceKind.ARRIVAL: _of_arrival,
    EvidenceKind.NOTE: _of_note,
}
"""How each kind is worded: label and value."""


def kindly(cue: str) -> str:
    """Say what a cue meant for the guest, never what she looked like; an owner's cue as named."""
    key = f"kindly.{cue}"
    if has_word(key):
        return _word(key)
    fact = context().catalogue.facts.get(cue)
    return told(fact.label) if fact else cue


def _led(led: Led) -> str:
    if led.cues:
        return kindly(led.cues[0])
    if led.kind == "rule":
        return told(led.because) if led.because else ""
    return _word(f"my_data.led_{led.kind}")


def _style(id: str) -> str:
    style = context().catalogue.styles.get(id)
    return told(style.guest_text) if style else id


def _asked(mine: MyData) -> tuple[ConsentView, ...]:
    if mine.without_notes_since is not None:
        return ()
    views = (consent_view(mine.stay, purpose, HERE) for purpose in Purpose)
    return tuple(view for view in views if view is not None)


def _said(given: ConsentGiven, zone: ZoneInfo) -> str:
    asked = context().catalogue.privacy.consents.get(given.purpose)
    what = told(asked.text) if asked else given.purpose.value
    said = _word("my_data.yes" if given.is_allowed else "my_data.no")
    parts = [f"{what} {said}", _origin(given.source), _when(given.at, zone)]
    parts += [_word("my_data.version", version=given.text_version)] if given.text_version else []
    if given.ended_at:
        parts.append(_word("my_data.ended", day=_when(given.ended_at, zone)))
    elif given.expires_on:
        parts.append(_word("my_data.until", day=_value(given.expires_on)))
    return ", ".join(part for part in parts if part)


def _besides(rows: Mapping[str, int]) -> Iterable[str]:
    """Say how much there is in tables that are not shown line by line."""
    rest = 0
    for table, n in rows.items():
        key = f"my_data.table_{table}"
        if has_word(key):
            yield _word(key, n=n)
        else:
            rest += n
    if rest:
        yield _word("my_data.table_other", n=rest)


def _tongues(hers: str | None) -> tuple[Tongue, ...]:
    spoken = read_by(hers, languages())
    return tuple(Tongue(tag, own_name(tag), tag == spoken) for tag in languages())


def _value(value: Value | date | None) -> str:
    if isinstance(value, bool):
        return _word("my_data.yes" if value else "my_data.no")
    if isinstance(value, date):
        return str(format_date(value, "long"))
    return "" if value is None else str(value)


def _when(at: datetime, zone: ZoneInfo) -> str:
    return str(format_datetime(at.astimezone(zone).replace(tzinfo=None), "short", rebase=False))


def _word(key: str, **values: object) -> str:
    return str(word(key, **values).unescape())
