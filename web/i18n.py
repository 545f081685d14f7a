"""Languages: those of the catalogue, chosen by link, by choice, by person or by browser."""

from __future__ import annotations

import flask_babel
from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request

from engine.domain.languages import read_by
from engine.sentences import Sentence
from web.work import context

YEAR_SECONDS = 365 * 24 * 3600


def languages() -> tuple[str, ...]:
    """Return the languages that every text exists in; the first is the fallback."""
    return context().catalogue.languages


def language() -> str:
    """Return the language of this request, such as `de`."""
    locale = flask_babel.get_locale()
    return str(locale).replace("_", "-") if locale else languages()[0]


def direction() -> str:
    """Return `rtl` or `ltr` for the language of this request."""
    return Locale.parse(language(), sep="-").text_direction


def own_name(tag: str) -> str:
    """Return the name of a language in that language: `Deutsch`."""
    locale = Locale.parse(tag, sep="-")
    name = locale.get_display_name(locale) or tag
    return name[0].upper() + name[1:]


def gettext(text: str, **values: object) -> str:
    """Return a sentence in the language of this request; `%(name)s` takes the values."""
    return str(flask_babel.gettext(text, **values))


def translated(text: str) -> str:
    """Return a sentence of the engine in the language of this request, its values filled in."""
    if not isinstance(text, Sentence):
        return gettext(text) if text else ""
    values = {name: _value(value) for name, value in text.values.items()}
    said = gettext(text.template)
    return said.format(**values) if values else said


def _value(value: object) -> object:
    return translated(value) if isinstance(value, Sentence) else value


def number(value: float) -> str:
    """Return a number with one decimal as the language of this request writes it."""
    return str(flask_babel.format_decimal(value, format="0.0"))


def prefer(tag: str | None) -> None:
    """Speak `tag` in this request unless somebody chose otherwise (person, booking).

    Where it is no language that is written, the nearest one that its speaker reads.
    """
    g.preferred_language = read_by(tag, languages())
    flask_babel.refresh()


def cookie_name(path: str) -> str:
    """Return the name of the cookie with the choice of language for `path`.

    Guests choose for themselves on the tablet of the desk, so their choice is another cookie.
    """
    is_guest_page = path == "/g" or path.startswith(("/g/", "/p/"))
    return "tact-guest-language" if is_guest_page else "tact-language"


def choose() -> str:
    """Choose the language of this request: link, choice, person, browser, fallback."""
    known = languages()
    if not has_request_context():
        return known[0]
    wishes = (
        request.args.get("lang"),
        request.cookies.get(cookie_name(request.path)),
        g.get("preferred_language"),
        request.accept_languages.best_match(known),
    )
    return next((wish for wish in wishes if wish in known), known[0])


def speak(app: Flask) -> None:
    """Give `app` its languages and templates their helpers."""
    flask_babel.Babel(app, locale_selector=lambda: choose().replace("-", "_"))
    app.jinja_env.globals.update(
        language=language, direction=direction, languages=languages, own_name=own_name
    )
    app.after_request(_remember_link)


def _remember_link(response: Response) -> Response:
    """Keep the language that a link asked for: parts of the page come without it."""
    return remember(response, request.args.get("lang"), request.path)


def remember(response: Response, tag: str | None, path: str) -> Response:
    """Keep the choice of `tag` for pages like `path`; unknown languages are not kept."""
    if tag in languages():
        response.set_cookie(
            cookie_name(path),
            str(tag),
            max_age=YEAR_SECONDS,
            secure=current_app.config["BASE_URL"].startswith("https:"),
            httponly=True,
            samesite="Lax",
        )
    return response
