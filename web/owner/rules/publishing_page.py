"""What the room where rules are tried and published later gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_decimal
from markupsafe import Markup

from engine.domain.rollout import Metric, Rollout, RolloutState
from engine.errors import Problem
from engine.usecases.rules.rollout import Comparison, TrialRoom
from engine.usecases.rules.rule_tests import RedTest, fact_names, guest_in_words, red_tests
from engine.usecases.rules.schedule import Schedule
from engine.usecases.rules.tune_rules import RulesRoom, mark_of_rule
from web.i18n import language
from web.owner.rules.bar import DraftBar, draft_bar, hindered_line, schedule_line
from web.owner.rules.pages import Turn, style_name
from web.owner.told import moment, text
from web.words import word
from web.work import context

SHARES = (0, 10, 25, 50)
"""Shares to begin with; any other can be written once a trial runs."""
SURELY, LIKELY = 0.95, 0.8
"""From here on it is very likely, or likely."""
LEAST_TOLD, MOST_TOLD = 3, 97
"""Of 100: nothing is ever certain."""


@dataclass(frozen=True, slots=True)
class RedCard:
    """One test that does not hold."""

    rule: str
    title: str
    n: int
    place: int
    guest: tuple[str, ...]
    expected: Markup
    told: Markup
    seen: str


@dataclass(frozen=True, slots=True)
class ScheduleCard:
    """A draft that waits for its time, or what became of the last one."""

    is_waiting: bool
    line: Markup
    reason: str
    stale: Markup | str
    """Why it would not be published as things stand, and what to do."""
    is_bad: bool


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric on both sides."""

    name: Markup
    old: str
    new: str
    verdict: Markup
    n_old: int
    n_new: int
    is_worse: bool


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A trial and what it has shown."""

    is_running: bool
    line: Markup
    ended: str
    is_bad: bool
    percent: int
    version: int
    reason: str
    differ: Markup
    turns: tuple[Turn, ...]
    verdict: Markup
    chance: str
    losses: str
    metrics: tuple[MetricRow, ...]


@dataclass(frozen=True, slots=True)
class PostedPlan:
    """What was typed, to be shown again."""

    when: str = ""
    reason: str = ""
    percent: str = ""
    form: str = ""
    """schedule, trial or share: the form that could not be used."""
    problems: Sequence[Problem] = ()
    conflict: str = ""

    def of(self, form: str) -> Sequence[Problem]:
        """Return what is wrong in one of the forms of the room."""
        return self.problems if self.form == form else ()


@dataclass(frozen=True, slots=True)
class PublishingPage:
    """Where a draft is tried, or published later."""

    bar: DraftBar
    seen: str
    red: tuple[RedCard, ...]
    schedule: ScheduleCard | None
    trial: TrialCard | None
    zone: str
    least: str
    """The next minute, as the field for day and time wants it."""
    posted: PostedPlan = field(default_factory=PostedPlan)
    done: str = ""
    shares: Sequence[int] = SHARES

    @property
    def may_begin(self) -> bool:
        """Whether there is a draft that could be tried or published."""
        is_tried = self.trial is not None and self.trial.is_running
        return self.bar.has_draft and not is_tried


def publishing_page(  # noqa: PLR0913  # all that the room shows, each named at the call
    room: RulesRoom,
    schedule: Schedule | None,
    trial: TrialRoom | None,
    zone: str,
    *,
    now: datetime,
    posted: PostedPlan | None = None,
    done: str = "",
) -> PublishingPage:
    """Make the page of the room."""
    return PublishingPage(
        bar=draft_bar(room, zone),
        seen=room.mark,
        red=tuple(_red_card(one) for one in red_tests(room.draft_rules)) if room.draft else (),
        schedule=_schedule_card(schedule, zone) if schedule else None,
        trial=_trial_card(trial, zone) if trial else None,
        zone=zone,
        least=f"{(now + timedelta(minutes=1)).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        posted=posted or PostedPlan(),
        done=done,
    )


def _red_card(red: RedTest) -> RedCard:
    return RedCard(
        rule=red.rule.id,
        title=text(red.rule.because),
        n=red.place + 1,
        place=red.place,
        guest=guest_in_words(context(), red.example.guest, language()),
        expected=_said(red.example.expect, red.example.missing),
        told=_said(red.told.verdict, red.told.missing if red.example.missing else ()),
        seen=mark_of_rule(red.rule),
    )


def _said(verdict: str, missing: Sequence[str]) -> Markup:
    if not missing:
        return word(f"publishing.says_{verdict}")
    names = ", ".join(fact_names(context(), missing, language()))
    return word("publishing.says_unknown_of", facts=names)


def _schedule_card(told: Schedule, zone: str) -> ScheduleCard:
    record = told.record
    return ScheduleCard(
        is_waiting=told.is_waiting,
        line=schedule_line(told, zone),
        reason=record.reason,
        stale=hindered_line(told),
        is_bad=bool(record.why),
    )


def _trial_card(told: TrialRoom, zone: str) -> TrialCard:
    rollout, best = told.rollout, told.satisfaction
    return TrialCard(
        is_running=rollout.is_running,
        line=_trial_line(rollout, zone),
        ended=_ended(rollout, zone),
        is_bad=rollout.state is RolloutState.STOPPED and rollout.why in list(Metric),
        percent=rollout.percent,
        version=rollout.version,
        reason=told.tried.reason,
        differ=word("publishing.differ", n=told.n_differ, all=told.n_stays),
        turns=tuple(Turn(n, style_name(old), style_name(new)) for old, new, n in told.turns),
        verdict=word(f"publishing.verdict_{verdict_of(best)}"),
        chance=_chance(best),
        losses=_losses(best),
        metrics=tuple(_metric_rows(told.comparisons)),
    )


def _trial_line(rollout: Rollout, zone: str) -> Markup:
    key = "publishing.silent" if rollout.is_silent else "publishing.share_now"
    at = moment(rollout.at, zone)
    return word(key, percent=rollout.percent, by=rollout.by, at=at, version=rollout.version)


def _ended(rollout: Rollout, zone: str) -> str:
    if rollout.is_running or rollout.ended_at is None:
        return ""
    key = f"ended_{rollout.why or rollout.state.value}"
    told = {"by": rollout.ended_by, "at": moment(rollout.ended_at, zone)}
    return str(word(f"publishing.{key}", version=rollout.version, **told))


def verdict_of(told: Comparison) -> str:
    """Return what the satisfaction of both sides says of the new rules, as a key."""
    if not told.has_enough:
        return "too_few"
    if max(told.p_better, 1.0 - told.p_better) < LIKELY:
        return "unclear"
    side = "better" if told.p_better > 0.5 else "worse"
    return f"surely_{side}" if max(told.p_better, 1.0 - told.p_better) > SURELY else side


def _chance(told: Comparison) -> str:
    if not told.has_enough:
        return str(word("publishing.too_few", old=told.n_old, new=told.n_new))
    n = min(max(round(100 * told.p_better), LEAST_TOLD), MOST_TOLD)
    low, high = _signed(told.low), _signed(told.high)
    return str(word("publishing.chance", n=n, low=low, high=high))


def _losses(told: Comparison) -> str:
    if not told.has_enough:
        return ""
    loss, staying = (_points(value) for value in (told.loss, told.loss_of_staying))
    return str(word("publishing.losses", loss=loss, staying=staying))


def _metric_rows(comparisons: Sequence[Comparison]) -> Iterator[MetricRow]:
    for told in comparisons:
        yield MetricRow(
            name=word(f"publishing.metric_{told.metric.value}"),
            old=_value(told.metric, told.old),
            new=_value(told.metric, told.new),
            verdict=word(f"publishing.metric_{verdict_of(told)}"),
            n_old=told.n_old,
            n_new=told.n_new,
            is_worse=told.is_broken,
        )


def _value(metric: Metric, mean: float | None) -> str:
    if mean is None:
        return "–"
    if metric is Metric.SATISFACTION:
        return _points(mean)
    told: str = format_decimal(100 * mean, format="0")
    return f"{told} %"


def _points(value: float) -> str:
    told: str = format_decimal(value, format="0.00")
    return told


def _signed(value: float) -> str:
    return ("+" if value >= 0 else "\N{MINUS SIGN}") + _points(abs(value))
