"""Building blocks of all seed schemas: strict fields, and a schema that knows near misses."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from engine.catalogue.near import did_you_mean

FALLBACK_LANGUAGE = "en"
"""Every text exists in it; it is shown where the guest's language is missing."""

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
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


class SeedFile(Shape):
    """What every seed file begins with."""

    schema = fields.Integer(required=True, strict=True)

    @validates_schema
    def schema_is_known(self, data: dict[str, Any], **_more: Any) -> None:
        """Refuse files of another generation of the format."""
        if data["schema"] != 1:
            raise ValidationError({"schema": [Fault("is of another format", ["1"])]})


def unknown(what: str, name: str, known: Collection[str]) -> Fault:
    """Return the message for a name that is not known."""
    return Fault(f"{name!r} is not a known {what}{did_you_mean(name, known)}", sorted(known))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


class Text(fields.Field[str]):
    """A text that is not blank."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise fault("must be a text, not blank")
        return value


class Id(Text):
    """A snake_case name that stays the same for ever."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if not isinstance(value, str) or not _ID.match(value):
            raise fault("must be lower-case letters, digits and _, beginning with a letter")
        return value


class OneOf(fields.Field[str]):
    """One of a few words."""

    def __init__(self, what: str, values: Collection[str], **more: Any) -> None:
        super().__init__(**more)
        self.what = what
        self.values = tuple(values)

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> str:
        if value not in self.values:
            raise ValidationError([unknown(self.what, str(value), self.values)])
        return str(value)


class Number(fields.Field[float]):
    """A finite number between two limits; true and false are no numbers."""

    def __init__(self, lowest: float = -math.inf, highest: float = math.inf, **more: Any) -> None:
        super().__init__(**more)
        self.lowest = lowest
        self.highest = highest

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fault(f"must be a number, not {value!r}")
        if not math.isfinite(value) or not self.lowest <= value <= self.highest:
            raise fault(f"{value} is out of range", [f"{self.lowest} to {self.highest}"])
        return float(value)


class Whole(Number):
    """A whole number between two limits."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> int:
        if not isinstance(value, int):
            raise fault(f"must be a whole number, not {value!r}")
        return int(super()._deserialize(value, *args, **more))


class YesNo(fields.Field[bool]):
    """True or false, nothing that looks like it."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> bool:
        if not isinstance(value, bool):
            raise fault(f"must be true or false, not {value!r}", ["true", "false"])
        return value


class Texts(fields.Field[dict[str, str]]):
    """One text per language."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise fault("must be one text per language, such as label.en")
        wrong = [str(tag) for tag, text in value.items() if not _is_text_in(tag, text)]
        if wrong:
            raise ValidationError({tag: [Fault("must be a language with a text")] for tag in wrong})
        if FALLBACK_LANGUAGE not in value:
            raise ValidationError({FALLBACK_LANGUAGE: [Fault("is missing")]})
        return dict(value)


def _is_text_in(tag: object, text: object) -> bool:
    is_tag = isinstance(tag, str) and _LANGUAGE.match(tag) is not None
    return is_tag and isinstance(text, str) and bool(text.strip())
