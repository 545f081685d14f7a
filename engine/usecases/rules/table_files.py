"""The whole rule set as a file: out as CSV, XLSX or TOML, and through a preview into the draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.toml_text import rules_from_toml, rules_to_toml
from engine.connectors.table_layout import NOTHING, group_and_fact, laid_out
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule
from engine.errors import RuleError, UnreadableError
from engine.sentences import Sentence
from engine.usecases.context import Context
from engine.usecases.rules.in_words import differences
from engine.usecases.rules.table import TablePreview, preview_table, table_of_rules
from engine.usecases.rules.tune_rules import mark_of_rules, rules_room, take_rules

TOML = "toml"
KINDS: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TOML: "application/toml",
}
"""What files there are, with their media types."""

_RULE = re.compile(r"^[ \t]*(?:\[\[\s*rule\s*\]\]|schema\s*=)", re.MULTILINE)
"""By this a text is known as a rules file: no table has a line like it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of tests."""

    group: str
    """when, any or unless"""
    fact: str


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A rule set as rows and columns; a cell that asks nothing is empty."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Rule, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What a file would change of the draft, or of the rules in force where there is none."""

    table: TablePreview
    seen: str
    """Mark of the rules that it was compared to, for `take_file`."""

    @property
    def n_removed(self) -> int:
        """How many rules the file lacks."""
        return sum(one.after is None for one in self.table.changed)


def shown_table(catalogue: Catalogue, rules: Sequence[Rule]) -> ShownTable:
    """Lay a rule set out as a decision table: one row a rule, one column a fact and group."""
    header, cells = laid_out(rules, catalogue)
    places = [(place, group_and_fact(name)) for place, name in enumerate(header)]
    tested = [(place, found) for place, found in places if found]
    rows = (tuple(_cell(row[place]) for place, _ in tested) for row in cells)
    return ShownTable(
        columns=tuple(Column(*found) for _, found in tested),
        rows=tuple(zip(rules, rows, strict=True)),
    )


def _cell(said: object) -> str:
    return "" if said == NOTHING else str(said)


def rules_file(ctx: Context, kind: str, *, in_force: bool = False) -> bytes:
    """Return the draft, or the rules in force, as a file.

    Parameters
    ----------
    ctx : Context
    kind : str
        One of `KINDS`.
    in_force : bool
        The rules in force even where there is a draft.
    """
    room = rules_room(ctx)
    rules = room.rules if in_force else room.draft_rules
    if kind == TOML:
        return rules_to_toml(rules).encode()
    return table_of_rules(ctx.catalogue, rules, kind)


def own_file(ctx: Context, data: bytes) -> bytes:
    """Return an owner's own TOML file with the rules as they are now.

    Order and comments stay, rules that are gone are taken out, new ones come last. What is handed
    out was read again, and says the rules.

    Raises
    ------
    UnreadableError
        If it is no rules file, or none that can be brought up to date.
    """
    text = _text(data)
    if not _RULE.search(text):
        raise UnreadableError("This is no rules file: it has no line [[rule]].")
    return rules_to_toml(rules_room(ctx).draft_rules, text).encode()


def preview_file(ctx: Context, data: bytes) -> FilePreview:
    """Say what a file would change; nothing is written.

    Parameters
    ----------
    ctx : Context
    data : bytes
        CSV, XLSX or TOML, told apart by its content.

    Raises
    ------
    UnreadableError
        If it is none of them.
    """
    now = rules_room(ctx).draft_rules
    table = (
        _read_toml(ctx, data, now) if _is_toml(data) else preview_table(ctx.catalogue, data, now)
    )
    return FilePreview(table, mark_of_rules(now))


def take_file(ctx: Context, data: bytes, *, by: str, now: datetime, seen: str) -> FilePreview:
    """Put the rules of a file into the draft, all or, where one row is wrong, none.

    Parameters
    ----------
    seen : str
        `FilePreview.seen` of the preview that the owner looked at.

    Returns
    -------
    FilePreview
        With its problems, where it was not taken.

    Raises
    ------
    UnreadableError
        If it is no CSV, XLSX or TOML.
    ConflictError
        If the rules changed since the preview.
    """
    preview = preview_file(ctx, data)
    if preview.table.may_be_taken:
        take_rules(ctx, preview.table.rules, by=by, now=now, seen=seen)
    return preview


def _is_toml(data: bytes) -> bool:
    return bool(_RULE.search(data.decode("utf-8-sig", errors="replace")))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("The file is not UTF-8 text.") from None


def _read_toml(ctx: Context, data: bytes, now: Sequence[Rule]) -> TablePreview:
    limit = ctx.catalogue.model.prior.culture_weight_limit
    try:
        rules = rules_from_toml(_text(data), ctx.catalogue.facts, culture_limit=limit)
    except RuleError as error:
        return TablePreview((), (), error.problems)
    except UnreadableError as error:
        raise _no_toml(error.__cause__ or error) from None
    except RecursionError as error:
        raise _no_toml(error) from None
    return TablePreview(rules, differences(now, rules), ())


def _no_toml(reason: BaseException) -> UnreadableError:
    return UnreadableError(
        Sentence("This is no TOML that can be read: {reason}", reason=str(reason))
    )
