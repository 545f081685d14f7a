"""Trade words in templates: `{{ word('desk.arrivals_today', n=4) }}`."""

from __future__ import annotations

from markupsafe import Markup, escape

from engine.domain.catalogue import Catalogue
from engine.domain.stays import Guest
from web.i18n import language
from web.work import context


def trade_word(catalogue: Catalogue, language: str, key: str, **values: object) -> Markup:
    """Return the text of `key` in `language`, safe to put into HTML.

    Parameters
    ----------
    catalogue : Catalogue
        Holds the words of every language.
    language : str
        Where the key is missing there, the first language of the catalogue speaks.
    key : str
        Dotted, such as `desk.arrivals_today`.
    **values
        For the `{placeholders}` of the text; escaped unless already Markup.

    Raises
    ------
    LookupError
        If no language has the key.
    """
    for tag in (language, *catalogue.languages):
        text = catalogue.words.get(tag, {}).get(key)
        if text is not None:
            return escape(text).format(**values)
    raise LookupError(f"There is no trade word {key!r} under seed/words.")


def has_word(key: str) -> bool:
    """Return whether any language has a trade word by this key."""
    return any(key in words for words in context().catalogue.words.values())


def word(key: str, **values: object) -> Markup:
    """Return a trade word in the language of this request."""
    return trade_word(context().catalogue, language(), key, **values)


def name_of(guest: Guest) -> str:
    """Return what a guest is called on a page; a name that was let go of leaves a word."""
    return guest.name or str(word("common.no_name"))
