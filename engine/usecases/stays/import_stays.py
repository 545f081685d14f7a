"""Take in stays from another system: all that can be used, with a reason for each that cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from engine.connectors.base import Refused, Result, Skipped
from engine.connectors.csv_file import drafts, read_mapping
from engine.domain.consent import LegalBasis
from engine.domain.cues import Fact
from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.domain.stays import House, Stay, StayDraft, StayStatus
from engine.errors import BadInputError, NotFoundError
from engine.store import ObjectionKind, Work
from engine.usecases.advice.patterns import renew_pattern
from engine.usecases.context import Context
from engine.usecases.guests.links import issue_link
from engine.usecases.guests.mails import follow_booking
from engine.usecases.privacy.wishes import Wishes, corrected, has_lost_its_name
from engine.usecases.stays.remembering import plan_memory

BATCH = 500
"""Records per transaction: the desk never waits longer than for so many."""

ARRIVED = frozenset({StayStatus.IN_HOUSE, StayStatus.DEPARTED})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every record; the six numbers and lists add up to `read`."""

    read: int
    created: int
    updated: int
    cancelled: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    errors: tuple[Refused, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report in the JSON shape of `tact import`."""
        return {
            **{key: getattr(self, key) for key in ("read", *COUNTED)},
            "skipped": [asdict(skipped) for skipped in self.skipped],
            "errors": [asdict(refused) for refused in self.errors],
        }


COUNTED = ("created", "updated", "cancelled", "unchanged")


def import_csv(  # noqa: PLR0913  # what, how, where, and when it happens
    ctx: Context,
    data: bytes,
    mapping_text: str,
    *,
    house: str | None,
    dry_run: bool,
    now: datetime,
    progress: Callable[[int], None] | None = None,
    mapping_name: str = "mapping",
) -> ImportReport:
    """Take in the stays of a CSV file.

    Parameters
    ----------
    ctx : Context
        Store and catalogue.
    data : bytes
        The file.
    mapping_text : str
        Which column is what, in TOML.
    house : str or None
        Id of the house that the stays belong to; None: the first own one. Real stays never mix
        with made-up ones: where only the demo house is, the first house of the seed moves in
        beside it, with the first stays.
    dry_run : bool
        True: the same report, and nothing is written.
    now : datetime
        When this happens, UTC.
    progress : callable, optional
        Told the number of records so far after each batch.
    mapping_name : str
        Name of the mapping file, for messages.

    Raises
    ------
    NotFoundError
        There is no such house.
    MappingError, UnreadableError
        Nothing can be taken in; nothing was written.
    """
    mapping = read_mapping(mapping_text, ctx.catalogue.facts, name=mapping_name)
    with ctx.store.read() as work:
        place = _place(work, ctx, house)
    results = drafts(
        data, mapping, ctx.catalogue.facts, place.id, units=codes_of(place), name=mapping_name
    )
    importing = Importing(
        ctx.catalogue.facts,
        now,
        ctx.secret,
        tells_status="status" in mapping.stay,
        newcomer=place,
    )
    return import_results(ctx, results, importing, dry_run=dry_run, progress=progress)


def own_house(work: Work, ctx: Context) -> House:
    """Return the first own house, or the one of the seed that moves in where there is none."""
    own = (house for house in work.houses.all() if not house.is_demo)
    return next(own, next(iter(ctx.catalogue.houses.values())))


def _place(work: Work, ctx: Context, asked: str | None) -> House:
    return own_house(work, ctx) if asked is None else work.houses.get(asked)


def codes_of(house: House) -> tuple[str, ...] | None:
    """Return the codes of the units of `house`; None where it has none yet, so that all fit."""
    return tuple(unit.code for unit in house.units) or None


def import_results(
    ctx: Context,
    results: Iterable[Result],
    importing: Importing,
    *,
    dry_run: bool,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Take in what a connector found, in batches that each commit on their own."""
    for batch in _batches(results):
        # A rehearsal does the same work and throws it away, so that its counts are the real ones.
        with suppress(_Rehearsed), ctx.store.begin() as work:
            importing.move_in(work)
            for result in batch:
                importing.take(work, result)
            if dry_run:
                raise _Rehearsed
        if progress is not None:
            progress(importing.n_read)
    if importing.has_changed and not dry_run:
        importing.keep_history(ctx)
    return importing.report()


class _Rehearsed(Exception):  # noqa: N818  # no fault: it rolls a dry run back
    """Ends the transaction of a dry run."""


def _batches(results: Iterable[Result]) -> Iterator[list[Result]]:
    rest = iter(results)
    while batch := list(islice(rest, BATCH)):
        yield batch


@dataclass
class Importing:
    """One import under way: what was taken in so far.

    Parameters
    ----------
    known : mapping of str to Fact
        Facts and cues of the catalogue.
    now : datetime
        When this happens, UTC.
    secret : bytes
        Key of this database: every new stay gets its guest link.
    source : str
        The source system, as named in the ledger.
    tells_status : bool
        False: the source says nothing about the status, and a known stay keeps its own.
    newcomer : House, optional
        The house of the stays, which moves in with them where it is not here yet.
    """

    known: Mapping[str, Fact]
    now: datetime
    secret: bytes
    source: str = "csv"
    tells_status: bool = True
    newcomer: House | None = None
    n_read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)
    _wishes: Wishes | None = field(default=None, init=False)

    @property
    def has_changed(self) -> bool:
        """Whether any stay is not as it was before."""
        return any(self.counts[key] for key in ("created", "updated", "cancelled"))

    def move_in(self, work: Work) -> None:
        """See that the house of the stays is here."""
        house = self.newcomer
        if house is not None and all(known.id != house.id for known in work.houses.all()):
            work.houses.save(house)
            detail = {"house": house.id}
            work.history.add("house.started", by=self.source, at=self.now, detail=detail)

    def take(self, work: Work, result: Result) -> None:
        """Store one result of a connector, and count it."""
        self.n_read += 1
        if isinstance(result, Refused):
            self.errors.append(result)
        elif isinstance(result, Skipped):
            self.skipped.append(result)
        else:
            self._take_draft(work, result)

    def report(self) -> ImportReport:
        """Return what became of every record so far."""
        counts = {key: self.counts[key] for key in COUNTED}
        return ImportReport(
            read=self.n_read, **counts, skipped=tuple(self.skipped), errors=tuple(self.errors)
        )

    def keep_history(self, ctx: Context) -> None:
        """Write the numbers, and nothing of the guests, into the history."""
        detail = {key: self.counts[key] for key in COUNTED}
        with ctx.store.begin() as work:
            work.history.add("stays.imported", by=self.source, at=self.now, detail=detail)

    def _take_draft(self, work: Work, draft: StayDraft) -> None:
        draft = self._as_allowed(work, draft)
        before = _known_stay(work, draft)
        is_over = before is None and draft.departure_on < self.now.date()
        if is_over and has_lost_its_name(work, self.secret, draft):
            self.counts["unchanged"] += 1
            return
        if before is None and draft.status is StayStatus.CANCELLED:
            # Who never was expected here is not written down.
            self.skipped.append(Skipped(draft.ref, "cancelled, and not known here"))
            return
        try:
            self.counts[self._store(work, draft, before)] += 1
        except BadInputError as error:
            self.errors.append(Refused(draft.ref, error.message))

    def _store(self, work: Work, draft: StayDraft, before: Stay | None) -> str:
        plain, cues = self._parted(draft)
        plain = corrected(work, self._settled(plain, before), before)
        stay, became = work.stays.upsert(plain)
        if became == "created":
            issue_link(work, self.secret, stay)
        if self._wishes and self._wishes.has(draft, ObjectionKind.NO_NOTES):
            work.restrictions.add(stay.guest.id, self.now)
        has_news = self._add_cues(work, stay, cues)
        if has_news or became == "updated":
            renew_pattern(work, self.known, stay, now=self.now)
        if stay.status is StayStatus.DEPARTED and became == "updated":
            plan_memory(work, stay, now=self.now)
        if became != "unchanged":
            stood = before.status if before else None
            follow_booking(work, stay, stood, now=self.now, house=self.newcomer, by=self.source)
        if stay.status is StayStatus.CANCELLED and became == "updated":
            return "updated" if before and before.status is stay.status else "cancelled"
        return "updated" if became == "unchanged" and has_news else became

    def _as_allowed(self, work: Work, draft: StayDraft) -> StayDraft:
        """Return the draft without what its guest does not want to be kept."""
        if self._wishes is None:
            self._wishes = Wishes.of(work, self.secret, draft.house)
        return self._wishes.honoured(draft, self.known)

    def _parted(self, draft: StayDraft) -> tuple[StayDraft, list[str]]:
        """Return the draft with facts only, and the cues that it tells apart from them."""
        cues = [id for id in draft.facts if self.known[id].is_cue]
        facts = {id: value for id, value in draft.facts.items() if id not in cues}
        return replace(draft, facts=facts), [id for id in cues if draft.facts[id] is True]

    def _settled(self, draft: StayDraft, before: Stay | None) -> StayDraft:
        """Return the draft without what it only seems to tell of a stay that is known."""
        if before is None:
            return draft
        is_behind = draft.status is StayStatus.EXPECTED and before.status in ARRIVED
        keeps_status = is_behind or not self.tells_status
        is_named = draft.guest_name != draft.ref  # connectors put the reference where no name is
        return replace(
            draft,
            status=before.status if keeps_status else draft.status,
            guest_name=draft.guest_name if is_named else before.guest.name,
        )

    def _add_cues(self, work: Work, stay: Stay, cues: list[str]) -> bool:
        """Add cues that were never imported for this stay; what staff took back stays so."""
        if not cues:
            return False
        told = {entry.key for entry in work.ledger.of(stay.id) if entry.source == "import"}
        for cue in (cue for cue in cues if cue not in told):
            work.ledger.append(stay.id, self._sighting(cue))
        return not told.issuperset(cues)

    def _sighting(self, cue: str) -> Evidence:
        is_wish = self.known[cue].is_instruction
        return Evidence(
            kind=EvidenceKind.CUE,
            key=cue,
            value=True,
            by=self.source,
            at=self.now,
            basis=LegalBasis.CONTRACT if is_wish else BASIS_OF[EvidenceKind.CUE],
            source="import",
        )


def _known_stay(work: Work, draft: StayDraft) -> Stay | None:
    try:
        return work.stays.get(draft.house, draft.ref)
    except NotFoundError:
        return None
