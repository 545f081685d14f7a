"""What houses of one database let one another know, between the store and the learner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from engine.audit.pooling import HouseWord
from engine.inference.comparison import Likelihood
from engine.store import Work


def words_of_others(work: Work, house: str, until: date) -> tuple[HouseWord, ...]:
    """Return what the other own houses found, each by its latest run up to one day.

    Only the latest counts, even where it lets nothing out: an older one may speak of guests who
    have been erased since. The demo neither says nor hears anything.
    """
    if work.houses.get(house).is_demo:
        return ()
    latest = work.learning_runs.latest_of_others(house, until)
    told = (record.content.get("likelihood") for record in latest)
    return tuple(word_of_dict(each) for each in told if each)


def word_to_dict(word: HouseWord) -> dict[str, Any]:
    """Return what a house lets others know as JSON can hold it."""
    told = word.likelihood
    return {
        "rules": word.rules,
        "ids": list(word.ids),
        "information": told.information.tolist(),
        "pull": told.pull.tolist(),
        "stays": told.n_stays,
    }


def word_of_dict(told: Mapping[str, Any]) -> HouseWord:
    """Return what was written; the opposite of `word_to_dict`."""
    information = np.array(told["information"], dtype=np.float64)
    pull = np.array(told["pull"], dtype=np.float64)
    likelihood = Likelihood(information, pull, int(told["stays"]))
    return HouseWord(int(told["rules"]), tuple(told["ids"]), likelihood)
