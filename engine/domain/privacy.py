"""What is asked of guests about their data, in which words, and how long what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.consent import Purpose
from engine.domain.cues import Texts


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a guest reads, or hears read aloud, before she says yes or no."""

    purpose: Purpose
    version: str
    """Changes with the words: a yes is a yes to these words and no others."""
    months: int
    """A yes ends after so many months without a stay."""
    text: Texts
    """The question."""
    means: Texts
    """What a yes means, in one or two sentences."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after departure for which each class of data is kept without consent."""

    free_text: int = 7
    """Notes and what guests wrote: the shift after the departure may still need them."""
    identity: int = 30
    """Names, addresses, numbers: as long as a bill or a lost coat may be asked about."""
    behaviour: int = 400
    """What was seen and advised, by then of nobody: a season is compared with the same season."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """The part of `seed/` that speaks of guests' data."""

    consents: Mapping[Purpose, ConsentText] = field(default_factory=dict)
    retention: Retention = Retention()
    relays: tuple[str, ...] = ()
    """Domains of addresses that a portal lends for one booking."""

    def is_relay(self, address: str) -> bool:
        """Whether a portal passes on what is written to an address."""
        domain = "." + address.rpartition("@")[2].lower()
        return any(domain.endswith(f".{relay}") for relay in self.relays)


NO_PRIVACY = Privacy()
"""Of a seed from before there was such a file; past advice is made again from it."""
