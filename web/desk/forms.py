"""What the desk posts, checked for shape; whether an id exists is for the use case to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from engine.errors import FormError, Problem

LONGEST_ID = 100
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
"""Days that the board shows; beyond them a calendar has no day before or after."""


def _id() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, LONGEST_ID))


class Form(Schema):
    """A form of the desk; fields that it does not know, such as the key, are left out."""

    class Meta:
        """How strangers are met."""

        unknown = EXCLUDE


class CueForm(Form):
    """A cue was seen, or taken back."""

    cue = _id()
    on = fields.Boolean(load_default=True)


class AnswerForm(Form):
    """What the guest answered to a question put aloud."""

    question = _id()
    grade = fields.Integer(required=True)


class SkipForm(Form):
    """A question was put and left open."""

    question = _id()


class CheckInForm(Form):
    """The style in which the guest is met."""

    style = _id()


class ReactionForm(Form):
    """How an offer was taken."""

    offer = _id()
    reaction = _id()


class ReopenForm(Form):
    """The guest asked about something that was declined."""

    offer = _id()


class SetAsideForm(Form):
    """A reason that does not hold for this stay."""

    rule = _id()


class UndoForm(Form):
    """The entry to take back."""

    seq = fields.Integer(required=True, validate=validate.Range(min=1))


class BoardForm(Form):
    """Which day to show, and whom to find."""

    day = fields.Date(load_default=None, validate=validate.Range(FIRST_DAY, LAST_DAY))
    q = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


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


def _problems(error: ValidationError) -> list[Problem]:
    told = cast(Mapping[str, list[str]], error.messages)
    return [Problem("", field, field, " ".join(messages)) for field, messages in told.items()]
