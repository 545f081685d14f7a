"""A learning run as it is stored, told as one document, and said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.audit.changes import RuleChange
from engine.audit.drift import Drift
from engine.audit.gates import Gate
from engine.audit.lessons import Lesson, RuleLesson
from engine.audit.pooling import Exchange, HouseWord
from engine.inference.bands import week_of
from engine.inference.comparison import Verdict
from engine.store import LearningRunRecord, LearningState
from engine.usecases.advice.learned_weights import learned_to_dict
from engine.usecases.learning.exchange import word_to_dict
from engine.usecases.learning.hints import Hints, hints_in_words, hints_to_dict

DIGITS = 4
"""Digits told; more would only be noise."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one run found."""

    stays: int
    lesson: Lesson
    """With the say of other houses, where any had one."""
    gates: tuple[Gate, ...]
    drift: Drift
    hints: Hints
    exchange: Exchange | None = None
    """What other houses brought; None where none did."""
    word: HouseWord | None = None
    """What this house lets others know; None from too few stays."""


def content_of(found: Findings, house: str, until: date, version: int) -> dict[str, Any]:
    """Return a run as it is stored: what is told of it, what advice needs, what others may know.

    Parameters
    ----------
    found : Findings
        What it found.
    house, until, version
        Id of the house, last day, version of the rules.
    """
    lesson = found.lesson
    document = {
        "stays": found.stays,
        "gates": [{"gate": g.gate, "passed": g.passed, "detail": g.detail} for g in found.gates],
        "rules": [_rule_to_dict(rule) for rule in lesson.rules],
        "kappa": _rounded(lesson.kappa),
        "cuts": [_rounded(cut) for cut in lesson.cuts],
        "pooling": _exchange_to_dict(found.exchange),
        "drift": _drift_to_dict(found.drift),
        **hints_to_dict(found.hints),
    }
    learned = learned_to_dict(lesson.learned(house, until, version))
    word = {"likelihood": word_to_dict(found.word)} if found.word else {}
    return {"document": document, "learned": learned} | word


def document_of(record: LearningRunRecord) -> dict[str, Any]:
    """Return what `tact learn --json` writes."""
    told = record.content["document"]
    head = {
        "house": record.house,
        "until": record.until.isoformat(),
        # Weeks are the finest time that is kept of a stay: this one counts as far as it is known.
        "until_week": week_of(record.until),
        "stays": told["stays"],
    }
    return head | {"state": record.state.value} | {k: v for k, v in told.items() if k != "stays"}


def in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say what a run found, line by line."""
    yield f"{document['house']} until {document['until']}: {document['stays']} stays."
    for gate in document["gates"]:
        yield f"{'holds' if gate['passed'] else 'FAILS'}  {gate['gate']}: {gate['detail']}"
    yield from (_rule_in_words(rule) for rule in document["rules"] if rule["verdict"])
    cuts = ", ".join(f"{cut:+.2f}" for cut in document["cuts"])
    yield f"Fit matters by {document['kappa']:.2f}; styles change at {cuts}."
    # Runs from before these were told lack them.
    yield from _exchange_in_words(document.get("pooling"))
    yield from _drift_in_words(document.get("drift"))
    yield from hints_in_words(document)
    yield STATE_WORDS[LearningState(document["state"])]


STATE_WORDS = {
    LearningState.KEPT: "Kept to be read: a gate does not hold. The weights in force stay.",
    LearningState.CANDIDATE: "A candidate: the weights in force stay until an owner agrees.",
    LearningState.IN_FORCE: "In force: guests of this house are advised by it.",
}


def _rule_in_words(rule: Mapping[str, Any]) -> str:
    told = "your guests do not say"
    if rule["data"] is not None:
        told = f"your guests say {rule['data']:+.2f} ± {rule['data_sd']:.2f}"
    both = f"together {rule['posterior']:+.2f} ± {rule['posterior_sd']:.2f}"
    return f"{rule['id']}: you say {rule['owner']:+.2f}, {told}, {both}: {_verdict_in_words(rule)}."


def _verdict_in_words(rule: Mapping[str, Any]) -> str:
    """Say the verdict, and where guests point the other way without being sure, say that."""
    verdict = str(rule["verdict"]).replace("_", " ")
    if rule["verdict"] != Verdict.NOT_ENOUGH:
        return verdict
    is_other_way = rule["data"] is not None and rule["data"] * rule["owner"] < 0.0
    words = f"they point the other way, {verdict} to be sure" if is_other_way else verdict
    # Runs from before this was told lack it.
    more = rule.get("more_stays")
    return words if more is None else f"{words}; about {more} more stays would tell"


def _exchange_in_words(told: Mapping[str, Any] | None) -> Iterator[str]:
    if told:
        houses = "1 other house" if told["houses"] == 1 else f"{told['houses']} other houses"
        yield (
            f"Beside {houses} with {told['stays']} stays; from house to house a weight lies apart "
            f"by about {told['apart']:.2f}."
        )


def _drift_in_words(told: Mapping[str, Any] | None) -> Iterator[str]:
    if not told:
        return
    yield told["discount_detail"]
    yield f"{'ALARM ' if told['loss']['raised'] else ''}{told['loss']['detail']}"
    yield from (_change_in_words(rule) for rule in told["rules"])
    yield told["rules_detail"]


def _change_in_words(rule: Mapping[str, Any]) -> str:
    change = f"from {rule['before']:+.2f} to {rule['recent']:+.2f}"
    apart = f"{abs(rule['distance']):.1f} standard deviations"
    if rule["season"]:
        return (
            f"{rule['id']}: {change}, {apart}; it was {rule['last_year']:+.2f} in the same season "
            "last year, so this comes with the season."
        )
    last = "" if rule["last_year"] is None else f"; a year ago {rule['last_year']:+.2f}"
    return f"ALARM {rule['id']}: this rule has changed {change}, {apart}{last}."


def _rule_to_dict(rule: RuleLesson) -> dict[str, Any]:
    told = rule.comparison
    return {
        "id": rule.id,
        "owner": rule.owner,
        "data": _rounded(told.told if told else None),
        "data_sd": _rounded(told.told_sd if told else None),
        "posterior": _rounded(rule.posterior),
        "posterior_sd": _rounded(rule.posterior_sd),
        "verdict": told.verdict.value if told else None,
        "more_stays": told.more_stays if told else None,
    }


def _exchange_to_dict(told: Exchange | None) -> dict[str, Any] | None:
    if told is None:
        return None
    rules = [
        {"id": rule.id, "chain": _rounded(rule.mean), "chain_sd": _rounded(rule.sd)}
        for rule in told.rules
    ]
    head = {"houses": told.n_houses, "stays": told.n_stays, "apart": _rounded(told.apart)}
    return head | {"rules": rules}


def _drift_to_dict(told: Drift) -> dict[str, Any]:
    loss = told.loss
    return {
        "weeks": told.n_weeks,
        "discount": told.discount.omega,
        "gain": _rounded(told.discount.gain),
        "discount_detail": told.discount.detail,
        "loss": {"raised": loss.is_raised, "since": loss.since, "detail": loss.detail},
        "rules": [_change_to_dict(change) for change in told.changes.rules],
        "rules_detail": told.changes.detail,
    }


def _change_to_dict(change: RuleChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "before": _rounded(change.before),
        "recent": _rounded(change.recent),
        "distance": _rounded(change.distance),
        "last_year": _rounded(change.last_year),
        "season": change.is_season,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
