"""How an edited text sounds and looks, language by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain.catalogue import Catalogue
from engine.domain.styles import Mode
from engine.usecases.house.content_preview import guest_page, spoken_lines
from web.guest.guide_pages import shown
from web.i18n import language
from web.words import trade_word, word
from web.work import context


@dataclass(frozen=True, slots=True)
class Part:
    """A few lines under one heading."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """What the line is, and the line; nothing where it speaks for itself."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One thing in one language."""

    language: str
    title: str
    parts: tuple[Part, ...] = ()
    page: Markup | None = None
    """A pack as guests read it."""


def previews(thing: str, catalogue: Catalogue) -> tuple[Preview, ...]:
    """Return the previews of a thing, that in the language of the reader first."""
    kind, _, id = thing.partition("/")
    make = {"questions": _question, "styles": _style, "packs": _pack}[kind]
    tags = sorted(catalogue.languages, key=lambda tag: tag != language())
    return tuple(make(catalogue, id, tag) for tag in tags)


def _told(texts: Mapping[str, str], tag: str, catalogue: Catalogue) -> str:
    return texts.get(tag) or texts[catalogue.languages[0]]


def _question(catalogue: Catalogue, id: str, tag: str) -> Preview:
    question = catalogue.questions[id]
    will = trade_word(catalogue, tag, "content.we_will").unescape()
    answers = tuple(
        (_told(grade.text, tag, catalogue), f"{will} {_told(grade.we_will, tag, catalogue)}")
        for grade in question.grades
    )
    aloud = Part(
        trade_word(catalogue, tag, "content.at_desk"),
        (("", _told(question.spoken, tag, catalogue)),),
    )
    read = Part(trade_word(catalogue, tag, "content.on_prompt"), answers)
    return Preview(tag, _told(question.text, tag, catalogue), (read, aloud))


def _style(catalogue: Catalogue, id: str, tag: str) -> Preview:
    style, guest = catalogue.styles[id], word("content.made_up_guest").unescape()
    parts = tuple(_lines(catalogue, id, mode, tag, guest) for mode in Mode)
    told = trade_word(catalogue, tag, "content.we_will").unescape()
    said = Part("", (("", f"{told} {_told(style.guest_text, tag, catalogue)}"),))
    return Preview(tag, _told(style.verb, tag, catalogue), (*parts, said))


def _lines(catalogue: Catalogue, id: str, mode: Mode, tag: str, guest: str) -> Part:
    spoken = spoken_lines(context(), catalogue, id, mode, tag, guest=guest)
    lines = tuple(
        (trade_word(catalogue, tag, f"desk.stage_{stage.value}"), line)
        for stage, line in spoken.items()
    )
    return Part(trade_word(catalogue, tag, f"content.{mode.value}"), lines)


def _pack(catalogue: Catalogue, id: str, tag: str) -> Preview:
    page = guest_page(context(), catalogue, id, tag)
    return Preview(tag, page.title, page=shown((page,))[id])
