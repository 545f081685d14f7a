"""Judge another way of choosing from a log of choices, in a CSV file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from engine.audit.choice_log import LEAST_CHANCE, ChoiceLog
from engine.audit.offpolicy import ROUNDING, Estimate, Interval, estimate
from engine.connectors.base import Refused
from engine.connectors.csv_text import Row, open_sheet
from engine.errors import UnreadableError

REQUIRED = ("action", "reward", "propensity")
"""Columns that every log has, beside one `pi_<action>` for each action."""

ANSWERED = "p_answered"
"""Column that a log may have: how likely a reward was to be told."""

NOT_TOLD = ("", "NA")
"""A reward that nobody told."""

LARGEST = 1e100
"""Larger numbers cannot be squared."""

Limits = tuple[float, float, str]

SHARE: Limits = (0.0, 1.0, "0 to 1")
CHANCE: Limits = (LEAST_CHANCE, 1.0, f"{LEAST_CHANCE:g} to 1")
NUMBER: Limits = (-LARGEST, LARGEST, f"-{LARGEST:g} to {LARGEST:g}")


def judge(data: bytes) -> Estimate:
    """Read a log and estimate what its other policy would have earned.

    Parameters
    ----------
    data : bytes
        CSV with the columns of `read_log`.

    Raises
    ------
    UnreadableError
        If anything in the file cannot be used; names row and column.
    """
    return estimate(read_log(data))


def read_log(data: bytes) -> ChoiceLog:
    """Read choices: one row each, none left out in silence.

    Parameters
    ----------
    data : bytes
        CSV with `action`, `reward` (a number; blank or NA: not told), `propensity` (1e-9 to 1),
        one `pi_<action>` for each action (0 to 1, adding up to 1 in each row) and any number of
        `x_<name>` (numbers). `p_answered` is optional: how likely a reward was to be told (1e-9
        to 1). Other columns are passed over.

    Raises
    ------
    UnreadableError
        If a column is missing or doubled, or a cell cannot be used; names row and column.
    """
    sheet = open_sheet(data)
    reader = _Reader.of(sheet.header)
    for number, row in enumerate(sheet.rows(), start=1):
        if isinstance(row, Refused):
            raise UnreadableError(f"{row.record} (row {number}) {row.message}.")
        reader.take(row, number)
    return reader.log()


@dataclass
class _Reader:
    """Takes row after row, and knows what each column may hold."""

    actions: tuple[str, ...]
    policy_columns: tuple[str, ...]
    feature_columns: tuple[str, ...]
    knows_answered: bool
    taken: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    propensities: list[float] = field(default_factory=list)
    policy: list[list[float]] = field(default_factory=list)
    features: list[list[float]] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, header: Sequence[str]) -> _Reader:
        _refuse_header(header)
        policy = tuple(name for name in header if name.startswith("pi_"))
        features = tuple(name for name in header if name.startswith("x_"))
        actions = tuple(name.removeprefix("pi_") for name in policy)
        return cls(actions, policy, features, ANSWERED in header)

    def take(self, row: Row, number: int) -> None:
        """Read one row."""
        cells = _Cells(row, number)
        self.taken.append(self._action(cells))
        self.rewards.append(_reward(cells))
        self.propensities.append(cells.number("propensity", CHANCE))
        self.policy.append(self._policy(cells))
        self.features.append([cells.number(name, NUMBER) for name in self.feature_columns])
        if self.knows_answered:
            self.answered.append(cells.number(ANSWERED, CHANCE))

    def log(self) -> ChoiceLog:
        """Return what was read.

        Raises
        ------
        UnreadableError
            If there was nothing.
        """
        if not self.taken:
            raise UnreadableError("The log has a header and no rows: there is nothing to judge.")
        return ChoiceLog(
            self.actions,
            np.array(self.taken, dtype=np.int64),
            np.array(self.rewards),
            np.array(self.propensities),
            np.array(self.policy),
            np.array(self.features).reshape(len(self.taken), len(self.feature_columns)),
            np.array(self.answered) if self.knows_answered else None,
        )

    def _action(self, cells: _Cells) -> int:
        action = cells.text("action")
        if action in self.actions:
            return self.actions.index(action)
        known = ", ".join(repr(name) for name in self.actions)
        told = f"'{action}' has no column 'pi_{action}'" if action else "is blank"
        raise cells.wrong("action", f"{told}; the file has pi_ columns for {known}")

    def _policy(self, cells: _Cells) -> list[float]:
        chances = [cells.number(name, SHARE) for name in self.policy_columns]
        total = sum(chances)
        if abs(total - 1.0) > ROUNDING * 1.000001:
            names = ", ".join(self.policy_columns)
            raise cells.wrong(names, f"add up to {total:g} where 1 is needed")
        return chances


def _refuse_header(header: Sequence[str]) -> None:
    doubled = [name for name, n in Counter(header).items() if name and n > 1]
    if doubled:
        raise UnreadableError(f"The file has two columns named '{doubled[0]}'.")
    missing = [f"'{name}'" for name in REQUIRED if name not in header]
    if not any(name.startswith("pi_") for name in header):
        missing.append("'pi_<action>' for each action")
    if "pi_" in header:
        raise UnreadableError("Column 'pi_' names no action; write 'pi_<action>'.")
    if missing:
        exist = ", ".join(repr(name) for name in header if name)
        raise UnreadableError(f"The log lacks column {', '.join(missing)}. The file has: {exist}.")


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row."""

    row: Row
    number_of_row: int

    def text(self, column: str) -> str:
        return " ".join(self.row.cells[column].split())

    def number(self, column: str, limits: Limits) -> float:
        text = self.text(column)
        low, high, allowed = limits
        number = _number(text)
        if number is None or not low <= number <= high:
            told = f"'{text}'" if text else "a blank cell"
            raise self.wrong(column, f"{told} is not a number in the range {allowed}")
        return number

    def wrong(self, column: str, message: str) -> UnreadableError:
        where = f"{self.row.record} (row {self.number_of_row}), column {column}"
        return UnreadableError(f"{where}: {message}.")


def _reward(cells: _Cells) -> float:
    if cells.text("reward") in NOT_TOLD:
        return float("nan")
    return cells.number("reward", NUMBER)


def _number(text: str) -> float | None:
    """Return a finite number; None for anything else, and for 1_000, which only Python reads."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in text else None


def estimate_to_dict(result: Estimate) -> dict[str, Any]:
    """Return the estimate as the contract of `tact offpolicy --json` has it.

    `refused` is null, or the reasons in words.
    """
    intervals = {"ips": result.ips, "snips": result.snips, "dr": result.dr}
    return {
        **{name: _interval_to_dict(interval) for name, interval in intervals.items()},
        "ess": result.ess,
        "n": result.n,
        "refused": " ".join(refusal.message for refusal in result.refusals) or None,
    }


def _interval_to_dict(interval: Interval | None) -> Mapping[str, float | None]:
    if interval is None:
        return {"estimate": None, "low": None, "high": None}
    return {"estimate": interval.estimate, "low": interval.low, "high": interval.high}


NAMES = {
    "ips": "inverse propensity (ips)",
    "snips": "self-normalised (snips)",
    "dr": "doubly robust (dr)",
}


def in_words(result: Estimate) -> Iterator[str]:
    """Yield the estimate line by line, for a person."""
    yield f"{result.n} choices, worth {result.ess:.1f} of the other policy (ess)."
    for name, interval in (("ips", result.ips), ("snips", result.snips), ("dr", result.dr)):
        if interval is not None:
            band = f"{interval.low:.4f} to {interval.high:.4f}"
            yield f"{NAMES[name]}: {interval.estimate:.4f}, 95 % interval {band}"
    for refusal in result.refusals:
        yield f"Refused: {refusal.message}"
