"""The decision table of the rules: look at it, take it away as a file, bring a file in."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.rules import Rule
from engine.errors import ConflictError, FormError, NotFoundError, Problem, UnreadableError
from engine.usecases.rules.findings import findings_now
from engine.usecases.rules.table_files import (
    KINDS,
    Column,
    FilePreview,
    own_file,
    preview_file,
    rules_file,
    shown_table,
    take_file,
)
from engine.usecases.rules.tune_rules import rules_room
from web.config import MIB
from web.errors import status_of
from web.owner.blueprint import bp
from web.owner.rules.bar import DraftBar, draft_bar
from web.owner.rules.findings import Told, unspoken
from web.owner.rules.pages import Changed
from web.owner.told import signed, text, time_zone
from web.policy import allow
from web.words import word
from web.work import by, context, now, once

RULES = "/owner/rules"
TEMPLATE = "owner/table.html"
LARGEST_UPLOAD = 3 * MIB
"""Ten thousand rules; base64 on the way back makes it 4 MiB."""
LARGEST_FORM = 5 * MIB
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of tests."""

    label: str
    fact: str
    asks: str
    """The label, with the group where it is not the usual one: what a line on paper says."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One rule of the table."""

    id: str
    title: str
    weight: str
    is_on: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileShown:
    """What a file would change."""

    name: str
    seen: str
    kept: str
    """The file as base64, so that it need not be chosen again."""
    may_be_taken: bool
    changes: tuple[Changed, ...]
    n_changes: int
    n_removed: int
    problems: Sequence[Problem]
    n_problems: int


@dataclass(frozen=True, slots=True)
class TablePage:
    """The table, the ways out and in, and what no rule mentions."""

    bar: DraftBar
    is_in_force: bool
    """Whether the rules in force are shown although there is a draft."""
    groups: tuple[tuple[str, int], ...]
    """Group of tests and its number of columns."""
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    kinds: Sequence[str]
    unspoken: tuple[Told, ...]
    file: FileShown | None = None
    problems: Sequence[Problem] = ()
    conflict: str = ""


@bp.get("/rules/table")
@allow("owner")
def rules_table() -> ResponseReturnValue:
    """Show the rules as a decision table."""
    return render_template(TEMPLATE, page=_page(is_in_force="in-force" in request.args))


@bp.get("/rules/table.<kind>")
@allow("owner")
def rules_table_file(kind: str) -> ResponseReturnValue:
    """Send the rules as a file."""
    if kind not in KINDS:
        raise NotFoundError("There is no such file.")
    data = rules_file(context(), kind, in_force="in-force" in request.args)
    return _sent(data, kind)


@bp.post("/rules/table/preview")
@allow("owner")
def rules_table_preview() -> ResponseReturnValue:
    """Show what a file would change; nothing is written."""
    _allow_upload()
    try:
        data, name = _uploaded("file")
        return render_template(TEMPLATE, page=_page(file=_shown(data, name)))
    except (FormError, UnreadableError) as error:
        return _refused(error, "file")


@bp.post("/rules/table/take")
@allow("owner")
def rules_table_take() -> ResponseReturnValue:
    """Put the rules of the file that was previewed into the draft."""
    _allow_upload()
    try:
        data, name = _kept()
    except FormError as error:
        return _refused(error, "file")
    seen = request.form.get("seen", "")

    def act() -> str:
        told = take_file(context(), data, by=by(), now=now(), seen=seen)
        if not told.table.may_be_taken:
            raise FormError(*told.table.problems)
        return RULES

    try:
        return once(act)
    except ConflictError as error:
        page = _page(file=_shown(data, name), conflict=error.message)
        return render_template(TEMPLATE, page=page), status_of(error)
    except FormError:
        return render_template(TEMPLATE, page=_page(file=_shown(data, name))), 422
    except UnreadableError as error:
        return _refused(error, "file")


@bp.post("/rules/table/own-file")
@allow("owner")
def rules_table_own_file() -> ResponseReturnValue:
    """Send an owner's own TOML file back with the rules as they are, its comments kept."""
    _allow_upload()
    try:
        data, _ = _uploaded("own")
        return _sent(own_file(context(), data), "toml")
    except (FormError, UnreadableError) as error:
        return _refused(error, "own")


def _allow_upload() -> None:
    request.max_content_length = LARGEST_FORM
    request.max_form_memory_size = LARGEST_FORM


def _sent(data: bytes, kind: str) -> Response:
    response = Response(data, mimetype=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="rules.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _uploaded(field: str) -> tuple[bytes, str]:
    file = request.files.get(field)
    data = file.stream.read() if file else b""
    if not file or not data:
        raise FormError(_problem(field, str(word("rule_table.choose"))))
    if len(data) > LARGEST_UPLOAD:
        raise FormError(_problem(field, str(word("rule_table.too_large"))))
    return data, file.filename or ""


def _kept() -> tuple[bytes, str]:
    """Return the file that was kept from the preview; one lost on the way must be chosen again."""
    try:
        data = base64.b64decode(request.form.get("kept", ""), validate=True)
    except ValueError:  # no base64, or not even ASCII
        data = b""
    if not data:
        raise FormError(_problem("file", str(word("rule_table.choose"))))
    return data, request.form.get("name", "")


def _problem(key: str, message: str) -> Problem:
    return Problem(file="", id="", key=key, message=message)


def _refused(error: FormError | UnreadableError, field: str) -> ResponseReturnValue:
    known = error.problems if isinstance(error, FormError) else None
    problems = known or (_problem(field, error.message),)
    return render_template(TEMPLATE, page=_page(problems=problems)), 422


def _shown(data: bytes, name: str) -> FileShown:
    preview: FilePreview = preview_file(context(), data)
    table = preview.table
    return FileShown(
        name=name,
        seen=preview.seen,
        kept=base64.b64encode(data).decode() if table.may_be_taken else "",
        may_be_taken=table.may_be_taken,
        changes=tuple(Changed.of(one) for one in table.changed[:MOST_LISTED]),
        n_changes=len(table.changed),
        n_removed=preview.n_removed,
        problems=table.problems[:MOST_LISTED],
        n_problems=len(table.problems),
    )


def _page(
    *,
    is_in_force: bool = False,
    file: FileShown | None = None,
    problems: Sequence[Problem] = (),
    conflict: str = "",
) -> TablePage:
    room = rules_room(context())
    rules = room.rules if is_in_force else room.draft_rules
    table = shown_table(context().catalogue, rules)
    return TablePage(
        bar=draft_bar(room, time_zone()),
        is_in_force=is_in_force and room.draft is not None,
        groups=tuple((id, len(list(ones))) for id, ones in groupby(c.group for c in table.columns)),
        columns=tuple(_column(column) for column in table.columns),
        rows=tuple(_row(rule, cells) for rule, cells in table.rows),
        kinds=tuple(KINDS),
        unspoken=unspoken(findings_now(context(), rules, now=now())),
        file=file,
        problems=problems,
        conflict=conflict,
    )


def _column(column: Column) -> TableColumn:
    fact = context().catalogue.facts.get(column.fact)
    label = text(fact.label) if fact else column.fact
    is_usual = column.group == "when"
    asks = label if is_usual else f"({word(f'one_rule.{column.group}')}) {label}"
    return TableColumn(label, column.fact, asks)


def _row(rule: Rule, cells: tuple[str, ...]) -> TableRow:
    return TableRow(rule.id, text(rule.because), signed(rule.weight), rule.is_on, cells)
