"""What the desk posts, checked for shape; whether an id exists is for the use case to say."""

from __future__ import annotations

from datetime import date

from marshmallow import fields, validate

from web.forms import WHOLE, Form
from web.messages import marked

LONGEST_ID = 100
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
"""Days that the board shows; beyond them a calendar has no day before or after."""


def _id() -> fields.String:
    fits = validate.Length(1, LONGEST_ID, error=marked("1 to 100 characters are allowed."))
    return fields.String(required=True, validate=fits)


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


class ConsentForm(Form):
    """What the guest said to being remembered, and in which language she heard the words."""

    allowed = fields.Boolean(required=True)
    language = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_ID, error=marked("1 to 100 characters are allowed.")),
    )


class UndoForm(Form):
    """The entry to take back."""

    seq = fields.Integer(required=True, validate=validate.Range(min=1, error=WHOLE))


class BoardForm(Form):
    """Which day to show, and whom to find."""

    day = fields.Date(
        load_default=None,
        validate=validate.Range(
            FIRST_DAY, LAST_DAY, error=marked("The calendar goes from 2000 to 2999.")
        ),
    )
    q = fields.String(
        load_default="",
        validate=validate.Length(
            max=LONGEST_ID, error=marked("At most 100 characters can be searched for.")
        ),
    )
