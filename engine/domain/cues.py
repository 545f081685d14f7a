"""What can be known about a stay: facts from the reservation, cues seen at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | int | bool
Texts = Mapping[str, str]
"""Language tag to text."""


class FactKind(StrEnum):
    """How the value of a fact is written."""

    ONE_OF = "one_of"
    WHOLE = "whole"
    YES_NO = "yes_no"
    TAG = "tag"


class Scope(StrEnum):
    """Whether a sign speaks of the person or of this arrival."""

    TRAIT = "trait"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the reservation, the house or the clock can tell.

    A cue is a fact of kind yes / no whose `is_cue` is true: staff tap it at the desk.
    """

    id: str
    kind: FactKind
    family: str
    usual: Mapping[Value, float]
    """Share of each value among guests, summing to 1; whole numbers by representative values."""
    source: str
    label: Texts
    values: tuple[str, ...] = ()
    value_labels: Mapping[str, Texts] = field(default_factory=dict)
    lowest: int = 0
    highest: int = 100_000
    or_yes_no: bool = False
    """A whole number that may also come as yes (1) or no (0)."""
    is_cue: bool = False
    is_scored: bool = True
    """False: rules may never test it (a protected trait or a proxy)."""
    is_instruction: bool = False
    scope: Scope = Scope.STATE
    adds_help: Texts = field(default_factory=dict)
    """What help this cue calls for, in words; empty where it calls for none."""
    most_style: str = ""
    """The guest's own word: never a style beyond this one while it is true."""
    least_style: str = ""
    """Never a style below this one while it is true, unless the guest asked to be left."""
    asks_to_be_left: bool = False
    """The guest said: leave me be. No contact on our initiative."""
    is_recovery: bool = False
    """Something went wrong: distance now costs more than contact."""
    is_brief: bool = False
    """While true the rapport stage is never long."""
    is_waiting: bool = False
    """While true others wait: asking costs more, contact now is short, the rest is deferred."""
    key: int = 0
    """Place among the chips on the desk, 1 to 9; 0 = behind 'more'."""
