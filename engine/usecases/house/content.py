"""Owners edit what Tact says: questions, styles and packs, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.catalogue.edits import (
    BODY,
    NUMBERS,
    ORDER,
    PLACES,
    QUESTIONS,
    Fields,
    applied,
    difference,
    fields_of,
)
from engine.domain.catalogue import Catalogue
from engine.errors import FormError, NotFoundError, Problem
from engine.sentences import one_line
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.guests.pictures import picture_faults
from engine.usecases.house.content_checks import checked, faults
from engine.usecases.in_force import Content, content_of, keep_content

LONGEST_REASON = 200
"""Characters."""


def rehearse(ctx: Context, thing: str, told: Fields) -> Catalogue:
    """Return the catalogue as it would be with what was typed; nothing is kept.

    Raises
    ------
    FormError
        With what is wrong, each at its field.
    """
    with ctx.store.read() as work:
        return _made(ctx, work, thing, _tidied(ctx, work, thing, told)).catalogue


@dataclass(frozen=True, slots=True)
class Signature:
    """Who edits, when, and why."""

    by: str
    """Account name."""
    at: datetime
    reason: str = ""
    """For whoever reads the versions; may be empty."""


def save(
    ctx: Context, thing: str, told: Fields, signed: Signature, *, seen: int | None = None
) -> int:
    """Put an edit in force and return its number; saving what stands keeps nothing, 0.

    Parameters
    ----------
    ctx : Context
    thing : str
        Such as packs/wifi.
    told : dict
        Every field of the thing.
    signed : Signature
    seen : int, optional
        `Opened.seen` of the form; None does not ask.

    Raises
    ------
    FormError
        With what is wrong, each at its field.
    ConflictError
        If somebody else edited it in the meantime.
    """
    if len(signed.reason) > LONGEST_REASON:
        raise FormError(Problem("", "", "reason", "This is too long."))
    with ctx.store.begin() as work:
        tidy = _tidied(ctx, work, thing, told)
        standing = {record.thing: record.told for record in work.content.standing()}
        if tidy == standing.get(thing, {}):
            return 0
        number = _keep(ctx, work, thing, tidy, signed, seen)
    ctx.refresh()
    return number


def restore(ctx: Context, thing: str, number: int, signed: Signature) -> int:
    """Put an earlier version in force again, as a new one; 0 is the shipped text.

    Raises
    ------
    NotFoundError
        If there is no such version.
    FormError
        If it no longer fits this Tact.
    """
    with ctx.store.begin() as work:
        told = work.content.one(thing, number).told if number else {}
        shipped = fields_of(ctx.shipped(work), thing, ctx.catalogue.languages)
        fit = {name: value for name, value in told.items() if name in shipped}
        kept = _keep(ctx, work, thing, fit, signed)
    ctx.refresh()
    return kept


def confirm_translations(ctx: Context, thing: str, signed: Signature) -> int:
    """Note that the other languages still say the same; no text changes."""
    with ctx.store.begin() as work:
        last = next(iter(work.content.of(thing)), None)
        if last is None:
            raise NotFoundError("There is no such version.")
        kept = work.content.add(thing, last.told, by=signed.by, at=signed.at, reason=signed.reason)
    ctx.refresh()
    return kept


def move_question(ctx: Context, id: str, step: int, signed: Signature) -> None:
    """List a question earlier (-1) or later (+1); at either end nothing happens.

    Raises
    ------
    NotFoundError
        If there is no such question.
    """
    order = list(ctx.catalogue.questions)
    if id not in order:
        raise NotFoundError("There is no such question, style or pack.")
    place = order.index(id)
    order.insert(max(0, place + step), order.pop(place))
    save(ctx, QUESTIONS, {ORDER: order}, signed)


def _tidied(ctx: Context, work: Work, thing: str, told: Fields) -> Fields:
    """Return what differs from the shipped fields; white space alone is no difference."""
    shipped = fields_of(ctx.shipped(work), thing, ctx.catalogue.languages)
    tidy = {name: _tidy(name, value, shipped.get(name)) for name, value in told.items()}
    languages = ctx.catalogue.languages
    before = shipped | dict({one.thing: one.told for one in work.content.standing()}.get(thing, {}))
    wrong = () if thing == QUESTIONS else faults(thing, tidy, before, languages)
    wrong += picture_faults(work, tidy, languages)
    if wrong:
        raise FormError(*wrong)
    return difference(shipped, tidy)


def _tidy(name: str, value: Any, shipped: Any) -> Any:
    if name in (*NUMBERS, *PLACES, ORDER) or not isinstance(value, str):
        return value
    is_page = name.startswith(f"{BODY}.")
    plain = value.replace("\r\n", "\n").strip() if is_page else one_line(value)
    if not plain or plain == (shipped or "").strip():
        return shipped if plain else None
    return f"{plain}\n" if is_page else plain


def _made(ctx: Context, work: Work, thing: str, tidy: Mapping[str, Any]) -> Content:
    """Return the content with one more edit, after every check of the seed."""
    shipped = ctx.shipped(work)
    edits = {record.thing: record.told for record in work.content.standing()}
    is_known = work.content.newest() == ctx.content.newest
    left_out = (ctx.content if is_known else content_of(work, ctx.seed)).left_out
    still_fit = {name: told for name, told in edits.items() if name not in left_out}
    tree = applied(shipped, still_fit | {thing: tidy})
    catalogue, problems = checked(tree, shipped)
    if catalogue is None or problems:
        raise FormError(*(_at_field(thing, problem) for problem in problems))
    return Content(0, catalogue, tree)


def _at_field(thing: str, problem: Problem) -> Problem:
    page = problem.file.removeprefix(f"{thing}/")
    key = f"{BODY}.{page.removesuffix('.md')}" if page.endswith(".md") else problem.key
    return Problem("", "", key, problem.message, problem.allowed)


def _keep(
    ctx: Context,
    work: Work,
    thing: str,
    told: Mapping[str, Any],
    signed: Signature,
    seen: int | None = None,
) -> int:
    made = _made(ctx, work, thing, told)
    by, at, reason = signed.by, signed.at, signed.reason.strip()
    number = work.content.add(thing, told, by=by, at=at, reason=reason, seen=seen)
    keep_content(ctx.store, made, ctx.seed, work)
    work.history.add("content.edited", by, at, {"thing": thing, "edit": number})
    return number
