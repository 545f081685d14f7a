"""The catalogue in force: the seed with what owners changed, brought up to date cheaply."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.catalogue.edits import applied
from engine.catalogue.load import catalogue_from
from engine.catalogue.tree import Tree, read_tree, seed_folder, version_of
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.errors import NotFoundError, SeedError
from engine.sentences import Sentence
from engine.store import Store, Work
from engine.store.content import ContentRecord

Advisers = dict[tuple[int, str], Adviser]


@dataclass(frozen=True)
class Content:
    """The catalogue at one moment, and what was made ready from it."""

    newest: int
    """Number of the newest edit that it knows, 0 for none."""
    catalogue: Catalogue
    tree: Tree | None = None
    """What the catalogue was read from; None where it is the seed as shipped."""
    left_out: tuple[str, ...] = ()
    """Things whose edits no longer fit the seed of this Tact, such as packs/wifi."""
    advisers: Advisers = field(default_factory=dict, repr=False, compare=False)


class InForce:
    """Keeps the catalogue of one process up to date.

    Each thread stays with the content that it last asked for, so that one request never speaks
    two versions; the content itself is made once per process and edit.

    Parameters
    ----------
    store : Store
        Where the edits are.
    seed : Catalogue
        As the files under `seed/` say it.
    """

    def __init__(self, store: Store, seed: Catalogue) -> None:
        self._store = store
        self._seed = seed
        self._latest = Content(0, seed)
        self._making = threading.Lock()
        self._here = threading.local()
        self._shipped: Tree | None = None

    @property
    def now(self) -> Content:
        """What this thread works with."""
        content: Content | None = getattr(self._here, "content", None)
        if content is None:
            content = self._here.content = self._latest
        return content

    def refresh(self) -> None:
        """Look for newer edits: one query, and more only where there are some."""
        with self._store.read() as work:
            newest = work.content.newest()
            if newest > self._latest.newest:
                self._make(work, newest)
        self._here.content = self._latest

    def shipped(self, work: Work) -> Tree:
        """Return what the seed was read from, read once; nobody changes it."""
        if self._shipped is None:
            self._shipped = shipped_tree(work, self._seed)
        return self._shipped

    def _make(self, work: Work, newest: int) -> None:
        with self._making:
            if newest > self._latest.newest:
                self._latest = content_of(work, self._seed)


def content_of(work: Work, seed: Catalogue) -> Content:
    """Return the seed with every edit that stands, as one transaction sees them."""
    records = work.content.standing()
    newest = work.content.newest()
    if not any(record.told for record in records):
        return Content(newest, seed)
    shipped = shipped_tree(work, seed)
    tree, catalogue, left_out = fitted(shipped, records)
    return Content(newest, catalogue, tree, left_out)


def shipped_tree(work: Work, seed: Catalogue) -> Tree:
    """Return what the seed was read from: as it was kept, else from its folder.

    Raises
    ------
    NotFoundError
        If the folder says something else by now and nobody kept it.
    """
    if work.seeds.has(seed.version):
        return work.seeds.get(seed.version)
    tree = read_tree(seed_folder())
    if version_of(tree) != seed.version:
        missing = Sentence("There is no seed with the version {version}.", version=seed.version)
        raise NotFoundError(missing)
    return tree


def fitted(
    shipped: Mapping[str, Any], records: Sequence[ContentRecord]
) -> tuple[Tree, Catalogue, tuple[str, ...]]:
    """Lay all edits over the seed; after an update of Tact, leave out what no longer fits.

    Returns
    -------
    tuple
        The tree, its catalogue, and the things whose edits wait to be looked at.
    """
    edits = {record.thing: record.told for record in records}
    try:
        tree = applied(shipped, edits)
        return tree, catalogue_from(tree), ()
    except SeedError:
        fit = _those_that_fit(shipped, edits)
        tree = applied(shipped, fit)
        return tree, catalogue_from(tree), tuple(edits.keys() - fit.keys())


def _those_that_fit(
    shipped: Mapping[str, Any], edits: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    fit: dict[str, Mapping[str, Any]] = {}
    for thing, told in edits.items():
        try:
            catalogue_from(applied(shipped, {**fit, thing: told}))
        except SeedError:
            continue
        fit[thing] = told
    return fit


def keep_content(store: Store, content: Content, seed: Catalogue, work: Work | None = None) -> None:
    """Keep what the catalogue was read from, so that advice made with it can be made again."""
    if content.tree is None:
        return
    if work is not None:
        _put(work, content, seed)
        return
    with store.read() as reading:
        is_kept = reading.seeds.has(content.catalogue.version)
    if not is_kept:
        with store.begin() as writing:
            _put(writing, content, seed)


def _put(work: Work, content: Content, seed: Catalogue) -> None:
    if not work.seeds.has(seed.version):
        work.seeds.put(seed.version, shipped_tree(work, seed))
    version = content.catalogue.version
    work.seeds.put(version, content.tree or {}, based_on=seed.version)
