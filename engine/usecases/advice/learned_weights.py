"""Learned weights between the store and the adviser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.domain.learned import Learned, Square
from engine.domain.questions import Item
from engine.store import LearningRunRecord, Work


def learned_in_force(work: Work, house: str | None, version: int) -> Learned | None:
    """Return what guests of a house taught and its owner agreed to, of one version of the rules."""
    record = work.learning_runs.in_force(house) if house else None
    learned = learned_of(record) if record else None
    return learned if learned and learned.rules == version else None


def learned_of(record: LearningRunRecord) -> Learned:
    """Return the weights of a run."""
    told = record.content["learned"]
    spread = told.get("styles_covariance")
    return Learned(
        house=record.house,
        until=record.until,
        rules=int(told["rules"]),
        ids=tuple(told["ids"]),
        weights=tuple(told["weights"]),
        covariance=_square(told["covariance"]),
        # runs of the first versions hold none of these
        kappa=told.get("kappa"),
        cuts=tuple(told["cuts"]) if told.get("cuts") else None,
        styles_covariance=_square(spread) if spread else None,
        items=tuple((key, _item(each)) for key, each in told.get("items", {}).items()),
    )


def _square(rows: Iterable[Iterable[float]]) -> Square:
    return tuple(tuple(row) for row in rows)


def _item(told: Mapping[str, Any]) -> Item:
    return Item(float(told["discrimination"]), tuple(told["thresholds"]))


def learned_to_dict(learned: Learned) -> dict[str, Any]:
    """Return the weights as JSON can hold them; the opposite of `learned_of`."""
    told: dict[str, Any] = {
        "rules": learned.rules,
        "ids": list(learned.ids),
        "weights": list(learned.weights),
        "covariance": [list(row) for row in learned.covariance],
    }
    if learned.kappa is not None and learned.cuts is not None:
        told |= {"kappa": learned.kappa, "cuts": list(learned.cuts)}
    if learned.styles_covariance is not None:
        told["styles_covariance"] = [list(row) for row in learned.styles_covariance]
    if learned.items:
        told["items"] = {
            key: {"discrimination": item.discrimination, "thresholds": list(item.thresholds)}
            for key, item in learned.items
        }
    return told
