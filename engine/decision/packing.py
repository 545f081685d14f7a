"""Which packs are put forward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.domain.cues import Value
from engine.domain.packs import Pack
from engine.domain.rules import Test
from engine.rules.conditions import holds

MOST_PACKS = 5
"""More than five links are not read; the whole guide stays one tap away."""

MOST_REMEMBERED = 10_000
"""Values of facts for which the packs are remembered; free tags must not grow without end."""


class PackTable:
    """The packs of a catalogue in reading order, with what calls for each of them.

    Parameters
    ----------
    packs : iterable of Pack
        All there are.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = sorted(packs, key=lambda pack: (pack.order, pack.id))
        self._tests: dict[str, list[tuple[str, Test]]] = {}
        for pack in self._packs:
            for test in pack.any:
                self._tests.setdefault(test.fact, []).append((pack.id, test))
        self._called: dict[tuple[str, type, Value | None], frozenset[str]] = {}
        unknown = {fact: self._call(fact, None) for fact in self._tests}
        self._by_silence = {fact: called for fact, called in unknown.items() if called}

    def choose(
        self, allowed: Collection[str], style: str, facts: Mapping[str, Value]
    ) -> tuple[str, ...]:
        """Choose the packs to put forward, most needed first.

        Parameters
        ----------
        allowed : collection of str
            Ids of those that the guardrails left open.
        style : str
            The recommended style.
        facts : mapping
            What is known of the stay.

        Returns
        -------
        tuple of str
            The pack for everyone always comes first, then by situation, then by style.
        """
        called = self._called_by(facts)
        for_everyone: list[str] = []
        by_situation: list[str] = []
        by_style: list[str] = []
        for pack in self._packs:
            if pack.id not in allowed:
                continue
            if pack.is_for_everyone:
                for_everyone.append(pack.id)
            elif pack.is_guarded or pack.id in called:
                by_situation.append(pack.id)
            elif style in pack.styles:
                by_style.append(pack.id)
        most = max(MOST_PACKS, len(for_everyone))
        return tuple((for_everyone + by_situation + by_style)[:most])

    def _called_by(self, facts: Mapping[str, Value]) -> set[str]:
        """Ids of the packs that the situation calls for."""
        called: set[str] = set()
        for fact, value in facts.items():
            if fact in self._tests:
                told = self._called.get((fact, type(value), value))
                called |= self._call(fact, value) if told is None else told
        for fact, ids in self._by_silence.items():
            if fact not in facts:
                called |= ids
        return called

    def _call(self, fact: str, value: Value | None) -> frozenset[str]:
        """Ids of the packs that one value calls for, remembered by value and type."""
        ids = frozenset(id for id, test in self._tests[fact] if holds(test, value))
        if len(self._called) < MOST_REMEMBERED:
            self._called[fact, type(value), value] = ids
        return ids
