"""Fields of a form as its template gets them: what stands there, what was typed, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from engine.errors import Problem
from web.words import word

Stored = str | tuple[str, ...]
"""The value of a field; several where several can be ticked."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    label: Markup | str
    kind: str
    """`text`, `number`, `area`, `select`, `checks` or `check`."""
    value: Stored
    options: tuple[Option, ...] = ()
    hint: Markup | str = ""
    lang: str = ""
    problems: tuple[Problem, ...] = ()
    now: str = ""
    """What somebody else has put there meanwhile; empty where nobody has."""

    @property
    def id(self) -> str:
        """Anchor of the field; a dot would be a class to a style sheet."""
        return self.name.replace(".", "--")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that came and could not be used."""

    form: MultiDict[str, str]
    problems: Sequence[Problem] = ()
    is_conflict: bool = False

    def get(self, name: str, kind: str) -> Stored:
        """Return what was typed into a field."""
        if kind == "checks":
            return tuple(self.form.getlist(name))
        return self.form.get(name, "")


def filled(fields: Sequence[Field], typed: Typed | None) -> tuple[Field, ...]:
    """Return fields with what was typed in place of what is stored, and with what is wrong."""
    return tuple(_filled(field, typed) for field in fields) if typed else tuple(fields)


def _filled(field: Field, typed: Typed) -> Field:
    value = typed.get(field.name, field.kind)
    is_other = typed.is_conflict and value != field.value
    return Field(
        name=field.name,
        label=field.label,
        kind=field.kind,
        value=value,
        options=field.options,
        hint=field.hint,
        lang=field.lang,
        problems=tuple(one for one in typed.problems if one.key == field.name),
        now=_said(field) if is_other else "",
    )


def _said(field: Field) -> str:
    """Say in words what a field holds."""
    labels: Mapping[str, str] = {option.value: option.label for option in field.options}
    values = (field.value,) if isinstance(field.value, str) else field.value
    told = ", ".join(labels.get(value, value) for value in values if value)
    return told or str(word("house.nothing"))


def chosen(values: Sequence[str], prefix: str) -> tuple[Option, ...]:
    """Return options named by trade words `<prefix>_<value>`."""
    return tuple(Option(value, str(word(f"{prefix}_{value}"))) for value in values)
