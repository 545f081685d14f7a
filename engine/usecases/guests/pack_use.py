"""Which packs are opened and found useful: counted, without following anybody beyond the stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.stays import House, Stay
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.guests.answer_prompt import OVER, PromptState
from engine.usecases.stays.arrivals import house_today

FEWEST_TOLD = 5
"""Below it a count could point at somebody, and says nothing of the pack anyway."""

MONTHS_TOLD = 12
"""A year, so that a winter page is not judged by its summer."""


@dataclass(frozen=True, slots=True)
class PackTold:
    """What owners are told of a pack; None stands for a few, which may be nobody."""

    opened: int | None
    useful: int | None
    not_useful: int | None


NOTHING_TOLD = PackTold(None, None, None)


def is_over(house: House, stay: Stay, now: datetime) -> bool:
    """Whether a stay has ended, by its state or by the calendar of the house."""
    return stay.status in OVER or stay.departure_on < house_today(house, now)


def may_note(state: PromptState, now: datetime) -> bool:
    """Whether anything is noted: only during the stay, and not of who is served without notes."""
    return not state.advised.is_without_notes and not is_over(state.house, state.stay, now)


def note_opened(ctx: Context, state: PromptState, pack: str, *, now: datetime) -> None:
    """Note that the guest opened a pack, once per stay.

    Reading goes before counting: where the database is busy, nothing is noted.
    """
    if may_note(state, now):
        ctx.store.note(lambda work: work.pack_uses.note_opened(state.stay, pack))


def say_useful(
    ctx: Context, state: PromptState, pack: str, *, is_useful: bool, now: datetime
) -> None:
    """Note whether a pack was useful to the guest; she may change her mind during the stay."""
    if not may_note(state, now):
        return
    with ctx.store.begin() as work:
        work.pack_uses.note_opened(state.stay, pack)
        work.pack_uses.say(state.stay, pack, is_useful=is_useful)


def said_useful(ctx: Context, stay: Stay, pack: str) -> bool | None:
    """Return what the guest said of a pack, None where she said nothing."""
    with ctx.store.read() as work:
        return work.pack_uses.of(stay.id).get(pack)


def forget_pack_uses(work: Work, now: datetime) -> int:
    """Forget what each stay opened that is over, and return how many rows went; counts remain."""
    return sum(
        work.pack_uses.forget_before(house.id, house_today(house, now))
        for house in work.houses.all()
    )


def packs_told(ctx: Context, *, now: datetime) -> dict[str, PackTold]:
    """Return what owners are told of each pack over the last twelve months."""
    with ctx.store.read() as work:
        counts = work.pack_uses.counts(_first_month(now.date()))
    return {
        pack: PackTold(_told(n.opened), _told(n.useful), _told(n.not_useful))
        for pack, n in counts.items()
    }


def _told(n: int) -> int | None:
    return n if n >= FEWEST_TOLD else None


def _first_month(today: date) -> str:
    months = 12 * today.year + today.month - MONTHS_TOLD
    return f"{months // 12:04}-{months % 12 + 1:02}"
