r"""The learner's only input: how often each pattern of a stay was seen.

A commutative monoid with whole counts: `merge` adds, `subtract` takes back what was added, to the
last stay and the last bit. So any partition of a house merges to the whole, and a guest taken out
leaves what would be there had she never come. Nothing is averaged here and nothing drifts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.cues import Value
from engine.domain.exploration import Arm
from engine.inference.bands import CERTAIN, TraitBand

Pairs = tuple[tuple[str, Value], ...]
Grades = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Everything about one stay that enters the likelihood, and nothing that names anybody.

    Tuples are kept in the order of their ids, whatever order they come in, so that equal stays
    are equal patterns.

    Raises
    ------
    ValueError
        If an id comes twice.
    """

    facts: Pairs = ()
    """What is known; a fact left out is unknown. Whole numbers by the lower end of their band."""
    cues: tuple[str, ...] = ()
    """Cues that were seen; the others are unknown until arrival, then false."""
    is_arrived: bool = False
    set_aside: tuple[str, ...] = ()
    """Rules that staff removed for this stay: they say nothing of it."""
    answers: Grades = ()
    reactions: Grades = ()
    """Offer and grade, of the guest's own free word only."""
    style: str = ""
    """Assigned when the guest arrived, whatever was then served; empty before."""
    propensity: int = CERTAIN
    """Band of the chance with which it was assigned."""
    outcome: int = 0
    """Satisfaction from 1 to 5; 0 = not told."""
    z: Pairs = ()
    """What satisfaction depends on and the desk cannot choose, in bands."""
    week: str = ""
    """ISO week of the arrival, 2026-W24."""
    arm: str = Arm.ENGINE.value
    trait: TraitBand = ()
    """Band of what was remembered of her when she was advised on; empty = nothing."""

    def __post_init__(self) -> None:
        for name in _BY_ID:
            pairs = tuple(sorted(getattr(self, name), key=_id_of))
            _refuse_doubles(name, [id for id, _ in pairs])
            object.__setattr__(self, name, pairs)
        for name in _NAMES:
            ids = tuple(sorted(getattr(self, name)))
            _refuse_doubles(name, ids)
            object.__setattr__(self, name, ids)

    def known(self, cues: Iterable[str]) -> dict[str, Value]:
        """Return facts and cues with three truths: `cues` are all there are; absent = unknown."""
        untapped = dict.fromkeys(cues, False) if self.is_arrived else {}
        return {**dict(self.facts), **untapped, **dict.fromkeys(self.cues, True)}

    @property
    def has_evidence(self) -> bool:
        """Whether the guest answered, reacted or told how it was."""
        return bool(self.answers or self.reactions or self.outcome)

    def to_data(self) -> dict[str, Any]:
        """Return the pattern as JSON can hold it; what stands as nothing is left out."""
        told = {name: getattr(self, name) for name in _FIELDS}
        data = {name: value for name, value in told.items() if value != _NOTHING[name]}
        data |= {name: dict(data[name]) for name in _BY_ID if name in data}
        return data | {name: list(data[name]) for name in (*_NAMES, "trait") if name in data}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Pattern:
        """Return the pattern that was written; the opposite of `to_data`.

        Raises
        ------
        ValueError
            If `data` holds a name that no pattern has.
        """
        if unknown := sorted(data.keys() - set(_FIELDS)):
            raise ValueError(f"a pattern has no {unknown[0]!r}; allowed: {', '.join(_FIELDS)}")
        told = {**data, **{name: tuple(data[name].items()) for name in _BY_ID if name in data}}
        lists = (name for name in (*_NAMES, "trait") if name in data)
        return cls(**(told | {name: tuple(data[name]) for name in lists}))

    def order(self) -> tuple[Any, ...]:
        """Return what patterns are sorted by."""
        return tuple([getattr(self, name) for name in _FIELDS])


_FIELDS = tuple(Pattern.__dataclass_fields__)
_NOTHING = {name: field.default for name, field in Pattern.__dataclass_fields__.items()}
_BY_ID = ("facts", "answers", "reactions", "z")
_NAMES = ("cues", "set_aside")


def _id_of(pair: tuple[str, Value]) -> str:
    return pair[0]


def _refuse_doubles(name: str, ids: Collection[str]) -> None:
    if len(set(ids)) < len(ids):
        raise ValueError(f"{name} of a pattern name one id twice: {', '.join(ids)}")


class Stats:
    """How many stays of each pattern there were; never changed, only made anew.

    Parameters
    ----------
    counts : mapping of Pattern to int
        How often each was seen, 0 or more.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If a count is below 0.
    """

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[Pattern, int] | None = None) -> None:
        for n in (counts or {}).values():
            _refuse_fraction(n)
        if any(n < 0 for n in (counts or {}).values()):
            raise ValueError("a pattern cannot have been seen less than never")
        self._counts = {pattern: n for pattern, n in (counts or {}).items() if n}

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Stats:
        """Count patterns, one stay each."""
        counts: dict[Pattern, int] = {}
        for pattern in patterns:
            counts[pattern] = counts.get(pattern, 0) + 1
        return cls(counts)

    @classmethod
    def merged(cls, parts: Iterable[Stats]) -> Stats:
        """Merge many parts; their order and their cut do not matter."""
        counts: dict[Pattern, int] = {}
        for part in parts:
            for pattern, n in part._counts.items():
                counts[pattern] = counts.get(pattern, 0) + n
        return cls(counts)

    def add(self, pattern: Pattern, n: int = 1) -> Stats:
        """Count `n` more stays of one pattern; for many at once see `of` and `merge`."""
        return self.merge(Stats({pattern: n}))

    def merge(self, other: Stats) -> Stats:
        """Count both together: associative, commutative, with the empty one as identity."""
        return Stats.merged((self, other))

    def subtract(self, other: Stats) -> Stats:
        """Take back what was merged before, exactly.

        Raises
        ------
        ValueError
            If `other` holds a stay that was never counted here.
        """
        counts = dict(self._counts)
        for pattern, n in other._counts.items():
            left = counts.get(pattern, 0) - n
            if left < 0:
                raise ValueError(f"{-left} stays to take out were never counted; nothing changed")
            counts[pattern] = left
        return Stats(counts)

    def count(self, pattern: Pattern) -> int:
        """Return how often `pattern` was seen."""
        return self._counts.get(pattern, 0)

    def collapsed(self, by: Callable[[Pattern], Pattern]) -> Stats:
        """Count together what `by` makes equal, such as bands that no rule in force tells apart.

        Collapsing merged parts equals merging collapsed ones.
        """
        counts: dict[Pattern, int] = {}
        for pattern, n in self._counts.items():
            coarse = by(pattern)
            counts[coarse] = counts.get(coarse, 0) + n
        return Stats(counts)

    @property
    def n_stays(self) -> int:
        """How many stays were counted."""
        return sum(self._counts.values())

    def __len__(self) -> int:
        return len(self._counts)

    def __iter__(self) -> Iterator[tuple[Pattern, int]]:
        """Give patterns with their counts, always in the same order: no sum depends on luck."""
        return iter(sorted(self._counts.items(), key=lambda entry: entry[0].order()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stats) and self._counts == other._counts

    __hash__ = None  # type: ignore[assignment]  # compared by value, and large

    def __repr__(self) -> str:
        return f"Stats({self.n_stays} stays in {len(self)} patterns)"

    def to_data(self) -> list[dict[str, Any]]:
        """Return all as JSON can hold it, in order: equal statistics are equal texts."""
        return [{"pattern": pattern.to_data(), "n": n} for pattern, n in self]

    @classmethod
    def from_data(cls, data: Iterable[Mapping[str, Any]]) -> Stats:
        """Return the statistics that were written; the opposite of `to_data`.

        Raises
        ------
        TypeError, ValueError
            If a row holds no pattern, or a count that is none; names the row.
        """
        parts: list[Stats] = []
        for row, entry in enumerate(data, start=1):
            try:
                parts.append(cls({Pattern.from_data(entry["pattern"]): entry["n"]}))
            except KeyError as error:
                raise ValueError(f"row {row}: {error} is missing") from None
            except (TypeError, ValueError) as error:
                raise type(error)(f"row {row}: {error}") from None
        return cls.merged(parts)


def _refuse_fraction(n: object) -> None:
    if type(n) is not int:
        raise TypeError(f"a count is a whole number, not {n!r}")


NO_STATS = Stats()
"""The identity: nobody was here yet."""
