"""What publishing the draft would change, before anybody publishes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.audit.judgement import Judgement
from engine.audit.offpolicy import Interval
from engine.audit.replay import Served
from engine.decision.advise import Adviser
from engine.domain.rules import Rule
from engine.domain.stays import House, Stay
from engine.rules.column_rules import ColumnRules, counts
from engine.store import DraftRecord, Work
from engine.store.replay_note import ReplayNote
from engine.store.snapshot_marks import stays_by_id
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.ready_stays import READY
from engine.usecases.advice.snapshots import stays_at_hand
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.replay_noted import noted, noted_live, outcomes_in
from engine.usecases.rules.replay_rules import BATCH, adviser_by, judged, turned_by
from engine.usecases.rules.tune_rules import mark_of_draft
from engine.usecases.stays.arrivals import house_in_use, house_today

LOOK_BACK = timedelta(days=400)
LOOK_AHEAD = timedelta(days=400)
"""A year and a bit on each side: every season once."""
MOST_AT_ONCE = 1_500_000
"""Stays that are served while the page is waited for: a fifth of a second for a million, and a
second more for the first draft after any of them changed."""
MOST_UNREAD = 5_000
"""Stays that are read from the database while a page is waited for: about a second."""
MOST_LISTED = 100
"""Stays that are named; the counts are of all."""
KIND = "replay"
"""Of the job that replays where there is too much to wait for."""


@dataclass(frozen=True, slots=True)
class Band:
    """Mean satisfaction in points of 100, with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What rules are worth, told by the stays left to chance, or why nobody can say."""

    now: Band | None
    then: Band | None
    n_stays: int
    """Left to chance."""
    ess: float
    """What they are worth for the draft, in stays."""
    refused: tuple[str, ...]
    """Kinds of refusal: `nobody`, or those of `engine.audit.offpolicy`."""

    @property
    def verdict(self) -> str:
        """Return `better` or `worse` where the intervals lie apart, else `open`."""
        if self.now is None or self.then is None:
            return "open"
        if self.then.low > self.now.high:
            return "better"
        return "worse" if self.then.high < self.now.low else "open"


@dataclass(frozen=True, slots=True)
class LongWork:
    """A replay that goes on while its owner does something else."""

    state: str
    """`waiting`, `read`, `serve` or `failed`."""
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing the draft would change."""

    changed: tuple[Served, ...]
    """Those listed, the largest shift first."""
    n_changed: int
    n_stays: int
    turns: tuple[tuple[str, str, int], ...]
    """From style, to style, how many stays; the most frequent first."""
    stays: Mapping[str, Stay]
    """The changed ones by reference, for names and days."""
    outcomes: Mapping[str, int]
    """How those of them were that are listed, 1 to 5, where anybody told."""
    house: House
    worth: Worth | None = None
    """What it would be worth; None without a draft."""
    long_work: LongWork | None = None
    """None where all is told."""


@dataclass(frozen=True, slots=True)
class Matching:
    """For how many stays of the last year and the next each rule fires, or cannot tell."""

    n_stays: int
    by_rule: Mapping[str, tuple[int, int]]
    """Rule to both counts, whatever its days and whether it is on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a preview is made from."""

    house: House
    days: tuple[date, date]
    draft: DraftRecord
    now: Adviser
    then: Adviser
    key: str


def preview(ctx: Context, *, now: datetime, house_id: str | None = None) -> Preview:
    """Say which past and coming stays of a house the draft would serve otherwise.

    Each is served on the day of its arrival. Where there is too much to wait for, a job does it,
    and what is shown meanwhile is how far it is.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        asked = _asked(ctx, work, house, now)
    if asked is None:
        return Preview((), 0, _n_stays(ctx, house, now), (), {}, {}, house)
    worth = _worth(judged(ctx, house, asked.now, asked.then))
    kept = stays_at_hand(ctx, MOST_UNREAD)
    past = READY.past(ctx, kept, house.id, asked.days) if kept else None
    if kept is None or past is None or past.n_stays > MOST_AT_ONCE:
        n_stays = past.n_stays if past else _n_stays(ctx, house, now)
        return _in_background(ctx, asked, worth, n_stays, now)
    live = READY.live(ctx, kept, house.id, asked.days, asked.now)
    return _told(ctx, house, noted_live(live.try_on(asked.then, MOST_LISTED), past), worth)


def matching(
    ctx: Context, rules: Sequence[Rule], *, now: datetime, house_id: str | None = None
) -> Matching | None:
    """Count for how many stays of a house each rule fires.

    None while there is too much to read first; a preview sees to that.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
    kept = stays_at_hand(ctx, MOST_UNREAD)
    if kept is None:
        return None
    past = READY.past(ctx, kept, house.id, _days(house, now))
    fired, unsure = counts(ColumnRules(rules, {}), past.columns, len(rules))
    pairs = zip(fired.tolist(), unsure.tolist(), strict=True)
    return Matching(past.n_stays, {r.id: n for r, n in zip(rules, pairs, strict=True)})


def replay_in_background(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Replay the draft as a job; one that changed since, or is gone, is passed over."""
    with ctx.store.read() as work:
        house = work.houses.get(str(payload["house"]))
        asked = _asked(ctx, work, house, now)
    if asked is None or asked.key != payload["key"]:
        return
    note = ReplayNote(ctx.store.folder, asked.key)

    def tell(what: str, done: int, of: int) -> None:
        note.write(state=what, done=done, of=of)

    turned = turned_by(ctx, house, asked.now, asked.then, days=asked.days, progress=tell)
    note.write(state="done", **noted(turned, most=MOST_LISTED))


def _worth(judgement: Judgement) -> Worth:
    before, after = judgement.before, judgement.after
    kinds = tuple(refusal.kind for refusal in after.refusals)
    return Worth(_band(before.dr), _band(after.dr), after.n, after.ess, kinds)


def _band(told: Interval | None) -> Band | None:
    """Return an estimate as points; an interval may reach beyond what can be, a guest cannot."""
    if told is None:
        return None
    low, mean, high = (
        100.0 * min(max(share, 0.0), 1.0) for share in (told.low, told.estimate, told.high)
    )
    return Band(mean, low, high)


def _n_stays(ctx: Context, house: House, now: datetime) -> int:
    with ctx.store.read() as work:
        return sum(work.stays.arrivals_count(house.id, *_days(house, now)).values())


def _days(house: House, now: datetime) -> tuple[date, date]:
    today = house_today(house, now)
    return today - LOOK_BACK, today + LOOK_AHEAD


def _asked(ctx: Context, work: Work, house: House, now: datetime) -> _Asked | None:
    draft = work.rule_sets.draft()
    if draft is None:
        return None
    in_force = adviser_in_force(ctx, work, house.id)
    then = adviser_by(ctx, in_force, rule_set_of(draft))
    days, versions = _days(house, now), in_force.versions
    pieces = (house.id, days[0], versions.rules, versions.model, versions.seed)
    key = "/".join(map(str, (*pieces, mark_of_draft(draft))))
    return _Asked(house, days, draft, in_force, then, key)


def _in_background(
    ctx: Context, asked: _Asked, worth: Worth, n_stays: int, now: datetime
) -> Preview:
    """Return what a job told, or how far it is; where none is at it, one will be."""
    note = ReplayNote(ctx.store.folder, asked.key).read()
    if note and note["state"] == "done":
        return _told(ctx, asked.house, note, worth)
    with ctx.store.read() as work:
        is_planned = any(_is_of(asked, job.kind, job.payload) for job in work.jobs.waiting())
        is_dead = any(_is_of(asked, job.kind, job.payload) for job in work.jobs.dead())
    if not is_planned and not is_dead:
        _plan(ctx, asked, now)
    doing = LongWork("failed" if is_dead and not is_planned else "waiting")
    if note and is_planned:
        doing = LongWork(note["state"], note["done"], note["of"])
    return Preview((), 0, n_stays, (), {}, {}, asked.house, worth, doing)


def _is_of(asked: _Asked, kind: str, payload: Mapping[str, Any]) -> bool:
    return kind == KIND and payload.get("key") == asked.key


def _plan(ctx: Context, asked: _Asked, now: datetime) -> None:
    payload = {"house": asked.house.id, "key": asked.key}
    with ctx.store.begin() as work:
        work.jobs.add(
            KIND, payload, key=f"{KIND}:{asked.key}:{now.isoformat()}", due_at=now, at=now
        )


def _told(ctx: Context, house: House, note: Mapping[str, Any], worth: Worth) -> Preview:
    """Name the stays of a replay, with their outcomes; one that is gone by now is left out."""
    ids = [id for id, *_ in note["changed"]]
    stays: dict[int, Stay] = {}
    with ctx.store.read() as work:
        for start in range(0, len(ids), BATCH):
            some = stays_by_id(work.connection, ids[start : start + BATCH])
            stays |= {stay.id: stay for stay in some}
        outcomes = outcomes_in(work, [stays[id] for id in ids[:MOST_LISTED] if id in stays])
    return Preview(
        changed=tuple(
            Served(stays[id].ref, before, after, shift)
            for id, before, after, shift in note["changed"]
            if id in stays
        ),
        n_changed=note["n_changed"],
        n_stays=note["n_stays"],
        turns=tuple((before, after, n) for before, after, n in note["turns"]),
        stays={stay.ref: stay for stay in stays.values()},
        outcomes=outcomes,
        house=house,
        worth=worth,
    )
