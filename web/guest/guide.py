"""The guide: by the guest's own page, or by a code printed in the unit."""

from __future__ import annotations

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInputError, NotFoundError
from engine.usecases.guests.answer_prompt import PromptState, open_prompt
from engine.usecases.guests.guide import GuidePack, UnitGuide, stay_guide, unit_guide, unit_of
from engine.usecases.guests.pack_use import may_note, note_opened, said_useful, say_useful
from engine.usecases.guests.pictures import picture
from web.assets import FOREVER
from web.guest.blueprint import bp
from web.guest.door import code, is_at_desk, opened, speak_like
from web.guest.guide_pages import PackPage, folder_of, shown
from web.guest.offline import Kept, download
from web.guest.pages import UnitPage, links
from web.guest.printed import cards
from web.i18n import language
from web.policy import allow
from web.work import context, now

GUIDE = "/g/guide"
YES, NO = "yes", "no"


@bp.get(f"{GUIDE}/<pack>")
@allow("anyone")
def guest_pack(pack: str) -> ResponseReturnValue:
    """Show one pack to a guest; a guarded one only while the advice puts it forward."""
    state, packs = _of_guest()
    one = _open(packs, pack)
    if _is_read():
        note_opened(context(), state, pack, now=now())
    is_asked = may_note(state, now())
    page = PackPage(
        house=state.house.name,
        title=one.title,
        html=shown((one,))[pack],
        back="/g",
        print=f"{GUIDE}/print?pack={pack}",
        useful=f"{GUIDE}/{pack}/useful" if is_asked else "",
        is_useful=said_useful(context(), state.stay, pack) if is_asked else None,
        is_at_desk=is_at_desk(),
    )
    return render_template("packs/pack.html", page=page)


@bp.post(f"{GUIDE}/<pack>/useful")
@allow("anyone")
def guest_pack_useful(pack: str) -> ResponseReturnValue:
    """Note whether a pack was useful."""
    state, packs = _of_guest()
    said = request.form.get("useful")
    if said not in (YES, NO):
        raise BadInputError("Choose one of the answers, or skip the question.")
    _open(packs, pack)
    say_useful(context(), state, pack, is_useful=said == YES, now=now())
    return redirect(f"{GUIDE}/{pack}#useful", 303)


@bp.get(f"{GUIDE}/keep")
@allow("anyone")
def guest_keep() -> ResponseReturnValue:
    """Hand out the whole guide as one file that needs no network; never to the desk's tablet."""
    state, packs = _of_guest()
    if is_at_desk():
        raise NotFoundError("This page of the guide is not open.")
    unit = unit_of(state.house, state.stay.unit)
    return download(Kept(state.house, unit, packs), now())


@bp.get(f"{GUIDE}/print")
@allow("anyone")
def guest_print() -> ResponseReturnValue:
    """Show one pack, or all, as cards to print."""
    state, packs = _of_guest()
    unit = unit_of(state.house, state.stay.unit)
    return cards(state.house, unit, _wanted(packs), back="/g")


@bp.get("/p/<unit_code>")
@allow("anyone")
def unit_packs(unit_code: str) -> ResponseReturnValue:
    """List the packs of a unit; the next guest will scan the same code."""
    found = _of_unit(unit_code)
    folder = folder_of(found.unit.code)
    page = UnitPage(found.house.name, found.unit.name, links(found.packs, folder))
    return render_template("packs/unit.html", page=page, folder=folder)


@bp.get("/p/<unit_code>/<pack>")
@allow("anyone")
def unit_pack(unit_code: str, pack: str) -> ResponseReturnValue:
    """Show one pack of a unit; nobody is counted, as nobody knows who reads."""
    found = _of_unit(unit_code)
    one, folder = _open(found.packs, pack), folder_of(found.unit.code)
    html, card = shown((one,))[pack], f"{folder}/print?pack={pack}"
    page = PackPage(found.house.name, one.title, html, folder, card)
    return render_template("packs/pack.html", page=page)


@bp.get("/p/<unit_code>/keep")
@allow("anyone")
def unit_keep(unit_code: str) -> ResponseReturnValue:
    """Hand out the guide of a unit as one file that needs no network."""
    found = _of_unit(unit_code)
    return download(Kept(found.house, found.unit, found.packs), now())


@bp.get("/p/<unit_code>/print")
@allow("anyone")
def unit_print(unit_code: str) -> ResponseReturnValue:
    """Show one pack of a unit, or all, as cards to print."""
    found = _of_unit(unit_code)
    return cards(found.house, found.unit, _wanted(found.packs), back=folder_of(found.unit.code))


@bp.get("/pictures/<sha256>")
@allow("anyone")
def show_picture(sha256: str) -> ResponseReturnValue:
    """Send a picture, to be kept for a year: other bytes have another address."""
    media_type, content = picture(context(), sha256)
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(sha256)
    return response.make_conditional(request)


def _of_guest() -> tuple[PromptState, tuple[GuidePack, ...]]:
    sent = code()
    state = opened(lambda: open_prompt(context(), sent, now=now()))
    speak_like(state.stay)
    return state, stay_guide(context(), state, language(), now=now())


def _of_unit(unit_code: str) -> UnitGuide:
    return opened(lambda: unit_guide(context(), unit_code, language()))


def _open(packs: tuple[GuidePack, ...], wanted: str) -> GuidePack:
    pack = next((pack for pack in packs if pack.id == wanted), None)
    if pack is None:
        raise NotFoundError("This page of the guide is not open.")
    return pack


def _wanted(packs: tuple[GuidePack, ...]) -> tuple[GuidePack, ...]:
    """Return the pack that the address asks for, or all."""
    wanted = request.args.get("pack")
    return (_open(packs, wanted),) if wanted else packs


def _is_read() -> bool:
    """Whether somebody looks at the page: browsers also fetch pages that nobody asked for yet."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
