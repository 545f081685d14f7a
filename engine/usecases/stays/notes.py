"""Notes of the desk about a stay: a few words for the next shift, with a warning where due."""

from __future__ import annotations

from collections.abc import Collection

from engine.domain.evidence import EvidenceKind, standing
from engine.domain.languages import read_by
from engine.domain.sensitive import Sensitive, sensitive
from engine.errors import BadInputError, ConflictError
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use
from engine.usecases.stays.recording import Act, Actor

DESK = "desk"
"""Key of a note; the value is its text."""
LONGEST_NOTE = 500
"""Characters: a note is a reminder, not a file about a person."""


def write_note(
    ctx: Context,
    ref: str,
    text: str,
    actor: Actor,
    *,
    languages: Collection[str],
    is_meant: bool = False,
) -> tuple[Sensitive, ...]:
    """Keep a note, unless it tells of health, religion or origin and nobody has confirmed it.

    Parameters
    ----------
    ctx : Context
    ref : str
        The reference of the stay, of the house in use.
    text : str
        1 to 500 characters.
    actor : Actor
        Who writes.
    languages : collection of str
        Tags of those that it may be written in; the guest's and the house's are added.
    is_meant : bool
        The warning was read, and the note is to be kept all the same.

    Returns
    -------
    tuple of Sensitive
        What the note was warned of; empty where it was kept.

    Raises
    ------
    BadInputError
        If the note is empty or too long.
    ConflictError
        If the guest is served without notes.
    NotFoundError
        If the house has no stay by this reference.
    """
    note = text.strip()
    if not 1 <= len(note) <= LONGEST_NOTE:
        raise BadInputError("A note has 1 to 500 characters.")
    with ctx.store.begin() as work:
        house = house_in_use(work)
        stay = work.stays.get(house.id, ref)
        hers = read_by(stay.guest.language, ctx.catalogue.sensitive)
        spoken = {*languages, *house.languages, *([hers] if hers else [])}
        if work.restrictions.of([stay.guest.id]):
            raise ConflictError("This guest is served without notes. Take that back first.")
        if not is_meant and (found := warned(ctx, note, spoken)):
            return found
        act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
        if not work.ledger.knows(actor.key):
            act.append(EvidenceKind.NOTE, DESK, note)
    return ()


def warned(ctx: Context, text: str, languages: Collection[str]) -> tuple[Sensitive, ...]:
    """Return the words of a text that tell of health, religion or origin."""
    lexicons = ctx.catalogue.sensitive
    return sensitive(text, [lexicons[tag] for tag in sorted(languages) if tag in lexicons])
