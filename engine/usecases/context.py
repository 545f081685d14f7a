"""What every use case works with, made once by `engine.bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.store import Store


@dataclass(frozen=True)
class Context:
    """Store, seed and settings of one running Tact."""

    store: Store
    catalogue: Catalogue
    secret: bytes
    """Key of this database, 32 bytes: guest links and opaque ids are made from it."""
    base_url: str
    """Scheme, host and port of every link, without a slash at the end."""
    advisers: dict[tuple[int, str], Adviser] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Ready advisers by rule-set version and name of the learning run, empty without one; neither
    ever changes, so neither do they."""
