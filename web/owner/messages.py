"""Sentences of the engine that owners meet, marked for translation."""

from __future__ import annotations

from web.messages import marked

MESSAGES = (
    marked("Starter rules"),
    marked("This weight is too large."),
    marked("This is more than a rule about language or culture may weigh."),
    marked("Say in a few words why: the history keeps it."),
    marked("The draft changed meanwhile; look at it again, then publish."),
    marked("Another version was published meanwhile; compare first."),
    marked("This version is in force already."),
    marked("There is no such rule."),
    marked("There is no such time zone."),
    marked("A name is needed."),
    marked("Choose one of these."),
    marked("1 to 80 characters"),
    marked("1 to 500"),
    marked("The demo is gone already: what is here now is your own."),
    marked("This number does not fit."),
    marked("Choose at least one language."),
    marked("The mapping is not UTF-8 text."),
)
"""A test finds each of them in the code that raises it."""
