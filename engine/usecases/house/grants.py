"""What staff may grant on the spot, for guests to whom something happened."""

from __future__ import annotations

from engine.decision.situation import Situation
from engine.domain.cues import Texts
from engine.domain.stays import House
from engine.usecases.context import Context
from engine.usecases.house.room import grants_of
from engine.usecases.stays.arrivals import Card


def grants_for(ctx: Context, card: Card) -> Texts:
    """Return what may be granted to this guest, by language; empty where nothing went wrong.

    It is for a complaint or a problem: then a guest should not wait for somebody who may say yes.
    """
    is_recovery = Situation(card.advised.case, ctx.catalogue).is_recovery
    return grants_of(card.house) if is_recovery else {}


def grants_in(house: House, told: Texts, wanted: str) -> tuple[str, tuple[str, ...]]:
    """Return the language and the lines of what may be granted.

    Parameters
    ----------
    house : House
        Where `wanted` is not told, its own languages are asked in their order.
    told : mapping of str to str
        Language to text, one thing a line.
    wanted : str
        Language of whoever reads it.

    Returns
    -------
    tuple of str and tuple of str
        Language and lines; both empty where nothing is told.
    """
    for tag in (wanted, *house.languages, *told):
        lines = tuple(line.strip() for line in told.get(tag, "").splitlines() if line.strip())
        if lines:
            return tag, lines
    return "", ()
