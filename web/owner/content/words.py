"""How fields and languages of content are called, in the language of the request."""

from __future__ import annotations

from babel import Locale
from markupsafe import Markup

from engine.usecases.guests.pack_use import PackTold
from web.i18n import language
from web.words import word
from web.work import context


def tongue(tag: str) -> str:
    """Return the name of a language in the language of this request: 'German'."""
    return Locale.parse(tag, sep="-").get_display_name(Locale.parse(language(), sep="-")) or tag


def group_title(group: str) -> Markup:
    """Return how a text is called, such as 'By phone: Greet'."""
    parts = group.split(".")
    if parts[0] == "script":
        return word(f"content.{parts[1]}") + ": " + word(f"desk.stage_{parts[2]}")
    if parts[0] == "grade":
        return word(f"content.group_grade_{parts[2]}", n=int(parts[1]) + 1)
    return word(f"content.group_{group}")


def number_title(name: str) -> Markup:
    """Return how a number is called: 'Between answer 1 and 2'."""
    if name == "discrimination":
        return word("content.discrimination")
    place = int(name.rpartition(".")[2]) + 1
    return word("content.threshold", low=place, high=place + 1)


def field_title(name: str) -> str:
    """Return how a field is called in a list of problems; nothing where its label says it all."""
    group, _, tag = name.rpartition(".")
    if tag in context().catalogue.languages and group:
        return f"{group_title(group).unescape()}, {tongue(tag)}"
    is_number = group == "thresholds" or name == "discrimination"
    return number_title(name).unescape() if is_number else ""


def use_of(told: PackTold) -> Markup:
    """Return how often a pack was opened and found useful; small counts are only called few."""
    opened = told.opened if told.opened is not None else word("content.few")
    parts = [word("content.opened", n=opened)]
    if told.useful is not None or told.not_useful is not None:
        few = word("content.few")
        yes, no = (few if n is None else n for n in (told.useful, told.not_useful))
        parts.append(word("content.found_useful", yes=yes, no=no))
    return Markup(" ").join(parts)
