"""What owners post of their house, checked for shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import fields
from werkzeug.datastructures import MultiDict

from engine.catalogue.edits import FORGETTING
from engine.domain.stays import MOST_MUST_KNOWS, Unit
from engine.errors import FormError, Problem
from engine.usecases.house.edits import Basics
from web.forms import Form, load
from web.owner.rules.forms import Signed, load_one

SHARES = ("control_share", "test_share", "floor")
"""Shown in percent."""
NUMBERS = (*SHARES, "reach", "monthly_budget")


class BasicsForm(Form):
    """What the house is."""

    name = fields.String(load_default="")
    house_class = fields.String(load_default="")
    time_zone = fields.String(load_default="")
    usual_style = fields.String(load_default="")
    contact = fields.String(load_default="")
    quiet_from = fields.Integer(required=True)
    quiet_until = fields.Integer(required=True)
    seen = fields.String(load_default="")


class UnitForm(Form):
    """A room or cabin."""

    code = fields.String(load_default="")
    name = fields.String(load_default="")
    kind = fields.String(load_default="")
    complexity = fields.String(load_default="")
    seen = fields.String(load_default="")


def basics(form: MultiDict[str, str]) -> tuple[Basics, str]:
    """Return what the house is, and the mark of what its owner saw.

    Raises
    ------
    FormError
        If an hour is no number.
    """
    told = load(BasicsForm, form)
    seen, hours = told.pop("seen"), (told.pop("quiet_from"), told.pop("quiet_until"))
    languages = tuple(form.getlist("languages"))
    return Basics(**told, languages=languages, quiet_hours=hours), seen


def texts(
    form: Mapping[str, str], keys: Sequence[str], languages: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return the texts of `keys` in each language, from fields named `<key>.<language>`."""
    return {key: {tag: form.get(f"{key}.{tag}", "") for tag in languages} for key in keys}


def unit(
    form: Mapping[str, str], languages: Sequence[str], keys: Sequence[str]
) -> tuple[Unit, str]:
    """Return a room or cabin, and the mark of what its owner saw.

    Lines to know are fields such as `must_know_1.en`, values of its own such as `value.door_code`.
    """
    told = load(UnitForm, form)
    seen = told.pop("seen")
    lines = [f"must_know_{n}" for n in range(1, MOST_MUST_KNOWS + 1)]
    said = texts(form, lines, languages).values()
    return Unit(
        **{**told, "code": told["code"].strip()},
        must_know=tuple({tag: text for tag, text in line.items() if text} for line in said),
        values={key: form.get(f"value.{key}", "") for key in keys},
    ), seen


def exploration(form: Mapping[str, str]) -> dict[str, bool | float]:
    """Return the settings of exploration; shares come in percent.

    Raises
    ------
    FormError
        With every number that is none.
    """
    told: dict[str, bool | float] = {name: name in form for name in ("is_on", "has_thompson")}
    problems: list[Problem] = []
    for name in NUMBERS:
        try:
            number = load_one(name, Signed(), form.get(name, ""))
        except FormError as error:
            problems += error.problems
        else:
            told[name] = number / 100.0 if name in SHARES else number
    if problems:
        raise FormError(*problems)
    return told


def forgetting(form: Mapping[str, str]) -> float:
    """Return the share that remains of a memory after one year; it comes in percent.

    Raises
    ------
    FormError
        If it is no number.
    """
    return load_one(FORGETTING, Signed(), form.get(FORGETTING, "")) / 100.0
