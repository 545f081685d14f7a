"""What the templates about questions, styles and packs get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from engine.domain.catalogue import Catalogue
from engine.errors import Problem
from engine.usecases.guests.pack_use import NOTHING_TOLD, packs_told
from engine.usecases.house.content_checks import text_groups
from engine.usecases.house.content_preview import (
    Pointed,
    example_place,
    lexicons,
    pointed_at,
    untold_values,
)
from engine.usecases.house.content_told import Opened, things
from engine.usecases.house.languages import spoken_languages
from engine.usecases.house.room import gaps_of
from web.i18n import language
from web.owner.content.forms import PLACES, Posted, as_posted
from web.owner.content.pictures import AltBox, alt_boxes
from web.owner.content.previews import Preview, previews
from web.owner.content.versions import VersionCard, version_cards
from web.owner.content.words import field_title, group_title, number_title, tongue, use_of
from web.owner.house.hints import Hint, hint, house_hints
from web.words import word
from web.work import context, now

ROWS_OF_PAGE = 24
LETTERS_OF_ROW = 30
"""Of a box for a text, so that it is seen whole."""
NAMES = {"styles": "{guest}, {house}, {to_unit}, {your_unit}, {in_unit}, {must_know}"}
"""What texts may mention, by kind."""


@dataclass(frozen=True, slots=True)
class Box:
    """One text in one language."""

    name: str
    language: str
    value: str
    rows: int
    shipped: str
    """Where it differs; else empty."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in every language."""

    id: str
    title: Markup
    boxes: tuple[Box, ...]
    """Of the languages that the houses speak."""
    others: tuple[Box, ...]
    """Of all other languages that guests may read."""

    @property
    def is_open(self) -> bool:
        """Whether there is a problem among the others, which must be seen."""
        return any(box.problems for box in self.others)


@dataclass(frozen=True, slots=True)
class NumberBox:
    """One number of a question."""

    name: str
    title: Markup
    value: str
    shipped: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ThingPage:
    """One question, style or pack with its form, its preview and its versions."""

    kind: str
    id: str
    title: str
    seen: int
    texts: tuple[Texts, ...]
    numbers: tuple[NumberBox, ...]
    places: Mapping[str, bool]
    names: str
    reason: str
    previews: tuple[Preview, ...]
    is_typed: bool
    """The preview shows what was typed and is not saved."""
    warnings: tuple[Hint, ...]
    untold: tuple[str, ...]
    versions: tuple[VersionCard, ...]
    outdated: tuple[str, ...]
    missing: tuple[str, ...]
    is_left_out: bool
    problems: Sequence[Problem]
    conflict: str
    notice: str
    calibrated: str
    first: str
    """Name of the language that the others follow."""
    alts: tuple[AltBox, ...] = ()
    """What a picture that is put in shows, by language."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing in its room."""

    id: str
    title: str
    sub: str
    tags: tuple[Markup, ...]
    warns: tuple[Markup, ...]
    use: Markup | str = ""
    """How often guests opened a pack, and what they said of it."""


@dataclass(frozen=True, slots=True)
class ContentRoom:
    """All questions, styles or packs."""

    kind: str
    cards: tuple[Card, ...]
    has_order: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form shows beside what stands."""

    posted: Posted | None = None
    catalogue: Catalogue | None = None
    """With what was typed; None shows what stands."""
    told: Mapping[str, Any] | None = None
    problems: Sequence[Problem] = ()
    conflict: str = ""
    notice: str = ""
    reason: str = ""


def room_page(kind: str) -> ContentRoom:
    """Make the page of one room."""
    words = lexicons(context())
    cards = [_card(one, pointed_at(one.fields, words)) for one in things(context(), kind)]
    if kind == "packs":
        told = packs_told(context(), now=now())
        cards = [replace(card, use=use_of(told.get(card.id, NOTHING_TOLD))) for card in cards]
    return ContentRoom(kind, tuple(cards), kind == "questions")


def _card(one: Opened, pointed: Sequence[Pointed]) -> Card:
    warns = [word("content.missing", name=_tongues(one.missing))] if one.missing else []
    warns += [word("content.outdated", name=_tongues(one.outdated))] if one.outdated else []
    warns += [word("content.warned", n=len(pointed))] if pointed else []
    tags = [word("content.changed")] if one.is_changed else []
    places = [one.fields.get(place, True) for place in PLACES]
    if not all(places):
        asked = "prompt_only" if places[0] else "desk_only"
        tags.append(word("content.is_off" if one.is_off else f"content.{asked}"))
    return Card(_id(one), title_of(one), _sub(one), tuple(tags), tuple(warns))


def _tongues(tags: Sequence[str]) -> str:
    return ", ".join(map(tongue, tags))


def _id(one: Opened) -> str:
    return one.thing.partition("/")[2]


def title_of(one: Opened) -> str:
    """Return how a thing is called: the text of a question, the name of a style, a title."""
    return _text(one, "text" if _kind(one) == "questions" else _TITLES[_kind(one)])


_TITLES = {"styles": "name", "packs": "title"}


def _sub(one: Opened) -> str:
    return _text(one, "verb") if _kind(one) == "styles" else ""


def _kind(one: Opened) -> str:
    return one.thing.partition("/")[0]


def _text(one: Opened, group: str) -> str:
    first = context().catalogue.languages[0]
    return str(one.fields.get(f"{group}.{language()}") or one.fields[f"{group}.{first}"])


def thing_page(one: Opened, time_zone: str, shown: Shown) -> ThingPage:
    """Make the page of one question, style or pack."""
    posted = shown.posted if shown.posted is not None else as_posted(one.fields)
    told = shown.told or one.fields
    languages = context().catalogue.languages
    return ThingPage(
        kind=_kind(one),
        id=_id(one),
        title=title_of(one),
        seen=one.seen,
        texts=tuple(_groups(one, posted, shown.problems)),
        numbers=tuple(_numbers(one, posted, shown.problems)),
        places={place: place in posted for place in PLACES if place in one.fields},
        names=NAMES.get(_kind(one), ""),
        reason=shown.reason,
        previews=previews(one.thing, shown.catalogue or context().catalogue),
        is_typed=shown.catalogue is not None,
        warnings=tuple(_warnings(one, told)),
        untold=untold_values(context(), told),
        versions=tuple(version_cards(one, time_zone)),
        outdated=tuple(map(tongue, one.outdated)),
        missing=tuple(map(tongue, one.missing)),
        is_left_out=one.is_left_out,
        problems=[replace(problem, id=field_title(problem.key)) for problem in shown.problems],
        conflict=shown.conflict,
        notice=shown.notice,
        calibrated=posted.get("calibrated", ""),
        first=tongue(languages[0]),
        alts=alt_boxes(posted, shown.problems) if _kind(one) == "packs" else (),
    )


def _groups(one: Opened, posted: Posted, problems: Sequence[Problem]) -> Iterator[Texts]:
    shipped = as_posted(one.shipped)
    spoken = spoken_languages(context())
    for group in text_groups(one.fields):
        names = [f"{group}.{tag}" for tag in context().catalogue.languages]
        boxes = [_box(name, posted.get(name, ""), shipped, problems) for name in names]
        ours = tuple(box for box in boxes if box.language in spoken)
        others = tuple(box for box in boxes if box.language not in spoken)
        yield Texts(group, group_title(group), ours, others)


def _box(name: str, value: str, shipped: Posted, problems: Sequence[Problem]) -> Box:
    is_page = name.startswith("body.")
    rows = ROWS_OF_PAGE if is_page else max(2, len(value) // LETTERS_OF_ROW + 1)
    differs = value.strip() != shipped[name].strip()
    wrong = tuple(problem for problem in problems if problem.key == name)
    tag = name.rpartition(".")[2]
    return Box(name, tag, value, rows, shipped[name] if differs else "", wrong)


def _numbers(one: Opened, posted: Posted, problems: Sequence[Problem]) -> Iterator[NumberBox]:
    shipped = as_posted(one.shipped)
    for name in shipped:
        if name != "discrimination" and not name.startswith("thresholds."):
            continue
        wrong = tuple(problem for problem in problems if problem.key == name)
        value = posted.get(name, "")
        differs = shipped[name] if value != shipped[name] else ""
        yield NumberBox(name, number_title(name), value, differs, wrong)


def _warnings(one: Opened, told: Mapping[str, Any]) -> Iterator[Hint]:
    """Give the words to look at again: of the form, then of the values that a pack mentions."""
    for pointed in pointed_at(told, lexicons(context())):
        title = group_title(pointed.field.rpartition(".")[0]).unescape()
        yield hint(f"#{pointed.field}", title, pointed.language, pointed.warned)
    if _kind(one) == "packs":
        house, _ = example_place(context())
        gaps = gaps_of(context(), house, context().catalogue.packs[_id(one)])
        yield from house_hints(house, (gaps,), keys=gaps.keys)
