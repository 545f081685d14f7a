"""What a guest allows: her yes or no is an entry of the ledger, and her last word counts."""

from __future__ import annotations

from engine.domain.consent import Purpose
from engine.domain.evidence import EvidenceKind, standing
from engine.store import Work
from engine.usecases.advice.advising import Advised
from engine.usecases.advice.traits import guests_who_allow
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use
from engine.usecases.stays.recording import Act, Actor, keep_advice


def let_remember(
    ctx: Context, ref: str, actor: Actor, *, is_allowed: bool, house_id: str | None = None
) -> Advised:
    """Record whether a guest lets us remember her, and act on it at once.

    From a no on nothing is kept and nothing is used: what was remembered is erased in the same
    transaction. From a yes on she is remembered from this stay, once it is over; what she told
    in earlier ones is not looked up again.

    Raises
    ------
    NotFoundError
        If the house has no stay by this reference.
    """
    with ctx.store.begin() as work:
        house = house_in_use(work, house_id)
        stay = work.stays.get(house.id, ref)
        act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
        if not work.ledger.knows(actor.key) and _is_news(work, act, is_allowed=is_allowed):
            act.append(EvidenceKind.CONSENT, Purpose.REMEMBER_ME, is_allowed)
        return keep_advice(ctx, work, stay, actor, house)


def _is_news(work: Work, act: Act, *, is_allowed: bool) -> bool:
    """Whether this is another word than her last one; a no is kept even after silence."""
    if act.of(EvidenceKind.CONSENT, Purpose.REMEMBER_ME) or is_allowed:
        guest = act.stay.guest.id
        return (guest in guests_who_allow(work, [guest])) is not is_allowed
    return True
