"""What every use case works with, made once by `engine.bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.catalogue.tree import Tree
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.store import Store, Work
from engine.usecases.in_force import Content, InForce


@dataclass(frozen=True)
class Context:
    """Store, seed and settings of one running Tact."""

    store: Store
    seed: Catalogue
    """As the files under `seed/` say it; what counts is `catalogue`."""
    secret: bytes
    """Key of this database, 32 bytes: guest links and opaque ids are made from it."""
    base_url: str
    """Scheme, host and port of every link, without a slash at the end."""
    _in_force: InForce = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_in_force", InForce(self.store, self.seed))  # it is frozen

    @property
    def content(self) -> Content:
        """The catalogue in force, with what it was read from."""
        return self._in_force.now

    @property
    def catalogue(self) -> Catalogue:
        """The seed with what owners changed, as this thread last saw it."""
        return self._in_force.now.catalogue

    @property
    def advisers(self) -> dict[tuple[int, str], Adviser]:
        """Ready advisers by rule-set version and name of the learning run, empty without one.

        They belong to the catalogue in force: what neither changes nor goes with it never does.
        """
        return self._in_force.now.advisers

    def shipped(self, work: Work) -> Tree:
        """Return the files of the seed as one tree, without what owners changed."""
        return self._in_force.shipped(work)

    def refresh(self) -> None:
        """See what owners changed meanwhile: at the start of each request, job and command."""
        self._in_force.refresh()
