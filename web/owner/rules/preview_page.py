"""What the page gets that shows what publishing would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from engine.errors import Problem
from engine.usecases.rules.preview_rules import MOST_LISTED, Band, LongWork, Preview, Worth
from engine.usecases.rules.tune_rules import RulesRoom
from web.desk.address import part_of, path_of
from web.owner.rules.pages import Changed, DraftBar, Turn, draft_bar, style_name
from web.owner.told import day
from web.words import word


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


def preview_page(
    room: RulesRoom,
    preview: Preview,
    now: datetime,
    *,
    reason: str = "",
    problems: Sequence[Problem] = (),
    conflict: str = "",
) -> PreviewPage:
    """Make the page that shows what publishing would change."""
    zone = preview.house.time_zone
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
        reason=reason,
        problems=problems,
        conflict=conflict,
    )


def _served_rows(preview: Preview, now: datetime) -> Iterator[ServedRow]:
    for served in preview.changed[:MOST_LISTED]:
        stay, grade = preview.stays[served.ref], preview.outcomes.get(served.ref)
        yield ServedRow(
            name=stay.guest.name,
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
