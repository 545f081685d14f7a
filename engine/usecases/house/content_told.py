"""Questions, styles and packs as owners see them: what counts, what was shipped, every version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.catalogue.edits import BODY, PLACES, QUESTIONS, Fields, fields_of, ids_of, order_of
from engine.catalogue.tree import Tree
from engine.store import Work
from engine.store.content import ContentRecord
from engine.usecases.context import Context
from engine.usecases.house.content_checks import text_groups


@dataclass(frozen=True, slots=True)
class Version:
    """One edit of a thing, and what it changed against the one before."""

    number: int
    """0: as shipped."""
    by: str
    at: datetime | None
    reason: str
    changes: tuple[tuple[str, Any, Any], ...]
    """Field, before, after."""
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One question, style or pack as an owner edits it."""

    thing: str
    fields: Fields
    """As they count now."""
    shipped: Fields
    seen: int
    """Number of the last edit, 0 for none: comes back with the form."""
    versions: tuple[Version, ...]
    """Newest first; the last one is the shipped text."""
    outdated: tuple[str, ...]
    """Languages that did not follow when the first one changed."""
    is_left_out: bool
    """What was edited no longer fits this Tact, and waits to be looked at."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Languages whose page is not written: guests read the first one there."""
        pages = {name: page for name, page in self.fields.items() if name.startswith(f"{BODY}.")}
        return tuple(name.partition(".")[2] for name, page in pages.items() if page is None)

    @property
    def is_off(self) -> bool:
        """Whether this is a question that is asked nowhere."""
        return PLACES[0] in self.fields and not any(self.fields[place] for place in PLACES)

    @property
    def is_changed(self) -> bool:
        """Whether it says anything else than the shipped one."""
        return self.fields != self.shipped


def things(ctx: Context, kind: str) -> tuple[Opened, ...]:
    """Return all questions, styles or packs with their state; questions in their order."""
    with ctx.store.read() as work:
        tree, shipped = trees(ctx, work)
        records = {thing: work.content.of(thing) for thing in _edited(work)}
    ids = order_of(tree) if kind == QUESTIONS else ids_of(tree, kind)
    named = [f"{kind}/{id}" for id in ids]
    return tuple(_opened(ctx, tree, shipped, name, records.get(name, ())) for name in named)


def _edited(work: Work) -> list[str]:
    return [record.thing for record in work.content.standing()]


def open_thing(ctx: Context, thing: str) -> Opened:
    """Return one question, style or pack with its versions.

    Raises
    ------
    NotFoundError
        If there is no such thing.
    """
    with ctx.store.read() as work:
        tree, shipped = trees(ctx, work)
        records = work.content.of(thing)
    return _opened(ctx, tree, shipped, thing, records)


def trees(ctx: Context, work: Work) -> tuple[Tree, Tree]:
    """Return what is in force and what was shipped."""
    shipped = ctx.shipped(work)
    return ctx.content.tree or shipped, shipped


def _opened(
    ctx: Context, tree: Tree, shipped: Tree, thing: str, records: Sequence[ContentRecord]
) -> Opened:
    languages = ctx.catalogue.languages
    original = fields_of(shipped, thing, languages)
    return Opened(
        thing=thing,
        fields=fields_of(tree, thing, languages),
        shipped=original,
        seen=records[0].id if records else 0,
        versions=_versions(original, records),
        outdated=outdated(records, original, languages),
        is_left_out=thing in ctx.content.left_out,
    )


def _versions(shipped: Fields, records: Sequence[ContentRecord]) -> tuple[Version, ...]:
    versions = [Version(0, "", None, "", (), not records)]
    before = shipped
    for record in reversed(records):
        after = shipped | dict(record.told)
        changes = tuple(
            (name, before.get(name), value)
            for name, value in after.items()
            if value != before.get(name)
        )
        is_last = record is records[0]
        versions.append(Version(record.id, record.by, record.at, record.reason, changes, is_last))
        before = after
    return tuple(reversed(versions))


def outdated(
    records: Sequence[ContentRecord], shipped: Fields, languages: Sequence[str]
) -> tuple[str, ...]:
    """Return the languages that did not follow when the first one changed.

    An edit that changes nothing says that somebody looked and found them right.
    """
    behind: set[tuple[str, str]] = set()
    before = shipped
    for record in reversed(records):
        after = shipped | dict(record.told)
        changed = {name for name, value in after.items() if value != before.get(name)}
        behind = _still_behind(behind, changed, languages) if changed else set()
        before = after
    return tuple(tag for tag in languages if any(tag == late for _, late in behind))


def _still_behind(
    behind: set[tuple[str, str]], changed: set[str], languages: Sequence[str]
) -> set[tuple[str, str]]:
    first, *others = languages
    moved = {group for group in text_groups(changed) if f"{group}.{first}" in changed}
    new = {(group, tag) for group in moved for tag in others}
    return {(group, tag) for group, tag in behind | new if f"{group}.{tag}" not in changed}
