"""What every form has in common: how it meets strangers, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError

from engine.errors import FormError, Problem
from engine.sentences import Sentence
from web.messages import marked

MISSING = marked("This form came without “{field}”. Load the page again.")
UNREADABLE = marked("This cannot be read.")
WHOLE = marked("Write a whole number such as 12.")
DAY = marked("Write a day such as 2026-06-13.")
OURS: Mapping[str, str] = {
    "Missing data for required field.": MISSING,
    "Field may not be null.": MISSING,
    "Invalid value.": UNREADABLE,
    "Not a valid string.": UNREADABLE,
    "Not a valid utf-8 string.": UNREADABLE,
    "Not a valid boolean.": UNREADABLE,
    "Not a valid integer.": WHOLE,
    "Number too large.": WHOLE,
    "Not a valid date.": DAY,
}
"""Sentences of marshmallow, and ours in their place; a test knows every one that can come."""


class Form(Schema):
    """A form; fields that it does not know, such as the idempotency key, are left out."""

    class Meta:
        """How strangers are met."""

        unknown = EXCLUDE


def load(form: type[Form], given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of `given` in their types.

    Raises
    ------
    FormError
        With one problem for each field that cannot be read.
    """
    try:
        return cast(dict[str, Any], form().load(dict(given)))
    except ValidationError as error:
        raise FormError(*_problems(error)) from None


def _problems(error: ValidationError) -> Iterator[Problem]:
    for field, messages in cast(Mapping[str, list[str]], error.messages).items():
        for message in messages:
            said = Sentence(OURS.get(message, message), field=field)
            yield Problem(file="", id="", key=field, message=said)
