"""What every connector gives: one result per record, and no record ever stops the next.

A connector is pure: bytes come in, results go out. Files, networks and the database stay outside.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.stays import StayDraft


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot be used as it is; a person can mend it in the source."""

    record: str
    """Where it stands in the source: `line 7`, an id."""
    message: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is left out on purpose; nothing needs mending."""

    record: str
    reason: str


Result = StayDraft | Refused | Skipped
"""What became of one record."""


class RecordError(ValueError):
    """One record cannot be used; caught by its connector and told as `Refused`.

    Parameters
    ----------
    message : str
        What is wrong and what would be right, for the person who imports.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
