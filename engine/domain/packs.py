"""Self-serve instructions: pages that a guest reads, prints or keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.cues import Texts
from engine.domain.rules import Test
from engine.domain.styles import Need


@dataclass(frozen=True, slots=True)
class Pack:
    """One page of instructions."""

    id: str
    title: Texts
    body: Texts
    """Markdown, with `{values}` of the house."""
    needs: tuple[Need, ...]
    order: int
    source: str
    topic: str = ""
    is_for_everyone: bool = False
    is_guarded: bool = False
    """Holds codes: shown only when the unit is ready and the PMS has released it."""
    styles: tuple[str, ...] = ()
    """Styles in which it is put forward, because nobody tells it in person."""
    any: tuple[Test, ...] = ()
    """Situations in which it is put forward whatever the style."""

    def languages(self) -> frozenset[str]:
        """Languages in which title and body exist."""
        return frozenset(self.title) & frozenset(self.body)


PackValues = Mapping[str, str]
"""Values of a house or unit that a pack mentions, such as the name of the Wi-Fi."""
