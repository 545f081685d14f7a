"""The guide: by the guest's own page, or by a code printed in the unit."""

from __future__ import annotations

from urllib.parse import quote

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.errors import NotFoundError
from engine.usecases.guests.answer_prompt import open_prompt
from engine.usecases.guests.guide import GuidePack, unit_guide
from web.guest.blueprint import bp
from web.guest.door import code, opened, speak_like
from web.guest.markdown import to_html
from web.guest.pages import PackPage, UnitPage, links
from web.guest.writing import guide_for
from web.i18n import language
from web.policy import allow
from web.work import context, now


@bp.get("/g/guide/<pack>")
@allow("anyone")
def guest_pack(pack: str) -> ResponseReturnValue:
    """Show one pack to a guest; a guarded one only while the advice puts it forward."""
    sent = code()
    state = opened(lambda: open_prompt(context(), sent, now=now()))
    speak_like(state.stay)
    return _pack_page(state.house.name, guide_for(state), pack, "/g")


@bp.get("/p/<unit_code>")
@allow("anyone")
def unit_packs(unit_code: str) -> ResponseReturnValue:
    """List the packs of a unit; the next guest will scan the same code."""
    found = opened(lambda: unit_guide(context(), unit_code, language()))
    folder = f"/p/{quote(found.unit.code, safe='')}"
    page = UnitPage(found.house.name, found.unit.name, links(found.packs, folder))
    return render_template("packs/unit.html", page=page)


@bp.get("/p/<unit_code>/<pack>")
@allow("anyone")
def unit_pack(unit_code: str, pack: str) -> ResponseReturnValue:
    """Show one pack of a unit."""
    found = opened(lambda: unit_guide(context(), unit_code, language()))
    back = f"/p/{quote(found.unit.code, safe='')}"
    return _pack_page(found.house.name, found.packs, pack, back)


def _pack_page(
    house: str, packs: tuple[GuidePack, ...], wanted: str, back: str
) -> ResponseReturnValue:
    pack = next((pack for pack in packs if pack.id == wanted), None)
    if pack is None:
        raise NotFoundError("This page of the guide is not open.")
    page = PackPage(house, pack.title, to_html(pack.text), back)
    return render_template("packs/pack.html", page=page)
