"""The link to a guest's own page: unguessable, shown again on demand, dead after the stay."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.stays import Stay, StayStatus
from engine.errors import LinkError
from engine.store import Work
from engine.usecases.context import Context

KEPT_AFTER_CHECK_OUT = timedelta(days=7)
"""Long enough to look up the way home or a lost thing, short enough to be forgotten."""

CODE_BYTES = 16
"""128 bits: nobody guesses it."""


def guest_code(secret: bytes, stay_id: int, generation: int) -> str:
    """Return the code of a stay: the same again for the same generation, another for the next."""
    seed = f"guest-link:{stay_id}:{generation}".encode()
    digest = hmac.new(secret, seed, hashlib.sha256).digest()[:CODE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def fingerprint(code: str) -> str:
    """Return what the store keeps of a code."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def is_alive(work: Work, stay: Stay, now: datetime) -> bool:
    """Whether the link of `stay` still opens its page."""
    # The house first: a stay that was cancelled takes as long to refuse as one that is over.
    zone = ZoneInfo(work.houses.get(stay.house).time_zone)
    if stay.status in (StayStatus.CANCELLED, StayStatus.NO_SHOW):
        return False
    return now.astimezone(zone).date() <= stay.departure_on + KEPT_AFTER_CHECK_OUT


def guest_link(ctx: Context, work: Work, stay: Stay, *, now: datetime) -> str | None:
    """Return the full address of the guest's own page, None once it is dead."""
    if not is_alive(work, stay, now):
        return None
    return f"{ctx.base_url}/g/{guest_code(ctx.secret, stay.id, work.stays.link_generation(stay))}"


def stay_of_code(ctx: Context, work: Work, code: str, *, now: datetime) -> Stay:
    """Find the stay that a code opens.

    Raises
    ------
    LinkError
        If the code is wrong, revoked or expired; neither the reply nor the work that it takes
        says which.
    """
    try:
        stay = work.stays.by_link(fingerprint(code))
    except LinkError:
        work.houses.all()  # as many statements as for a code that is too old
        raise
    if not is_alive(work, stay, now):
        raise LinkError("Ask at the desk; we open your page again.")
    return stay


def issue_link(work: Work, secret: bytes, stay: Stay) -> None:
    """Give a new stay its first link, so that its page opens from now on."""
    work.stays.set_link(stay, fingerprint(guest_code(secret, stay.id, 1)), 1)


def reissue_link(ctx: Context, ref: str, house_id: str) -> str:
    """Revoke the link of a stay and return its new code."""
    with ctx.store.begin() as work:
        stay = work.stays.get(house_id, ref)
        generation = work.stays.link_generation(stay) + 1
        code = guest_code(ctx.secret, stay.id, generation)
        work.stays.set_link(stay, fingerprint(code), generation)
    return code
