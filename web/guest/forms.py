"""What the guest's forms may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate
from werkzeug.datastructures import MultiDict

from engine.domain.outcomes import ContactFelt, Satisfaction
from engine.errors import BadInputError
from engine.usecases.guests.after_stay import PROMPTS, Told

CONTINUE, SKIP, STOP = "continue", "skip", "stop"
NO_ANSWER = "none"
"""Sent by the choice that takes a choice back: a round button cannot be let go of otherwise."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a guest did with one question."""

    question: str
    action: str
    grade: int | None = None
    """None: nothing chosen."""


class SaidForm(Schema):
    """The form below a question."""

    class Meta:
        """Other fields are none of our business."""

        unknown = EXCLUDE

    question = fields.String(required=True)
    action = fields.String(load_default=CONTINUE, validate=validate.OneOf((CONTINUE, SKIP, STOP)))
    grade = fields.Integer(load_default=None)

    @pre_load
    def drop_blanks(self, data: MultiDict[str, str], **more: Any) -> dict[str, str]:
        """A field left empty counts as not sent."""
        return {key: value for key, value in data.items() if value}

    @post_load
    def to_said(self, data: dict[str, Any], **more: Any) -> Said:
        """Return the form as a value."""
        return Said(**data)


def read_said(form: MultiDict[str, str]) -> Said:
    """Return what the guest sent.

    Raises
    ------
    BadInputError
        If the form is not one of ours.
    """
    try:
        said: Said = SaidForm().load(form)
    except ValidationError:
        raise BadInputError("Choose one of the answers, or skip the question.") from None
    return said


class ToldForm(Schema):
    """What is told after the stay; every field may be left empty."""

    class Meta:
        """Other fields are none of our business."""

        unknown = EXCLUDE

    contact = fields.Integer(load_default=None, validate=validate.OneOf(list(ContactFelt)))
    satisfaction = fields.Integer(load_default=None, validate=validate.OneOf(list(Satisfaction)))
    missed = fields.String(load_default="")
    change = fields.String(load_default="")
    keep = fields.Boolean(load_default=None)

    @pre_load
    def drop_blanks(self, data: MultiDict[str, str], **more: Any) -> dict[str, str]:
        """A field left empty counts as not sent; `none` takes a choice back."""
        return {key: value for key, value in data.items() if value not in ("", NO_ANSWER)}

    @post_load
    def to_told(self, data: dict[str, Any], **more: Any) -> Told:
        """Return the form as a value."""
        words = {prompt: data[prompt] for prompt in PROMPTS}
        return Told(data["contact"], data["satisfaction"], words, data["keep"])


def read_told(form: MultiDict[str, str]) -> Told:
    """Return what the guest tells of her stay.

    Raises
    ------
    BadInputError
        If the form is not one of ours.
    """
    try:
        told: Told = ToldForm().load(form)
    except ValidationError:
        raise BadInputError("Choose one of the answers, or skip the question.") from None
    return told
