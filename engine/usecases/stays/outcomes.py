"""How a stay was: told later, and counted at once."""

from __future__ import annotations

from engine.domain.evidence import EvidenceKind, standing
from engine.domain.outcomes import ContactFelt, Satisfaction
from engine.domain.stays import Stay, StayStatus
from engine.errors import BadInputError, ConflictError
from engine.sentences import Sentence
from engine.usecases.advice.advising import Advised, advise_stays
from engine.usecases.advice.patterns import SATISFACTION
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use
from engine.usecases.stays.recording import Act, Actor, count

CONTACT = "contact"
"""Key of the outcome that says how our contact was: -1 too little, 0 just right, 1 too much."""

HAVE_BEEN_HERE = frozenset({StayStatus.IN_HOUSE, StayStatus.DEPARTED})


def record_outcome(
    ctx: Context,
    house: str | None,
    ref: str,
    satisfaction: int,
    actor: Actor,
    *,
    contact: int | None = None,
) -> Advised:
    """Record how a stay was, and count it in the same transaction.

    What is told later counts instead of what was told before; the same act sent again (same key)
    changes nothing. Nobody is advised anew: what was decided for the stay stays as it was.

    Parameters
    ----------
    ctx : Context
        Store and catalogue.
    house : str or None
        Id of the house; the one in use where None.
    ref : str
        The reference of the stay.
    satisfaction : int
        From 1, very poor, to 5, very good.
    actor : Actor
        Who tells it, such as the guest herself.
    contact : int, optional
        How our contact was: -1 too little, 0 just right, 1 too much.

    Returns
    -------
    Advised
        The stay as it is now.

    Raises
    ------
    BadInputError
        If a grade is none of those.
    ConflictError
        If the guest has not been here.
    NotFoundError
        If the house has no stay by this reference.
    """
    told = _grades(satisfaction, contact)
    with ctx.store.begin() as work:
        place = house_in_use(work, house)
        stay = work.stays.get(place.id, ref)
        _refuse_unmet(stay)
        act = Act(work, place, stay, standing(work.ledger.of(stay.id)), actor)
        if not work.ledger.knows(actor.key):
            for key, grade in told.items():
                act.append(EvidenceKind.OUTCOME, key, grade)
        (advised,) = advise_stays(ctx, work, place, [stay], now=actor.at)
        count(ctx, work, place, advised, now=actor.at)
    return advised


def _grades(satisfaction: int, contact: int | None) -> dict[str, int]:
    if type(satisfaction) is not int or satisfaction not in list(Satisfaction):
        told = "Satisfaction is a grade from 1, very poor, to 5, very good, not {given}."
        raise BadInputError(Sentence(told, given=repr(satisfaction)))
    if contact is None:
        return {SATISFACTION: satisfaction}
    if type(contact) is not int or contact not in list(ContactFelt):
        told = "Contact was too little (-1), just right (0) or too much (1), not {given}."
        raise BadInputError(Sentence(told, given=repr(contact)))
    return {SATISFACTION: satisfaction, CONTACT: contact}


def _refuse_unmet(stay: Stay) -> None:
    if stay.status not in HAVE_BEEN_HERE:
        raise ConflictError(
            "This guest has not been here, so there is nothing to tell of the stay."
        )
