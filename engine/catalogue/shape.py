"""Building blocks of all seed schemas: strict fields, and a schema that knows near misses."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from engine.catalogue.near import did_you_mean, spelled

FALLBACK_LANGUAGE = "en"
"""Every text exists in it; it is shown where the guest's language is missing."""

LARGEST = sys.float_info.max
"""A whole number of four hundred digits is no float, and infinity and no number are none either."""

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


class Fault(str):
    """One message of a field, with the values that would have been allowed."""

    __slots__ = ("allowed",)
    allowed: tuple[str, ...]

    def __new__(cls, message: str, allowed: Sequence[str] = ()) -> Fault:
        """Return `message` with what is allowed."""
        fault = super().__new__(cls, message)
        fault.allowed = tuple(allowed)
        return fault


def fault(message: str, allowed: Sequence[str] = ()) -> ValidationError:
    """Return the error of a field that says `message`."""
    return ValidationError([Fault(message, allowed)])


class Shape(Schema):
    """A table whose unknown keys are errors that name the near miss."""

    class Meta:
        """Unknown keys are told below, with the near miss."""

        unknown = EXCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def names_are_known(self, _data: Any, original: Any, **_more: Any) -> None:
        """Refuse keys that the table does not have."""
        known = [field.data_key or name for name, field in self.fields.items()]
        strange = [name for name in original if name not in known] if _is_table(original) else []
        if strange:
            raise ValidationError({name: [unknown("key", name, known)] for name in strange})


class Generation(fields.Field[int]):
    """The generation of the format: so far there is one."""

    default_error_messages = {"required": [Fault("is missing", ["1"])]}  # noqa: RUF012  # as marshmallow declares it

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> int:
        if type(value) is not int or value != 1:
            raise fault(f"{spelled(value)} is of another format", ["1"])
        return value


class SeedFile(Shape):
    """What every seed file begins with."""

    schema = Generation(required=True)


def unknown(what: str, name: str, known: Collection[str]) -> Fault:
    """Return the message for a name that is not known."""
    return Fault(f"{name!r} is not a known {what}{did_you_mean(name, known)}", sorted(known))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


class Text(fields.Field[str]):
    """A text that is not blank."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise fault(f"must be a text that is not blank, not {spelled(value)}")
        return value


class Id(Text):
    """A snake_case name that stays the same for ever."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if not isinstance(value, str) or not _ID.match(value):
            raise self._no_id(value)
        return value

    def _no_id(self, value: object) -> ValidationError:
        slug = (
            re.sub(r"[^a-z0-9]+", "_", value.casefold()).strip("_")
            if isinstance(value, str)
            else ""
        )
        near = f"; did you mean {slug!r}?" if _ID.match(slug) else ""
        allowed = ["lower-case letters, digits and _, beginning with a letter"]
        return fault(f"{spelled(value)} is no id{near}", allowed)


class OneOf(fields.Field[str]):
    """One of a few words."""

    def __init__(self, what: str, values: Collection[str], **more: Any) -> None:
        told: dict[str, str | list[Any] | dict[Any, Any]] = {
            "required": [Fault("is missing", tuple(values))],
            "null": [Fault("may not be empty", tuple(values))],
        }
        super().__init__(error_messages=told, **more)
        self.what = what
        self.values = tuple(values)

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if value not in self.values:
            given = value if isinstance(value, str) else spelled(value)
            raise ValidationError([unknown(self.what, given, self.values)])
        return str(value)


class Number(fields.Field[float]):
    """A finite number between two limits; true and false are no numbers."""

    def __init__(self, lowest: float = -math.inf, highest: float = math.inf, **more: Any) -> None:
        super().__init__(**more)
        self.lowest = lowest
        self.highest = highest

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fault(f"must be a number, not {spelled(value)}", self._range())
        if not (abs(value) <= LARGEST and self.lowest <= value <= self.highest):
            raise fault(f"{value} is out of range", self._range())
        return float(value)

    def _range(self) -> list[str]:
        is_bound = math.isfinite(self.lowest) or math.isfinite(self.highest)
        return [f"{self.lowest} to {self.highest}"] if is_bound else []


class Whole(Number):
    """A whole number between two limits."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> int:
        if not isinstance(value, int):
            raise fault(f"must be a whole number, not {spelled(value)}", self._range())
        return int(super()._deserialize(value, *args, **more))


class YesNo(fields.Field[bool]):
    """True or false, nothing that looks like it."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> bool:
        if not isinstance(value, bool):
            raise fault(f"must be true or false, not {spelled(value)}", ["true", "false"])
        return value


class Day(fields.Field[date]):
    """A day of the calendar; TOML's own, which the tree holds as a text."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> date:
        try:
            return date.fromisoformat(value if _DAY.match(value) else "")
        except (TypeError, ValueError):
            raise fault(f"{spelled(value)} is no day", ["a day such as 2026-06-12"]) from None


class Texts(fields.Field[dict[str, str]]):
    """One text per language."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            example = f'{FALLBACK_LANGUAGE} = "…"'
            raise fault(f"must be one text per language, such as {example}, not {spelled(value)}")
        wrong: dict[str, list[Fault]] = {
            str(tag): [told] for tag, text in value.items() if (told := _text_fault(tag, text))
        }
        if FALLBACK_LANGUAGE not in value:
            wrong[FALLBACK_LANGUAGE] = [Fault("is missing")]
        if wrong:
            raise ValidationError(wrong)
        return dict(value)


def _text_fault(tag: object, text: object) -> Fault | None:
    if not isinstance(tag, str) or not _LANGUAGE.match(tag):
        return Fault(f"{tag!r} is no language", ["a tag such as en or pt-BR"])
    if not isinstance(text, str) or not text.strip():
        return Fault(f"must be a text that is not blank, not {spelled(text)}")
    return None
