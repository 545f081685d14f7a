"""What an erasure would take, before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.store.backup import backups_folder
from engine.store.erasing import count_rows
from engine.usecases.context import Context
from engine.usecases.privacy.erase import find_guest
from engine.usecases.stays.arrivals import house_in_use


@dataclass(frozen=True, slots=True)
class ToGo:
    """One guest with what is kept of her."""

    house: str
    guest: int
    name: str
    stays: tuple[tuple[str, str], ...]
    """Number of the booking and day of arrival."""
    rows: Mapping[str, int]
    has_backups: bool

    def in_words(self) -> Iterator[str]:
        """Say it to whoever is to agree."""
        yield f"Guest {self.guest} of {self.house}: {self.name or 'no name'}"
        yield from (f"  booking {ref}, arrival {day}" for ref, day in self.stays)
        yield "  to go: " + ", ".join(f"{n} {table}" for table, n in sorted(self.rows.items()))


def what_goes(ctx: Context, named: str, house_id: str | None) -> ToGo:
    """Find a guest and count what is kept of her.

    Raises
    ------
    NotFoundError
        If there is no such house or guest.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        guest = find_guest(work, house.id, named)
        stays = work.stays.of_guest(guest)
        return ToGo(
            house=house.id,
            guest=guest,
            name=work.guests.get(guest).name,
            stays=tuple((stay.ref, stay.arrival_on.isoformat()) for stay in stays),
            rows=count_rows(work.connection, guest),
            has_backups=bool(ctx.store.path and backups_folder(ctx.store.path).exists()),
        )
