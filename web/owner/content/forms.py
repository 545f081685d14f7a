"""What owners type for a question, style or pack: read field by field, shown again as typed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from marshmallow import fields

from engine.errors import FormError, Problem
from web.forms import Form
from web.messages import marked

NOT_A_NUMBER = marked("Write a number such as -0.5 or 0,8.")
NO_DOCUMENT = marked("This is not what tact calibrate prints.")
PLACES = ("on_prompt", "at_desk")
CALIBRATED = "calibrated"
"""The field that takes the document of a calibration run."""

Fields = Mapping[str, Any]
Posted = dict[str, str]
"""Name to text as typed; a box that is not ticked is not in it."""


class SaveForm(Form):
    """Why, and which version was looked at."""

    reason = fields.String(load_default="")
    seen = fields.Integer(load_default=None, allow_none=True)


def as_posted(told: Fields) -> Posted:
    """Return fields as a form shows them."""
    return {name: text for key, value in told.items() for name, text in _texts(key, value)}


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if name in PLACES:
        yield from ((name, "true"),) if value else ()
    elif isinstance(value, list):
        yield from ((f"{name}.{place}", f"{number:g}") for place, number in enumerate(value))
    elif isinstance(value, float | int):
        yield name, f"{value:g}"
    else:
        yield name, value or ""


def typed(form: Mapping[str, str], now: Fields) -> dict[str, Any]:
    """Return every field of a thing as the form says it; one that it lacks stays.

    Raises
    ------
    FormError
        Where a number is none, at its field.
    """
    wrong: list[Problem] = []
    told = {name: _read(form, name, value, wrong) for name, value in now.items()}
    if wrong:
        raise FormError(*wrong)
    return told


def _read(form: Mapping[str, str], name: str, value: Any, wrong: list[Problem]) -> Any:
    if name in PLACES:
        return name in form
    if isinstance(value, list):
        return [_number(form, f"{name}.{k}", one, wrong) for k, one in enumerate(value)]
    if isinstance(value, float | int):
        return _number(form, name, value, wrong)
    return form.get(name, value or "")


def _number(form: Mapping[str, str], name: str, now: float, wrong: list[Problem]) -> float:
    """Read a number as people write it: decimal comma and typographic minus are fine."""
    text = form.get(name, f"{now:g}").strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        wrong.append(Problem("", "", name, NOT_A_NUMBER))
    return number


def calibrated(text: str, id: str, n_thresholds: int) -> dict[str, Any] | None:
    """Return discrimination and thresholds that a calibration run found for one question.

    Parameters
    ----------
    text : str
        What `tact calibrate` printed.
    id : str
        Of the question.
    n_thresholds : int
        One fewer than the question has answers; a run over other answers says nothing of it.

    Returns
    -------
    dict or None
        None where the run does not know this question.

    Raises
    ------
    FormError
        If the document is none.
    """
    try:
        items = json.loads(text)["items"]
        found = next((item for item in items if item["id"] == id), None)
        numbers = [float(one) for one in found["thresholds"]] if found else []
        telling = float(found["discrimination"]) if found else 0.0
    except (ValueError, LookupError, TypeError):
        raise FormError(Problem("", "", CALIBRATED, NO_DOCUMENT)) from None
    is_for_us = found is not None and len(numbers) == n_thresholds
    return {"discrimination": telling, "thresholds": _rounded(numbers)} if is_for_us else None


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 3) for number in numbers]
