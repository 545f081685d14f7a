"""All stays of a database, coded: brought up to date before each replay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from engine.decision.coded_stays import CodedStay, Kept
from engine.decision.past import facts_kept, said_in
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.evidence import Evidence
from engine.domain.stays import Case, House, Stay
from engine.store import Work
from engine.store.replay_note import forget_replay
from engine.store.snapshot import NAME
from engine.store.snapshot_marks import (
    Mark,
    entries_since,
    last_seq,
    mark_of,
    spoken_since,
    stays_by_id,
    versions_of,
)
from engine.usecases.advice.advising import case_of
from engine.usecases.advice.coded_snapshot import Snapshot, snapshot_of
from engine.usecases.advice.patterns import NEVER_MET
from engine.usecases.advice.ready_stays import READY
from engine.usecases.advice.without_notes import bare
from engine.usecases.context import Context

BATCH = 500
"""Stays read at once."""
BLOCK = 8_000
"""Stays written at once; what is written is not lost where the work is cut off."""

Progress = Callable[[int, int], None]
"""Told now and then how many stays were read, of how many."""


def _nobody_waits(_done: int, _of: int) -> None:
    """Tell nobody."""


def stays_kept(ctx: Context, progress: Progress = _nobody_waits) -> Kept:
    """Return all stays as they stand now, reading from the database what changed since.

    Parameters
    ----------
    ctx : Context
    progress : callable, optional
        Told how many of the changed stays were read.
    """
    houses, mark = _now(ctx)
    snapshot = snapshot_of(ctx.store.folder / NAME, key_of(ctx.catalogue, list(houses.values())))
    return _kept_at(ctx, snapshot, houses, mark, progress)


def stays_at_hand(ctx: Context, most: int) -> Kept | None:
    """Return all stays as they stand now; None where more than `most` would have to be read."""
    houses, mark = _now(ctx)
    snapshot = snapshot_of(ctx.store.folder / NAME, key_of(ctx.catalogue, list(houses.values())))
    if _n_unread(snapshot, mark) > most:
        return None
    return _kept_at(ctx, snapshot, houses, mark, _nobody_waits)


def n_unread(ctx: Context) -> int:
    """Return how many stays would have to be read from the database first, about."""
    houses, mark = _now(ctx)
    snapshot = snapshot_of(ctx.store.folder / NAME, key_of(ctx.catalogue, list(houses.values())))
    return _n_unread(snapshot, mark)


def _now(ctx: Context) -> tuple[dict[str, House], Mark]:
    with ctx.store.read() as work:
        return {house.id: house for house in work.houses.all()}, mark_of(work.connection)


def _n_unread(snapshot: Snapshot, mark: Mark) -> int:
    kept = snapshot.held()
    if kept.mark != mark:
        kept = snapshot.load()
    return abs(mark.stays - kept.n_stays)


def _kept_at(
    ctx: Context, snapshot: Snapshot, houses: dict[str, House], mark: Mark, progress: Progress
) -> Kept:
    with snapshot.lock:
        if snapshot.held().mark != mark and snapshot.load().mark != mark:
            with snapshot.writing() as is_writer:
                _bring_up_to_date(ctx, snapshot, houses, progress, is_writer=is_writer)
        return snapshot.held()


def forget_stays(ctx: Context) -> None:
    """Take the coded stays away, for whoever erases a guest; the next replay codes them anew."""
    with ctx.store.read() as work:
        houses = work.houses.all()
    snapshot_of(ctx.store.folder / NAME, key_of(ctx.catalogue, houses)).drop()
    READY.forget()
    forget_replay(ctx.store.folder)


def key_of(catalogue: Catalogue, houses: Sequence[House]) -> str:
    """Name all that coded stays are made from beside the stays themselves.

    Of a catalogue these are its facts and cues: an owner who words a question better need not wait
    until all stays are coded anew.
    """
    facts = [[id, catalogue.facts[id].kind, id in catalogue.cues] for id in facts_kept(catalogue)]
    told = sorted(
        [house.id, house.house_class, [[unit.code, unit.complexity] for unit in house.units]]
        for house in houses
    )
    return hashlib.sha256(json.dumps([facts, told]).encode()).hexdigest()


def _bring_up_to_date(
    ctx: Context,
    snapshot: Snapshot,
    houses: dict[str, House],
    progress: Progress,
    *,
    is_writer: bool,
) -> None:
    kept = snapshot.load()
    with ctx.store.read() as work:
        mark = mark_of(work.connection)
        if kept.mark == mark:  # another process was faster
            return
        changed = _changed(work, kept, mark)
    if changed is None or snapshot.is_stale(len(changed)):
        snapshot.restart(is_writer=is_writer)
        with ctx.store.read() as work:
            changed = _changed(work, snapshot.held(), mark) or []
    coded: list[CodedStay] = []
    for start in range(0, len(changed), BATCH):
        with ctx.store.read() as work:
            coded += _coded(ctx, work, houses, changed[start : start + BATCH])
        progress(min(start + BATCH, len(changed)), len(changed))
        if len(coded) >= BLOCK:
            snapshot.add(coded, None, is_writer=is_writer)
            coded = []
    snapshot.add(coded, mark, is_writer=is_writer)


def _changed(work: Work, kept: Kept, mark: Mark) -> list[int] | None:
    """Return the stays that are not kept as they are now; None where one is gone altogether."""
    now = np.array(versions_of(work.connection), dtype=np.int64).reshape(-1, 2)
    if not np.isin(kept.ids, now[:, 0]).all() or _is_shorter(work, mark, kept):
        return None
    place = np.searchsorted(kept.ids, now[:, 0])
    is_kept = np.isin(now[:, 0], kept.ids)
    changed = ~is_kept
    changed[is_kept] = kept.versions[place[is_kept]] != now[is_kept, 1]
    spoken = spoken_since(work.connection, _least_seq(kept))
    seqs = dict(zip(kept.ids.tolist(), kept.seqs.tolist(), strict=True)) if spoken else {}
    later = {stay for stay, seq in spoken.items() if seq > seqs.get(stay, -1)}
    return sorted(later.union(now[changed, 0].tolist()))


def _least_seq(kept: Kept) -> int:
    """Return up to which entry all stays are kept, those that nobody spoke of since included."""
    if kept.mark is not None:
        return Mark(*kept.mark).last_seq
    return int(kept.seqs.min()) if kept.n_stays else 0


def _is_shorter(work: Work, mark: Mark, kept: Kept) -> bool:
    """Whether the ledger lost an entry: somebody was erased."""
    if kept.mark is None:
        return bool(kept.n_stays) and mark.last_seq < int(kept.seqs.max())
    before = Mark(*kept.mark)
    return mark.entries - before.entries != entries_since(work.connection, before.last_seq)


def _coded(
    ctx: Context, work: Work, houses: dict[str, House], ids: Sequence[int]
) -> Iterator[CodedStay]:
    """Code some stays; one that is gone by now is passed over."""
    seq = last_seq(work.connection)
    stays = stays_by_id(work.connection, ids)
    ledgers = work.ledger.of_many([stay.id for stay in stays])
    without = work.restrictions.of([stay.guest.id for stay in stays])
    kept_facts = facts_kept(ctx.catalogue)
    for stay in stays:
        house = houses.get(stay.house)
        if house is not None:
            is_bare = stay.guest.id in without
            seen, told = _bare(ctx, stay) if is_bare else (stay, ledgers[stay.id])
            case = case_at_arrival(seen, house, told)
            facts = Situation(case, ctx.catalogue).facts
            yield CodedStay(
                id=stay.id,
                version=stay.version,
                seq=seq,
                house=stay.house,
                day=stay.arrival_on.toordinal(),
                is_off=is_bare or stay.status in NEVER_MET,
                facts={id: facts[id] for id in kept_facts if id in facts},
                said=said_in(case),
            )


def _bare(ctx: Context, stay: Stay) -> tuple[Stay, tuple[Evidence, ...]]:
    """Return a stay that is served without notes: it is not replayed, and nothing of it is kept."""
    return bare(stay, (), ctx.catalogue.facts, ctx.catalogue.questions)


def case_at_arrival(stay: Stay, house: House, entries: Sequence[Evidence]) -> Case:
    """Return a stay with all that was ever seen and said of it, at noon of its arrival."""
    noon = datetime.combine(stay.arrival_on, time(12), ZoneInfo(house.time_zone))
    return case_of(stay, house, entries, now=noon)
