"""Every version of a question, style or pack, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff

from markupsafe import Markup

from engine.usecases.house.content_told import Opened, Version
from web.owner.content.forms import PLACES, Posted, as_posted
from web.owner.content.words import group_title
from web.owner.told import moment
from web.words import word


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a version changed."""

    title: Markup
    language: str
    lines: tuple[tuple[str, str], ...]
    """'-' or '+', and the text."""


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version: who, when, why, and what it changed."""

    number: int
    title: Markup
    by: str
    at: str
    reason: str
    is_in_force: bool
    changes: tuple[Change, ...]


def version_cards(one: Opened, time_zone: str) -> Iterator[VersionCard]:
    """Yield the versions of a thing, newest first."""
    n_versions = len(one.versions)
    for place, version in enumerate(one.versions):
        number = n_versions - place - 1
        yield VersionCard(
            number=version.number,
            title=word("content.version_n", n=number)
            if number
            else word("content.version_shipped"),
            by=version.by,
            at=moment(version.at, time_zone) if version.at else "",
            reason=version.reason,
            is_in_force=version.is_in_force and not one.is_left_out,
            changes=tuple(_changes(version)),
        )


def _changes(version: Version) -> Iterator[Change]:
    for name, before, after in version.changes:
        old, new = as_posted({name: before}), as_posted({name: after})
        if name in PLACES or name in ("thresholds", "discrimination"):
            yield Change(_plain_title(name), "", (("-", _said(old)), ("+", _said(new))))
            continue
        group, _, tag = name.rpartition(".")
        yield Change(group_title(group), tag, tuple(_lines(old[name], new[name])))


def _plain_title(name: str) -> Markup:
    return word("content.numbers" if name == "thresholds" else f"content.{name}")


def _said(values: Posted) -> str:
    return " · ".join("✓" if value == "true" else value for value in values.values()) or "–"


def _lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that differ, taken out and put in."""
    for line in ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "-+" and line[2:].strip():
            yield line[0], line[2:]
