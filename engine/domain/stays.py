"""Houses, units, guests, stays, and the case that a recommendation is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.cues import Texts, Value
from engine.domain.offers import OfferReaction
from engine.domain.private import Private, private

MOST_MUST_KNOWS = 2
"""Lines of a unit that are confirmed in every style; more would not be heard."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A room or cabin."""

    code: str
    name: str
    kind: str
    """Key of a trade word: cabin, room."""
    complexity: str
    must_know: tuple[Texts, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """A hotel or a group of cabins."""

    id: str
    name: str
    house_class: str
    time_zone: str
    languages: tuple[str, ...]
    usual_style: str
    units: tuple[Unit, ...] = ()
    values: Mapping[str, Texts] = field(default_factory=dict)
    contact: str = ""
    quiet_hours: tuple[int, int] = (21, 8)
    """House time: from, until."""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What a recommendation needs of a house and a unit, kept so that it can be replayed."""

    house_name: str
    languages: tuple[str, ...]
    quiet_hours: tuple[int, int]
    unit_kind: str = ""
    must_know: tuple[Texts, ...] = ()

    @classmethod
    def of(cls, house: House, unit_code: str | None) -> Place:
        """Take from `house` what matters for one of its units; an unknown unit tells nothing."""
        unit = next((unit for unit in house.units if unit.code == unit_code), None)
        kind = unit.kind if unit else next((unit.kind for unit in house.units), "")
        lines = unit.must_know if unit else ()
        return cls(house.name, house.languages, house.quiet_hours, kind, lines)


NO_PLACE = Place("", (), (0, 0))


class StayStatus(StrEnum):
    """Where a stay stands; the reservation system owns it."""

    EXPECTED = "expected"
    IN_HOUSE = "in_house"
    DEPARTED = "departed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Guest:
    """The person."""

    id: int
    name: str
    language: str | None = None

    def __post_init__(self) -> None:
        """See that no log shows the name."""
        object.__setattr__(self, "name", Private(self.name))  # it is frozen


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit of one guest to one house."""

    id: int
    house: str
    ref: str
    guest: Guest
    unit: str | None
    arrival_on: date
    departure_on: date
    status: StayStatus
    facts: Mapping[str, Value]
    source: str
    version: int
    expected_hour: int | None = None
    checked_in_at: datetime | None = None
    checked_in_by: str | None = None
    served_style: str | None = None


@dataclass(frozen=True, slots=True)
class StayDraft:
    """A stay as its source tells it, before it is ours.

    None means that the source does not say: what is known stays as it is.
    """

    house: str
    ref: str
    """The source's own number of the booking; one stay per house and ref."""
    guest_name: str
    language: str | None
    email: str | None
    unit: str | None
    arrival_on: date
    departure_on: date
    status: StayStatus
    facts: Mapping[str, Value]
    source: str
    expected_hour: int | None = None
    """House time, 0 to 23."""
    guest_key: str | None = None
    """The source's own number of the person; None makes one guest per stay."""

    def __post_init__(self) -> None:
        """See that no log shows whom it speaks of."""
        for name in ("guest_name", "email", "guest_key"):
            object.__setattr__(self, name, private(getattr(self, name)))  # it is frozen


@dataclass(frozen=True, slots=True)
class Case:
    """All that a recommendation may know of one stay: nothing else enters."""

    ref: str
    house: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    cues: frozenset[str] = frozenset()
    answers: Mapping[str, int] = field(default_factory=dict)
    reactions: tuple[OfferReaction, ...] = ()
    reopened: frozenset[str] = frozenset()
    """Topics that somebody of the party asked about again."""
    set_aside: frozenset[str] = frozenset()
    """Rules that staff removed for this stay."""
    asked: frozenset[str] = frozenset()
    """Questions put so far, answered or skipped."""
    has_stopped: bool = False
    """The guest said 'no more questions'."""
    is_arrived: bool = False
    """From check-in on, a cue that nobody tapped counts as absent."""
    arrived_at: datetime | None = None
    unit: str | None = None
    place: Place | None = None
    """None: looked up in the catalogue by `house` and `unit`."""
    language: str | None = None
    trait: Trait = NO_TRAIT
    at: datetime | None = None
    """House time, with its offset."""
