"""A learning run in the words of the trade: its gates, its alarms, what it looked for in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from markupsafe import Markup

from engine.usecases.learning.guests_say import Run
from web.owner.told import day, moment, signed, text
from web.words import word
from web.work import context

PATH = "/owner/guests-say"


@dataclass(frozen=True, slots=True)
class GateLine:
    """One condition of a run."""

    passed: bool
    name: Markup
    detail: str
    """As the run wrote it, in English."""


@dataclass(frozen=True, slots=True)
class RunCard:
    """One learning run, with whether it may be put in force."""

    path: str
    title: Markup
    state: str
    state_words: Markup
    gates: tuple[GateLine, ...]


def card_of(run: Run, time_zone: str) -> RunCard:
    """Put one run in words."""
    document = run.content["document"]
    stays = format_decimal(document["stays"])
    return RunCard(
        path=f"{PATH}/runs/{run.until.isoformat()}?house={run.house}",
        title=word(
            "guests_say.run", day=day(run.until), n=stays, by=run.by, at=moment(run.at, time_zone)
        ),
        state=run.state.value,
        state_words=word(f"guests_say.state_{run.state.value}"),
        gates=tuple(
            GateLine(gate["passed"], word(f"guests_say.gate_{gate['gate']}"), gate["detail"])
            for gate in document["gates"]
        ),
    )


def findings(document: Mapping[str, Any]) -> tuple[tuple[Markup, ...], tuple[Markup, ...]]:
    """Return what a run raises the alarm about, and what it looked for in vain."""
    said = [*_drift(document.get("drift")), *_challenger(document.get("challenger"))]
    alarms = tuple(words for is_alarm, words in said if is_alarm)
    return alarms, tuple(words for is_alarm, words in said if not is_alarm)


def _drift(told: Mapping[str, Any] | None) -> Iterator[tuple[bool, Markup]]:
    if not told:
        return
    loss = told["loss"]
    if loss["raised"]:
        yield True, word("guests_say.alarm_loss", week=loss["since"])
    else:
        yield False, word("guests_say.calm_loss", n=told["weeks"])
    for change in told["rules"]:
        yield not change["season"], _change(change)
    if told["discount"] < 1:
        yield False, word("guests_say.fading", share=format_decimal(told["discount"]))


def _change(change: Mapping[str, Any]) -> Markup:
    numbers = {"before": signed(change["before"]), "recent": signed(change["recent"])}
    name = _title(str(change["id"]))
    if change["season"]:
        last = signed(change["last_year"])
        return word("guests_say.season", rule=name, last=last, **numbers)
    return word("guests_say.alarm_rule", rule=name, **numbers)


def _title(rule_id: str) -> str:
    """Return the name of a shipped rule; an own one speaks by its id."""
    rule = next((one for one in context().catalogue.rules if one.id == rule_id), None)
    return text(rule.because) if rule else rule_id


def _challenger(told: Mapping[str, Any] | None) -> Iterator[tuple[bool, Markup]]:
    if not told:
        return
    outcome = str(told["outcome"])
    numbers = {
        "gap": format_decimal(told.get("gap") or 0.0, format="0.0000"),
        "error": format_decimal(told.get("gap_sd") or 0.0, format="0.0000"),
        "n": told.get("stays", 0),
    }
    yield outcome == "gap", word(f"guests_say.challenger_{outcome}", **numbers)
