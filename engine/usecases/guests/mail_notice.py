"""Whether the house tells guests, where it takes their address, that it writes after the stay."""

from __future__ import annotations

from datetime import datetime

from engine.store import Work
from engine.usecases.context import Context

NOTICE = "mail.notice"
"""Key of the history: an owner said so, or no longer says so."""


def notice_since(work: Work, house: str) -> datetime | None:
    """Return since when guests are told when they leave their address; None where they are not.

    Who is told can object before the first mail; of those who booked earlier nobody was told.
    """
    for entry in work.history.of(NOTICE):
        if entry.detail.get("house") == house:
            return entry.at if entry.detail.get("is_given") else None
    return None


def set_notice(ctx: Context, house: str, *, is_given: bool, by: str, now: datetime) -> None:
    """Record that guests are told, or that they no longer are; said twice it is noted once.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.begin() as work:
        work.houses.get(house)
        if (notice_since(work, house) is not None) is not is_given:
            detail = {"house": house, "is_given": is_given}
            work.history.add(NOTICE, by=by, at=now, detail=detail)
