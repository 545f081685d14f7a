"""Stays with their guests."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.errors import ConflictError, LinkError, NotFoundError
from engine.sentences import Sentence
from engine.store.columns import add_row, table_of
from engine.store.fold import fold
from engine.store.guests import Guests
from engine.store.rows import HouseRow
from engine.store.stay_rows import GUEST, STAY, STAYS, differences, stay_of, told

HOUSE = table_of(HouseRow)
Landing = Literal["created", "updated", "unchanged"]
"""What became of a draft."""

CHANGEABLE = frozenset(
    {
        "unit",
        "arrival_on",
        "departure_on",
        "status",
        "facts",
        "expected_hour",
        "checked_in_at",
        "checked_in_by",
        "served_style",
    }
)
OF_GUEST = frozenset({"name", "language"})
AWAY = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
MOST_FOUND = 50
"""Stays in one answer to a search: more is not a choice any more."""

IN_HOUSE = STAY.c.house_id == sa.bindparam("house")
BY_REF = STAYS.where(IN_HOUSE, STAY.c.ref == sa.bindparam("ref"))
BY_ID = STAYS.where(STAY.c.id == sa.bindparam("id"))
BY_LINK = STAYS.where(STAY.c.link_sha256 == sa.bindparam("sha256"))
IN_ORDER = STAY.c.arrival_on, STAY.c.expected_hour.nulls_last(), STAY.c.id
BETWEEN = STAYS.where(
    IN_HOUSE, STAY.c.arrival_on.between(sa.bindparam("first"), sa.bindparam("last"))
).order_by(*IN_ORDER)
PRESENT = STAYS.where(IN_HOUSE, STAY.c.status == StayStatus.IN_HOUSE).order_by(*IN_ORDER)
OF_GUEST_ID = STAYS.where(STAY.c.guest_id == sa.bindparam("guest_id")).order_by(*IN_ORDER)
ARRIVING = (IN_HOUSE, STAY.c.status.not_in(AWAY))
COUNTS = (
    sa.select(STAY.c.arrival_on, sa.func.count())
    .where(*ARRIVING, STAY.c.arrival_on.between(sa.bindparam("first"), sa.bindparam("last")))
    .group_by(STAY.c.arrival_on)
    .order_by(STAY.c.arrival_on)
)
NEXT_DAY = sa.select(sa.func.min(STAY.c.arrival_on)).where(
    *ARRIVING, STAY.c.arrival_on > sa.bindparam("day")
)
ADD = sa.insert(STAY)
GENERATION = sa.select(STAY.c.link_generation).where(STAY.c.id == sa.bindparam("id"))


class Stays:
    """Stays of all houses."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._guests = Guests(connection)

    def add(self, draft: StayDraft) -> Stay:
        """Keep a new stay.

        Raises
        ------
        ConflictError
            When the house has a stay with this ref already.
        """
        if self._row(BY_REF, house=draft.house, ref=draft.ref) is not None:
            raise ConflictError("A stay with this booking number is here already.")
        return self._create(draft)

    def upsert(self, draft: StayDraft) -> tuple[Stay, Landing]:
        """Keep a stay as its source tells it now, whether it is new or known.

        Returns
        -------
        tuple of Stay and str
            `created`, `updated` or `unchanged`; the same draft twice is unchanged.
        """
        known = self._row(BY_REF, house=draft.house, ref=draft.ref)
        if known is None:
            return self._create(draft), "created"
        return self._bring_up_to_date(draft, known)

    def get(self, house: str, ref: str) -> Stay:
        """Return the stay of a house with the source's number `ref`.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        return self._stay(BY_REF, house=house, ref=ref)

    def has(self, house: str, ref: str) -> bool:
        """Return whether a house has a stay with the source's number `ref`."""
        return self._row(BY_REF, house=house, ref=ref) is not None

    def by_id(self, id: int) -> Stay:
        """Return the stay with our number `id`.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        return self._stay(BY_ID, id=id)

    def between(self, house: str, first: date, last: date) -> tuple[Stay, ...]:
        """Return the stays that arrive from `first` to `last`, in the order of their arrival.

        Those without an expected hour come last in their day; cancelled ones are included.
        """
        rows = self._connection.execute(BETWEEN, {"house": house, "first": first, "last": last})
        return tuple(stay_of(row) for row in rows)

    def count(self) -> int:
        """Return how many stays there are, of all houses."""
        return self._connection.scalar(sa.select(sa.func.count()).select_from(STAY)) or 0

    def in_house(self, house: str) -> tuple[Stay, ...]:
        """Return the stays whose guests are here now, in the order of their arrival."""
        rows = self._connection.execute(PRESENT, {"house": house})
        return tuple(stay_of(row) for row in rows)

    def of_guest(self, guest_id: int) -> tuple[Stay, ...]:
        """Return all stays of a guest, in the order of their arrival."""
        rows = self._connection.execute(OF_GUEST_ID, {"guest_id": guest_id})
        return tuple(stay_of(row) for row in rows)

    def find(self, house: str, text: str, limit: int = MOST_FOUND) -> tuple[Stay, ...]:
        """Return stays whose guest, ref or unit contains `text`, latest arrivals first.

        Case and accents of names do not matter. An empty text finds nothing.
        """
        folded = fold(text)
        if not folded:
            return ()
        place = sa.func.lower(sa.func.coalesce(STAY.c.unit, ""))
        matches = sa.or_(
            GUEST.c.folded_name.contains(folded, autoescape=True),
            sa.func.lower(STAY.c.ref).contains(folded, autoescape=True),
            place.contains(folded, autoescape=True),
        )
        query = STAYS.where(IN_HOUSE, matches).order_by(STAY.c.arrival_on.desc(), STAY.c.id)
        rows = self._connection.execute(query.limit(limit), {"house": house})
        return tuple(stay_of(row) for row in rows)

    def arrivals_count(self, house: str, first: date, last: date) -> dict[date, int]:
        """Return how many arrivals each day has, days without any left out.

        Cancelled stays and guests who did not come do not count.
        """
        rows = self._connection.execute(COUNTS, {"house": house, "first": first, "last": last})
        return {row[0]: row[1] for row in rows}

    def next_arrival_on(self, house: str, after: date) -> date | None:
        """Return the first day after `after` with an arrival, or None."""
        day: date | None = self._connection.scalar(NEXT_DAY, {"house": house, "day": after})
        return day

    def change(self, stay: Stay, **changes: Any) -> Stay:
        """Change what a person may change of a stay that she looks at.

        Parameters
        ----------
        stay : Stay
            As it was seen.
        **changes
            Fields of `Stay`, or `name` and `language` of its guest.

        Returns
        -------
        Stay
            With the next version.

        Raises
        ------
        ConflictError
            When somebody else was faster; says who checked the guest in.
        NotFoundError
            When the stay is gone.
        TypeError
            When something else is to be changed.
        """
        if unknown := changes.keys() - CHANGEABLE - OF_GUEST:
            raise TypeError(f"a stay has no {', '.join(sorted(unknown))} to change")
        columns = {key: value for key, value in changes.items() if key in CHANGEABLE}
        if "facts" in columns:
            columns["facts"] = dict(columns["facts"])
        if not self._write(stay, columns):
            raise self._who_was_faster(stay)
        guest = {key: value for key, value in changes.items() if key in OF_GUEST}
        self._guests.rename(stay.guest.id, **guest)
        return self.by_id(stay.id)

    def by_link(self, sha256hex: str) -> Stay:
        """Return the stay that a guest link opens, by the hash of its code.

        Raises
        ------
        LinkError
            When there is none; whether it is too old is for the caller to say.
        """
        row = self._row(BY_LINK, sha256=sha256hex)
        if row is None:
            raise LinkError("This link does not work, or no longer. Ask at the desk.")
        return stay_of(row)

    def set_link(self, stay: Stay, sha256hex: str, generation: int) -> None:
        """Keep the hash of a new link; the link before it is dead from now on."""
        self._connection.execute(
            sa.update(STAY)
            .where(STAY.c.id == stay.id)
            .values(link_sha256=sha256hex, link_generation=generation)
        )

    def link_generation(self, stay: Stay) -> int:
        """Return how many links the stay has had; 0 before the first."""
        return self._connection.scalar(GENERATION, {"id": stay.id}) or 0

    def _create(self, draft: StayDraft) -> Stay:
        row = {
            "house_id": draft.house,
            "ref": draft.ref,
            "guest_id": self._guests.of(draft),
            "version": 1,
            "link_generation": 0,
            **told(draft),
        }
        return self.by_id(add_row(self._connection, ADD, row))

    def _bring_up_to_date(self, draft: StayDraft, known: sa.Row[Any]) -> tuple[Stay, Landing]:
        columns = differences(told(draft, known), known)
        if draft.guest_key is not None and draft.guest_key != known.external_key:
            columns["guest_id"] = self._guests.of(draft)
            is_other = columns["guest_id"] != known.guest_id
        else:
            is_other = self._guests.bring_up_to_date(draft, known)
        seen = stay_of(known)
        if not columns and not is_other:
            return seen, "unchanged"
        self._write(seen, columns)
        return self.by_id(seen.id), "updated"

    def _write(self, stay: Stay, columns: dict[str, Any]) -> bool:
        """Write `columns` and the next version; return False where somebody was faster."""
        row = (
            sa.update(STAY)
            .where(STAY.c.id == stay.id, STAY.c.version == stay.version)
            .values(version=stay.version + 1, **columns)
        )
        return self._connection.execute(row).rowcount == 1

    def _who_was_faster(self, seen: Stay) -> ConflictError:
        now = self.by_id(seen.id)
        if now.checked_in_at is None or now.checked_in_at == seen.checked_in_at:
            return ConflictError(
                "This stay was changed in the meantime. Load it again and repeat your change."
            )
        zone = self._connection.scalar(sa.select(HOUSE.c.time_zone).where(HOUSE.c.id == now.house))
        hour = now.checked_in_at.astimezone(ZoneInfo(str(zone)))
        who = now.checked_in_by or Sentence("Somebody")
        return ConflictError(
            Sentence("{who} checked this guest in at {time}.", who=who, time=f"{hour:%H:%M}")
        )

    def _stay(self, query: sa.Select[Any], **where: object) -> Stay:
        row = self._row(query, **where)
        if row is None:
            raise NotFoundError("There is no such stay.")
        return stay_of(row)

    def _row(self, query: sa.Select[Any], **where: object) -> sa.Row[Any] | None:
        return self._connection.execute(query, where).first()
