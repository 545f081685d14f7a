"""What owners post, checked for shape; whether it is allowed is for the use case to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from engine.domain.rules import Sureness
from engine.errors import FormError, Problem
from engine.usecases.house.own_house import OwnHouse
from engine.usecases.rules.tune_rules import RuleChange
from web.forms import WHOLE, Form, load
from web.messages import marked

OWN = "own"
"""The place on the scale that stands for a number of the owner's own."""
PLACES = (
    *("efficiency_strong", "efficiency_medium", "efficiency_weak", "none"),
    *("contact_weak", "contact_medium", "contact_strong"),
)
"""From left to right, as on the axis."""
SURE = tuple(sure.value for sure in Sureness)


class Signed(fields.Float):
    """A number as people write it: decimal comma and typographic minus are fine."""

    digits: int | None = 2
    """Behind the point; None keeps them all."""
    default_error_messages = {  # noqa: RUF012  # the shape that marshmallow asks for
        "invalid": marked("Write a number such as -0.5 or 0,8."),
        "special": marked("Write a number such as -0.5 or 0,8."),
    }

    def _validated(self, value: Any) -> float:
        plain = str(value).strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
        number = super()._validated(plain)
        if number is None or not isfinite(number):
            raise self.make_error("invalid", input=value)
        return number if self.digits is None else round(number, self.digits)


class Weight(Signed):
    """A weight: what stands in the form untouched is the number of the rule, to the last digit."""

    digits = None


class RuleForm(Form):
    """Where a rule stands on the scale, how sure its owner is, on or off."""

    place = fields.String(
        required=True,
        validate=validate.OneOf([*PLACES, OWN], error=marked("Choose a place on the scale.")),
    )
    number = fields.String(load_default="")
    sure = fields.String(
        required=True, validate=validate.OneOf(SURE, error=marked("Choose how sure you are."))
    )
    on = fields.Boolean(load_default=False)
    seen = fields.String(load_default=None)


class PublishForm(Form):
    """Why, and which draft was looked at."""

    reason = fields.String(load_default="")
    seen = fields.String(load_default="")


class SeenForm(Form):
    """Which draft was looked at."""

    seen = fields.String(load_default="")


class HouseForm(Form):
    """The own house, to begin with."""

    name = fields.String(load_default="")
    kind = fields.String(load_default="")
    units = fields.Integer(required=True, error_messages={"required": WHOLE})
    time_zone = fields.String(load_default="")
    contact = fields.String(
        load_default="",
        validate=validate.Length(max=200, error=marked("At most 200 characters fit here.")),
    )


@dataclass(frozen=True, slots=True)
class Posted:
    """What an owner chose for a rule, as typed, to be shown again where it cannot be used."""

    place: str
    number: str
    sure: str
    is_on: bool

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Posted:
        """Take it from a posted form as it came."""
        return cls(
            place=form.get("place", ""),
            number=form.get("number", "").strip(),
            sure=form.get("sure", ""),
            is_on="on" in form,
        )


def rule_change(form: Mapping[str, str]) -> tuple[RuleChange, str | None]:
    """Return the change that a form asks for, and the mark of the rule that its owner saw.

    Raises
    ------
    FormError
        With the fields `place`, `number` or `sure`.
    """
    told = load(RuleForm, form)
    sure, is_on = Sureness(told["sure"]), told["on"]
    if told["place"] == OWN:
        weight = load_one("number", Weight(), told["number"])
        return RuleChange(weight=weight, sure=sure, is_on=is_on), told["seen"]
    leaning, _, strength = told["place"].rpartition("_")
    change = RuleChange(leaning or None, strength, sure=sure, is_on=is_on)
    return change, told["seen"]


def own_house(form: MultiDict[str, str], unit_names: Mapping[str, str]) -> OwnHouse:
    """Return the house that a form describes.

    Parameters
    ----------
    form : MultiDict
    unit_names : mapping of str to str
        Kind to the name of a unit, with `{n}` for its number.

    Raises
    ------
    FormError
        If the number of units is none.
    """
    told = load(HouseForm, form)
    return OwnHouse(
        name=" ".join(told["name"].split()),
        kind=told["kind"],
        n_units=told["units"],
        time_zone=told["time_zone"],
        languages=tuple(form.getlist("languages")),
        unit_name=unit_names.get(told["kind"], "{n}"),
        contact=told["contact"],
    )


def load_one(key: str, field: Signed, given: str) -> float:
    """Return one number, or raise FormError under `key`."""
    try:
        return field.deserialize(given)
    except ValidationError as error:
        messages = cast(list[str], error.messages)
        raise FormError(*(Problem("", "", key, message) for message in messages)) from None
