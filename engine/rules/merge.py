"""Two owners changed the same rule: what each changed, and both together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.rules import Rule

PARTS: Mapping[str, tuple[str, ...]] = {
    "weight": ("weight",),
    "sure": ("sure",),
    "on": ("is_on",),
    "when": ("when", "any", "unless"),
    "because": ("because",),
    "scope": ("scope",),
    "valid": ("valid_from", "valid_until"),
    "source": ("source",),
    "tests": ("examples",),
}
"""What is changed as one, with its fields: half of somebody's tests is nobody's rule."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One rule changed twice from the same base."""

    base: Rule
    """What both looked at."""
    theirs: Rule
    mine: Rule
    both: Rule
    """All changes together; where both changed the same part, mine."""
    clashes: tuple[str, ...]
    """Parts that both changed, and not alike."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing of either is lost in `both`."""
        return not self.clashes


def merge(base: Rule, theirs: Rule, mine: Rule) -> Merge:
    """Bring two changes of one rule together, part by part."""
    taken: dict[str, Any] = {}
    clashes = []
    for part, fields in PARTS.items():
        was, is_theirs, is_mine = (_of(rule, fields) for rule in (base, theirs, mine))
        if is_mine != was:
            taken |= is_mine
            if is_theirs not in (was, is_mine):
                clashes.append(part)
    return Merge(base, theirs, mine, replace(theirs, **taken), tuple(clashes))


def _of(rule: Rule, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: getattr(rule, field) for field in fields}
