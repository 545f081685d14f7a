"""“That is not so”: a guest takes back what was noted of her, or corrects her booking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.languages import read_by
from engine.errors import BadInputError, ConflictError
from engine.usecases.advice.without_notes import NEEDED
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code
from engine.usecases.guests.my_data import MAY_TAKE_BACK
from engine.usecases.privacy.erase import Receipt, erase_guest
from engine.usecases.privacy.wishes import LANGUAGE, NAME
from engine.usecases.stays.recording import Act, Actor, entry, keep_advice

ENTRY, FACT = "entry", "fact"
LONGEST_NAME = 200
"""Characters; the longest names in passports have fewer."""
GONE = "This was taken back before. Nothing was changed."


def say_not_so(ctx: Context, code: str, mark: str, actor: Actor) -> None:
    """Take back an entry or a fact of the booking; a later import does not bring the fact back.

    Parameters
    ----------
    ctx : Context
    code : str
        Of her page.
    mark : str
        `Kept.mark` of what is not so.
    actor : Actor
        The guest, and where she says it.

    Raises
    ------
    BadInputError
        If it names nothing that she may take back.
    ConflictError
        If it was taken back before.
    LinkError
        If the link is wrong, revoked or expired.
    """
    kind, _, name = mark.partition("-")
    if kind not in (ENTRY, FACT) or not name or (kind == ENTRY and not name.isdecimal()):
        raise BadInputError("This cannot be read.")
    with ctx.store.begin() as work:
        stay = stay_of_code(ctx, work, code, now=actor.at)
        house = work.houses.get(stay.house)
        act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
        if kind == ENTRY:
            act.retract(_entry(act.told, int(name)))
        else:
            _drop_fact(act, name)
        keep_advice(ctx, work, act.stay, actor, house)


def _entry(told: Iterable[Evidence], seq: int) -> Evidence:
    said = next((one for one in told if one.seq == seq and one.kind in MAY_TAKE_BACK), None)
    if said is None:
        raise ConflictError(GONE)
    return said


def _drop_fact(act: Act, id: str) -> None:
    facts = dict(act.stay.facts)
    if id not in facts or id in NEEDED:
        raise ConflictError(GONE)
    del facts[id]
    _correct(act, id)
    act.stay = act.work.stays.change(act.stay, facts=facts)


def correct(ctx: Context, code: str, name: str, language: str | None, actor: Actor) -> None:
    """Write a guest's name and language as she says; a later import keeps them in this stay.

    Raises
    ------
    BadInputError
        If the name is empty or too long, or there is no such language.
    LinkError
        If the link is wrong, revoked or expired.
    """
    told = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    if not 1 <= len(told) <= LONGEST_NAME:
        raise BadInputError("A name has 1 to 200 characters.")
    if language is not None and language not in ctx.catalogue.languages:
        raise BadInputError("This cannot be read.")
    with ctx.store.begin() as work:
        stay = stay_of_code(ctx, work, code, now=actor.at)
        act = Act(work, work.houses.get(stay.house), stay, (), actor)
        changed = {NAME: told} if told != stay.guest.name else {}
        spoken = read_by(stay.guest.language, ctx.catalogue.languages)
        changed |= {LANGUAGE: language} if language and language != spoken else {}
        for what in changed:
            _correct(act, what)
        if changed:
            work.stays.change(stay, **changed)


def _correct(act: Act, what: str) -> None:
    """Note that the source was wrong in something, and not what is right: that is in its place."""
    said = entry(EvidenceKind.RETRACTION, what, None, act.actor)
    act.work.ledger.append(act.stay.id, said)


def delete_everything(ctx: Context, code: str, *, by: str, now: datetime) -> Receipt:
    """Erase the guest of a page for good, with all her stays.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    """
    with ctx.store.read() as work:
        guest = stay_of_code(ctx, work, code, now=now).guest.id
    return erase_guest(ctx, guest, by=by, now=now)
