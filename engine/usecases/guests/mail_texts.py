"""The words of mails: made when they go out, in the guest's language, and kept nowhere.

A mail is a few short paragraphs. It holds no picture, nothing that tells whether it was read, and
no address but that of the guest's own page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from engine.connectors.smtp import one_line
from engine.domain.catalogue import Catalogue
from engine.domain.languages import first_read
from engine.domain.stays import House, Stay, Unit
from engine.usecases.guests.guide import Guide
from engine.usecases.guests.mails import MailKind
from engine.usecases.guests.plain import html_of, text_of

RIGHT_TO_LEFT = frozenset({"R", "AL"})
APART, TOGETHER = "\u2068", "\u2069"
"""Unicode's signs around a text whose direction is its own; HTML says `<bdi>`."""
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a mail, as plain text and as HTML."""

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class About:
    """All that a mail may speak of."""

    kind: MailKind
    house: House
    stay: Stay
    unit: Unit | None
    packs: tuple[str, ...]
    """Those put forward for this stay."""
    link: str
    """The guest's own page."""
    no_mail: str
    """Where she ends all mails."""


@dataclass(frozen=True)
class Writer:
    """Writes mails in one language."""

    catalogue: Catalogue
    language: str

    def write(self, about: About) -> Words:
        """Write one mail."""
        house = one_line(about.house.name)
        subject = self._say(f"{about.kind}_subject", house=house)
        blocks = [self._hello(about), *self._body(about), *self._foot(about)]
        text = "\n\n".join(block.text for block in blocks) + "\n"
        return Words(subject, text, self._page(subject, blocks), self.language)

    def _body(self, about: About) -> Iterable[Block]:
        values = {
            "house": _apart(about.house.name),
            "first": self._day(about.stay.arrival_on),
            "last": self._day(about.stay.departure_on),
            "pack": self._title("getting_here"),
        }
        yield _paragraph(self._say(f"{about.kind}_lead", **values))
        if about.kind is MailKind.PACKS:
            yield _items([self._title(id) for id in about.packs])
        if about.kind is MailKind.ACCESS:
            yield from self._ways_in(about)
        yield _link(self._say(f"{about.kind}_link", **values), about.link)
        yield _paragraph(self._say(f"{about.kind}_end", **values))

    def _hello(self, about: About) -> Block:
        """Greet by name, unless the booking had none: then its number stands for one."""
        guest = about.stay.guest.name
        name = "" if guest == about.stay.ref else _apart(guest)
        return _paragraph(self._say("hello_name", name=name) if name else self._say("hello"))

    def _foot(self, about: About) -> Iterable[Block]:
        house, contact = _apart(about.house.name), _apart(about.house.contact)
        key = "why_contact" if contact else "why"
        yield _paragraph(self._say(key, house=house, contact=contact))
        yield _link(self._say("no_more"), about.no_mail)

    def _ways_in(self, about: About) -> Iterable[Block]:
        known = self.catalogue.packs
        guarded = [id for id in about.packs if id in known and known[id].is_guarded]
        guide = Guide(self.catalogue, about.house, about.unit, self.language)
        for pack in guide.packs(guarded):
            if pack.id in guarded:
                yield Block(f"{pack.title}\n\n{text_of(pack.text)}", _titled(pack.title, pack.text))

    def _title(self, pack: str) -> str:
        known = self.catalogue.packs.get(pack)
        title = known.title if known else {}
        return title.get(self.language) or title.get(self.catalogue.languages[0], "")

    def _say(self, key: str, **values: str) -> str:
        for tag in (self.language, *self.catalogue.languages):
            said = self.catalogue.words.get(tag, {}).get(f"mail.{key}")
            if said is not None:
                return said.format(**values)
        raise LookupError(f"There is no trade word 'mail.{key}' under seed/words.")

    def _day(self, day: date) -> str:
        try:
            return str(format_date(day, "long", Locale.parse(self.language, sep="-")))
        except (UnknownLocaleError, ValueError):
            return day.isoformat()

    def _page(self, subject: str, blocks: Iterable[Block]) -> str:
        parts = "\n".join(block.html for block in blocks)
        side = direction_of(parts_text(blocks))
        return (
            f'<!doctype html>\n<html lang="{escape(self.language)}" dir="{side}">\n'
            f'<head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
            f"<body>\n{parts}\n</body>\n</html>\n"
        )


def writer_for(catalogue: Catalogue, house: House, stay: Stay) -> Writer:
    """Return who writes in the guest's language, or else the house's, or else the first one."""
    known = catalogue.languages
    return Writer(catalogue, first_read((stay.guest.language, *house.languages), known) or known[0])


def direction_of(text: str) -> Direction:
    """Return where a text begins: most of its letters tell, in any language that is added."""
    letters = [unicodedata.bidirectional(sign) for sign in text]
    n_right = sum(kind in RIGHT_TO_LEFT for kind in letters)
    return "rtl" if n_right > letters.count("L") else "ltr"


def parts_text(blocks: Iterable[Block]) -> str:
    """Return the words of a mail without its links, whose letters say nothing of the language."""
    lines = "\n".join(block.text for block in blocks).splitlines()
    return "\n".join(line for line in lines if "://" not in line)


def _apart(name: str) -> str:
    """Mark a name, whose letters may run the other way than those around it."""
    plain = one_line(name)
    return f"{APART}{plain}{TOGETHER}" if plain else ""


def _paragraph(said: str) -> Block:
    text = said.replace(APART, "").replace(TOGETHER, "")
    html = escape(said).replace(APART, "<bdi>").replace(TOGETHER, "</bdi>")
    return Block(text, f"<p>{html}</p>")


def _items(said: Iterable[str]) -> Block:
    shown = [one for one in said if one]
    lines = "\n".join(f"- {one}" for one in shown)
    return Block(lines, "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in shown) + "</ul>")


def _link(said: str, address: str) -> Block:
    return Block(
        f"{said}\n{address}", f'<p><a href="{escape(address, quote=True)}">{escape(said)}</a></p>'
    )


def _titled(title: str, markdown: str) -> str:
    return f"<h1>{escape(title)}</h1>\n{html_of(markdown)}"
