"""The room of the house: what it is, its units, its values, chance, history."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.stays import Unit
from engine.errors import ConflictError, FormError
from engine.usecases.house import edits, unit_edits
from engine.usecases.house import room as rooms
from engine.usecases.house.content import Signature
from engine.usecases.house.forgetting import restore_forgetting, set_forgetting
from engine.usecases.house.own_house import COMPLEXITY, KINDS
from engine.usecases.house.room import GRANTS, UnitRow
from web.errors import status_of
from web.i18n import translated
from web.owner.blueprint import bp
from web.owner.house import forms
from web.owner.house.fields import Typed
from web.owner.house.forgetting import reason_of
from web.owner.house.page import house_page
from web.owner.house.parts import PATH, pack_page, unit_page
from web.policy import allow
from web.work import by, context, now, once

HOUSE, PACK, UNIT = "owner/house.html", "owner/house_values.html", "owner/house_unit.html"


@bp.get("/house")
@allow("owner")
def house_room() -> ResponseReturnValue:
    """Show one house with every form."""
    room = rooms.house_room(context(), request.args.get("house"), now=now())
    return render_template(HOUSE, page=house_page(room, is_saved="saved" in request.args))


@bp.post("/house/<id>/basics")
@allow("owner")
def house_basics(id: str) -> ResponseReturnValue:
    """Change what the house is."""

    def act() -> None:
        told, seen = forms.basics(request.form)
        edits.save_basics(context(), id, told, by=by(), now=now(), seen=seen)

    return _saved(id, "basics", act)


@bp.post("/house/<id>/grants")
@allow("owner")
def house_grants(id: str) -> ResponseReturnValue:
    """Change what staff may grant on the spot."""

    def act() -> None:
        house = rooms.house_room(context(), id, now=now()).house
        told = forms.texts(request.form, (GRANTS,), house.languages)
        edits.save_values(context(), id, told, by=by(), now=now(), seen=_seen())

    return _saved(id, "grants", act)


@bp.post("/house/<id>/exploration")
@allow("owner")
def house_exploration(id: str) -> ResponseReturnValue:
    """Let chance into the choice of style, or end it."""

    def act() -> None:
        told = forms.exploration(request.form)
        edits.save_exploration(context(), id, told, by=by(), now=now(), seen=_seen())

    return _saved(id, "exploration", act)


@bp.post("/house/<id>/forgetting")
@allow("owner")
def house_forgetting(id: str) -> ResponseReturnValue:
    """Let guests be forgotten faster or more slowly."""

    def act() -> None:
        share, signed = forms.forgetting(request.form), _signed(request.form.get("reason", ""))
        seen = request.form.get("seen", type=int)
        set_forgetting(context(), share, signed, seen=seen)

    return _saved(id, "forgetting", act)


@bp.post("/house/<id>/forgetting/restore/<int:number>")
@allow("owner")
def house_forgetting_restore(id: str, number: int) -> ResponseReturnValue:
    """Let an earlier share count again."""
    reason = reason_of(number).unescape()

    def act() -> None:
        restore_forgetting(context(), number, _signed(reason))

    return once(lambda: _done(id, act, "#forgetting"))


def _signed(reason: str) -> Signature:
    return Signature(by(), now(), reason)


def _saved(id: str, part: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Do it once and show the house; where it cannot be done, show the form as it was typed."""
    try:
        return once(lambda: _done(id, act, f"#{part}"))
    except (FormError, ConflictError) as error:
        room = rooms.house_room(context(), id, now=now())
        page = house_page(room, typed=_typed(error), part=part)
        return render_template(HOUSE, page=page), status_of(error)


def _done(id: str, act: Callable[[], None], place: str = "") -> str:
    act()
    return f"{PATH}?{urlencode({'house': id, 'saved': 1})}{place}"


def _seen() -> str:
    return request.form.get("seen", "")


def _typed(error: FormError | ConflictError) -> Typed:
    problems = error.problems if isinstance(error, FormError) else ()
    return Typed(request.form, problems, isinstance(error, ConflictError))


@bp.get("/house/<id>/packs/<pack>")
@allow("owner")
def house_values(id: str, pack: str) -> ResponseReturnValue:
    """Show the values that one pack mentions."""
    return render_template(PACK, page=pack_page(*rooms.pack_gaps(context(), id, pack)))


@bp.post("/house/<id>/packs/<pack>")
@allow("owner")
def house_values_post(id: str, pack: str) -> ResponseReturnValue:
    """Change the values that one pack mentions."""
    house, gaps = rooms.pack_gaps(context(), id, pack)
    told = forms.texts(request.form, gaps.keys, house.languages)

    def act() -> None:
        edits.save_values(context(), id, told, by=by(), now=now(), seen=_seen())

    try:
        return once(lambda: _done(id, act, "#packs"))
    except (FormError, ConflictError) as error:
        fresh = rooms.pack_gaps(context(), id, pack)
        return render_template(PACK, page=pack_page(*fresh, _typed(error))), status_of(error)


@bp.get("/house/<id>/units/new")
@allow("owner")
def house_unit_new(id: str) -> ResponseReturnValue:
    """Ask for a new room or cabin."""
    return _new_unit(id)


@bp.post("/house/<id>/units/new")
@allow("owner")
def house_unit_add(id: str) -> ResponseReturnValue:
    """Add a room or cabin."""

    def act() -> None:
        told, _ = forms.unit(request.form, *_words_of_units(id))
        unit_edits.add_unit(context(), id, told, by=by(), now=now())

    try:
        return once(lambda: _done(id, act, "#units"))
    except FormError as error:
        return _new_unit(id, _typed(error)), status_of(error)


def _new_unit(id: str, typed: Typed | None = None) -> str:
    house = rooms.house_room(context(), id, now=now()).house
    kind = next((unit.kind for unit in house.units), KINDS[0])
    blank = Unit("", "", kind, COMPLEXITY.get(kind, "simple"))
    row, keys = UnitRow(blank, 0, ()), rooms.unit_keys(context(), house)
    return render_template(UNIT, page=unit_page(house, row, keys, is_new=True, typed=typed))


def _words_of_units(id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the languages of a house, and what each of its units tells by itself."""
    house = rooms.house_room(context(), id, now=now()).house
    return house.languages, rooms.unit_keys(context(), house)


@bp.get("/house/<id>/units/<code>")
@allow("owner")
def house_unit(id: str, code: str) -> ResponseReturnValue:
    """Show one room or cabin."""
    return _unit(id, code)


def _unit(id: str, code: str, typed: Typed | None = None, problem: str = "") -> str:
    house, row = rooms.unit_row(context(), id, code)
    keys = rooms.unit_keys(context(), house)
    page = unit_page(house, row, keys, typed=typed, problem=problem)
    return render_template(UNIT, page=page)


@bp.post("/house/<id>/units/<code>")
@allow("owner")
def house_unit_post(id: str, code: str) -> ResponseReturnValue:
    """Change one room or cabin."""

    def act() -> None:
        form = request.form.copy()
        form["code"] = code
        told, seen = forms.unit(form, *_words_of_units(id))
        unit_edits.save_unit(context(), id, told, by=by(), now=now(), seen=seen)

    try:
        return once(lambda: _done(id, act, "#units"))
    except (FormError, ConflictError) as error:
        return _unit(id, code, _typed(error)), status_of(error)


@bp.post("/house/<id>/units/<code>/remove")
@allow("owner")
def house_unit_remove(id: str, code: str) -> ResponseReturnValue:
    """Take a room or cabin away on which no stay hangs."""

    def act() -> None:
        unit_edits.remove_unit(context(), id, code, by=by(), now=now())

    try:
        return once(lambda: _done(id, act, "#units"))
    except ConflictError as error:
        return _unit(id, code, problem=translated(error.message)), status_of(error)
