"""What the page gets that shows what publishing would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from engine.errors import Problem
from engine.usecases.rules.in_words import Difference
from engine.usecases.rules.preview_rules import MOST_LISTED, Band, LongWork, Preview, Worth
from engine.usecases.rules.tune_rules import RulesRoom
from engine.usecases.rules.whole_draft import Clash
from web.desk.address import part_of, path_of
from web.owner.rules.bar import DraftBar, draft_bar
from web.owner.rules.pages import Changed, Turn, parts_told, style_name
from web.owner.told import day, moment, text, time_zone
from web.words import name_of, word


@dataclass(frozen=True, slots=True)
class ServedRow:
    """One stay that would be served otherwise."""

    name: str
    path: str
    pin: str
    """Page that makes a test of it."""
    day: str
    unit: str
    is_past: bool
    before: str
    after: str
    outcome: str
    """How the guest said it was; empty where she said nothing."""


@dataclass(frozen=True, slots=True)
class WorthTold:
    """What the draft would be worth, in words first."""

    verdict: Markup
    lines: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Clashed:
    """One rule of which both changed the same parts."""

    title: str
    parts: str


@dataclass(frozen=True, slots=True)
class PreviewRefusal:
    """Why a draft was not published or discarded."""

    problems: Sequence[Problem] = ()
    conflict: str = ""
    reason: str | None = None
    """What was typed as the reason; None where none was asked for."""
    since: Sequence[Difference] = ()
    """What changed of the draft since it was looked at."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What publishing would change, and the form that publishes."""

    bar: DraftBar
    changes: tuple[Changed, ...]
    n_changed: int
    n_stays: int
    turns: tuple[Turn, ...]
    rows: tuple[ServedRow, ...]
    seen: str
    worth: WorthTold | None
    long_work: LongWork | None
    """How far a long replay is; None where all is told."""
    reason: str = ""
    problems: Sequence[Problem] = ()
    conflict: str = ""
    is_reason_kept: bool = True
    """Whether it was the form with the reason that met the conflict."""
    since: tuple[Changed, ...] = ()
    """What somebody else changed of the draft since this owner looked at it."""
    clashes: tuple[Clashed, ...] = ()
    """What the draft and the version that it was just carried over to both changed."""


def preview_page(
    room: RulesRoom,
    preview: Preview,
    now: datetime,
    *,
    refusal: PreviewRefusal | None = None,
    clashes: Sequence[Clash] = (),
) -> PreviewPage:
    """Make the page that shows what publishing would change."""
    zone, refused = preview.house.time_zone, refusal or PreviewRefusal()
    return PreviewPage(
        bar=draft_bar(room, zone),
        changes=tuple(Changed.of(difference) for difference in room.changed),
        n_changed=preview.n_changed,
        n_stays=preview.n_stays,
        turns=tuple(
            Turn(n_stays, style_name(before), style_name(after))
            for before, after, n_stays in preview.turns
        ),
        rows=tuple(_served_rows(preview, now)),
        seen=room.mark,
        worth=_worth_told(preview.worth) if preview.worth else None,
        long_work=preview.long_work,
        reason=refused.reason or "",
        problems=refused.problems,
        conflict=refused.conflict,
        is_reason_kept=refused.reason is not None,
        since=tuple(Changed.of(one, *_editor(room, one)) for one in refused.since),
        clashes=tuple(_clashed(room, clashes)),
    )


def _editor(room: RulesRoom, one: Difference) -> tuple[str, str]:
    by, at = room.edits.get(one.rule.id, ("", None))
    return by, moment(at, time_zone()) if at else ""


def _clashed(room: RulesRoom, clashes: Sequence[Clash]) -> Iterator[Clashed]:
    rules = {rule.id: rule for rule in (*room.rules, *room.draft_rules)}
    for one in clashes:
        rule = rules.get(one.rule)
        yield Clashed(text(rule.because) if rule else one.rule, parts_told(one.parts))


def _served_rows(preview: Preview, now: datetime) -> Iterator[ServedRow]:
    for served in preview.changed[:MOST_LISTED]:
        stay, grade = preview.stays[served.ref], preview.outcomes.get(served.ref)
        yield ServedRow(
            name=name_of(stay.guest),
            path=path_of(served.ref),
            pin=f"/owner/publishing/pin/{part_of(served.ref)}",
            day=day(stay.arrival_on),
            unit=stay.unit or "",
            is_past=stay.arrival_on < now.date(),
            before=style_name(served.before),
            after=style_name(served.after),
            outcome=str(word(f"preview.outcome_{grade}")) if grade else "",
        )


def _worth_told(worth: Worth) -> WorthTold:
    if worth.then is None:
        ess = f"{worth.ess:.0f}"
        lines = [
            word(f"preview.refused_{kind}", n=worth.n_stays, ess=ess) for kind in worth.refused
        ]
        return WorthTold(word("preview.worth_refused"), tuple(lines))
    lines = [_band_told("now", worth.now)] if worth.now else []
    lines += [_band_told("then", worth.then), word("preview.worth_of", n=worth.n_stays)]
    return WorthTold(word(f"preview.worth_{worth.verdict}"), tuple(lines))


def _band_told(when: str, band: Band) -> Markup:
    mean, low, high = (f"{number:.0f}" for number in (band.mean, band.low, band.high))
    return word(f"preview.worth_{when}", mean=mean, low=low, high=high)
