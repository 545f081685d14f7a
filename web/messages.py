"""Sentences of the engine that people meet on pages, marked for translation.

The engine speaks English and knows no page; templates translate its sentences by their text.
"""

from __future__ import annotations


def marked(text: str) -> str:
    """Return `text`; the name tells the extraction of sentences to take it."""
    return text


MESSAGES = (
    marked("There is no such stay."),
    marked("This was taken back before, or belongs to another stay."),
    marked("This topic was declined before and is not offered again in this stay."),
    marked("Name and PIN or password do not fit together."),
    marked("Too many wrong tries for this name. Wait 15 minutes."),
    marked("This password is too short or too long."),
    marked("10 to 200 characters"),
    marked("This PIN is too short or too long."),
    marked("4 to 8 digits"),
    marked("This PIN is too easy to guess."),
    marked("no row of one digit, no 1234"),
    marked("This name cannot be used."),
    marked("1 to 60 characters"),
    marked("This name is taken."),
    marked("a name that nobody here has"),
    marked("This is the last owner who can sign in. Add another owner first."),
    marked("There is no such account."),
    marked("This role does not exist."),
    marked("This page is not for your role. Ask an owner."),
    marked("You are signed out. Sign in again, then repeat this."),
    marked("This came from another site and was not done."),
    marked("Signing in over the network needs https: anybody on it could read the cookie."),
    marked("This language is not among those of this Tact."),
)
"""A test finds each of them in the code that raises it."""
