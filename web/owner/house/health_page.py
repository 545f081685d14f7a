"""What the template about health gets: each number with what it means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import format_decimal
from markupsafe import Markup

from engine.audit.calibration_check import LEAST_TOLD, Calibration, Score
from engine.usecases.house.health import LEAST_OVERRIDES, RUBBER_STAMP, HealthRoom, RuleRate
from web.owner.house.health_cards import (
    Card,
    State,
    backups_card,
    database_card,
    jobs_card,
    meaning,
    offline_card,
    version_card,
)
from web.owner.house.outbox_page import mail_card
from web.owner.house.page import HouseLink, house_links, month_name, percent
from web.owner.told import day, moment, signed, text
from web.plots import Histogram
from web.words import word

PATH = "/owner/health"
WEEKS_OF_YEAR = 52
"""From so many weeks on there is a same season to compare with."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """How often one rule speaks."""

    title: str
    fires: str
    unknown: str
    remark: Markup | str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """The room of one house."""

    name: str
    houses: tuple[HouseLink, ...]
    cards: tuple[Card, ...]
    rates: tuple[RateRow, ...]
    n_looked_at: int


def health_page(room: HealthRoom) -> HealthPage:
    """Make the page of one house."""
    return HealthPage(
        name=room.house.name,
        houses=house_links(room.houses, room.house.id, PATH),
        cards=tuple(_cards(room)),
        rates=tuple(_rate(rate) for rate in room.rates),
        n_looked_at=room.n_looked_at,
    )


def _cards(room: HealthRoom) -> Iterator[Card]:
    yield _calibration(room.calibration)
    yield _score(room.score)
    yield _drift(room)
    yield _overrides(room)
    yield _exploration(room)
    yield _learning(room)
    yield jobs_card(room.jobs, room.house.time_zone)
    yield mail_card(room.house.id)
    yield backups_card(room)
    yield database_card(room)
    yield offline_card()
    yield version_card(room)


def _calibration(told: Calibration) -> Card:
    if told.n < LEAST_TOLD:
        said = word("health.too_few", n=told.n, least=LEAST_TOLD)
        return Card("calibration", State.UNKNOWN, said, meaning("calibration"))
    off = [tenth for tenth in told.tenths if tenth.is_off]
    labels = [f"{100 * tenth.low:.0f}-{100 * tenth.high:.0f} %" for tenth in told.tenths]
    plot = Histogram.of(
        labels,
        [tenth.observed for tenth in told.tenths],
        [f"{percent(round(t.observed, 3))} (n = {t.n})" for t in told.tenths],
        marks=[tenth.expected for tenth in told.tenths],
        mark_texts=[percent(round(tenth.expected, 3)) for tenth in told.tenths],
        most=1.0,
    )
    said = word("health.calibration_said", n=told.n, error=percent(round(told.error, 3)))
    # of ten intervals of 90 %, one leaves its number out by chance
    is_off = len(off) > 1
    return Card(
        "calibration",
        State.LOOK if is_off else State.GOOD,
        said,
        meaning("calibration"),
        word("health.calibration_do") if is_off else "",
        plot=plot,
        caption=word("health.calibration_caption"),
    )


def _score(told: Score) -> Card:
    if told.n < LEAST_TOLD:
        said = word("health.too_few", n=told.n, least=LEAST_TOLD)
        return Card("score", State.UNKNOWN, said, meaning("score"))
    is_worse = told.gain < -2.0 * told.error
    numbers = {
        "n": told.n,
        "loss": _three(told.loss),
        "base": _three(told.base_loss),
        "error": _three(told.error),
    }
    state = State.LOOK if is_worse else State.GOOD
    to_do = word("health.score_do") if is_worse else ""
    return Card("score", state, word("health.score_said", **numbers), meaning("score"), to_do)


def _three(number: float) -> str:
    return str(format_decimal(number, format="0.000"))


def _drift(room: HealthRoom) -> Card:
    drift = room.drift
    if not drift:
        return Card("drift", State.UNKNOWN, word("health.drift_none"), meaning("drift"))
    titles = {rate.rule.id: text(rate.rule.because) for rate in room.rates}
    seasonal = [rule for rule in drift["rules"] if rule["season"]]
    changed = [rule for rule in drift["rules"] if not rule["season"]]
    told = [("season", rule) for rule in seasonal] + [("alarm_rule", rule) for rule in changed]
    lines = tuple(
        word(
            f"guests_say.{key}",
            rule=titles.get(rule["id"], rule["id"]),
            before=signed(rule["before"]),
            recent=signed(rule["recent"]),
            last=signed(rule["last_year"] or 0.0),
        )
        for key, rule in told
    )
    if drift["weeks"] < WEEKS_OF_YEAR:
        lines += (word("health.drift_no_season", n=drift["weeks"], least=WEEKS_OF_YEAR),)
    loss = drift["loss"]
    if loss["raised"]:
        said = word("guests_say.alarm_loss", week=loss["since"])
    else:
        said = word("guests_say.calm_loss", n=drift["weeks"])
    is_off = loss["raised"] or bool(changed)
    to_do = word("health.drift_do") if is_off else ""
    state = State.LOOK if is_off else State.GOOD
    return Card("drift", state, said, meaning("drift"), to_do, lines)


def _overrides(room: HealthRoom) -> Card:
    told = room.overrides
    if told.share is None or told.n_stays < LEAST_OVERRIDES:
        said = word("health.too_few", n=told.n_stays, least=LEAST_OVERRIDES)
        return Card("overrides", State.UNKNOWN, said, meaning("overrides"))
    share = percent(round(told.share, 3))
    said = word("health.overrides_said", share=share, changed=told.n_changed, n=told.n_stays)
    if told.n_stays >= RUBBER_STAMP and not told.n_changed:
        to_do = word("health.overrides_none_do")
        return Card("overrides", State.LOOK, said, meaning("overrides"), to_do)
    if told.share > 0.5 and told.n_stays >= RUBBER_STAMP:
        to_do = word("health.overrides_many_do")
        return Card("overrides", State.LOOK, said, meaning("overrides"), to_do)
    return Card("overrides", State.GOOD, said, meaning("overrides"))


def _exploration(room: HealthRoom) -> Card:
    settings = room.exploration
    if not settings.is_on:
        return Card("exploration", State.GOOD, _not_exploring(room), meaning("exploration"))
    said = word(
        "house.spent",
        spent=format_decimal(room.spent, format="0.0"),
        budget=format_decimal(settings.monthly_budget, format="0.#"),
        month=month_name(room.month),
    )
    is_spent = room.spent >= 0.9 * settings.monthly_budget
    to_do = word("health.exploration_do") if is_spent else ""
    state = State.LOOK if is_spent else State.GOOD
    return Card("exploration", state, said, meaning("exploration"), to_do)


def _not_exploring(room: HealthRoom) -> Markup:
    """Say that it is off, and what it cost this month where it was on before."""
    if not room.spent:
        return word("house.not_exploring")
    spent = format_decimal(room.spent, format="0.0")
    return word("health.exploration_before", spent=spent, month=month_name(room.month))


def _learning(room: HealthRoom) -> Card:
    run = room.run
    if run is None:
        said, to_do = word("health.learning_none"), word("health.learning_none_do")
        return Card("learning", State.UNKNOWN, said, meaning("learning"), to_do)
    said = word(
        "health.learning_said",
        day=day(run.until),
        n=run.content["document"]["stays"],
        at=moment(run.at, room.house.time_zone),
        state=word(f"guests_say.state_{run.state.value}"),
    )
    failed = [gate for gate in run.content["document"]["gates"] if not gate["passed"]]
    lines = tuple(
        Markup("{} {}").format(word("guests_say.fails"), word(f"guests_say.gate_{gate['gate']}"))
        for gate in failed
    )
    to_do = word("health.learning_do")
    return Card("learning", State.GOOD, said, meaning("learning"), to_do, lines)


def _rate(rate: RuleRate) -> RateRow:
    return RateRow(
        title=text(rate.rule.because),
        fires=_share(rate.n_fires, rate.n),
        unknown=_share(rate.n_unknown, rate.n),
        remark=_remark(rate),
    )


def _share(part: int, whole: int) -> str:
    return f"{part} ({percent(round(part / whole, 2))})" if whole else "0"


def _remark(rate: RuleRate) -> Markup | str:
    if rate.n and rate.n_unknown > 0.9 * rate.n:
        return word("health.rate_unknown")
    if rate.n >= LEAST_TOLD and not rate.n_fires and not rate.n_unknown:
        return word("health.rate_never")
    if rate.n >= LEAST_TOLD and rate.n_fires == rate.n:
        return word("health.rate_always")
    return ""
