"""Past contents of `seed/`: what a recommendation was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFoundError
from engine.store.columns import table_of
from engine.store.rows import SeedRow

SEED = table_of(SeedRow)
BASE = ""
"""Under this name, which no file has, a content kept as a difference names what it differs from."""


class Seeds:
    """Contents by their version."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, version: str, tree: Mapping[str, Any], *, based_on: str | None = None) -> None:
        """Keep a content, once: a version is a hash and never means something else.

        With `based_on`, a version that is kept in full, only the files that differ are written:
        an owner changes one sentence among hundreds.
        """
        if self.has(version):
            return
        kept = dict(tree) if based_on is None else self._difference(tree, based_on)
        self._connection.execute(sa.insert(SEED).values(version=version, tree=kept))

    def has(self, version: str) -> bool:
        """Return whether a content is kept."""
        known = sa.select(SEED.c.version).where(SEED.c.version == version)
        return self._connection.scalar(known) is not None

    def get(self, version: str) -> dict[str, Any]:
        """Return the content of a version.

        Raises
        ------
        NotFoundError
            When it was never kept.
        """
        row = self._connection.execute(sa.select(SEED.c.tree).where(SEED.c.version == version))
        tree: dict[str, Any] | None = row.scalar()
        if tree is None:
            raise NotFoundError(f"There is no seed with the version {version}.")
        if BASE not in tree:
            return tree
        full = self.get(tree.pop(BASE)) | tree
        return {path: content for path, content in full.items() if content is not None}

    def _difference(self, tree: Mapping[str, Any], based_on: str) -> dict[str, Any]:
        before = self.get(based_on)
        changed = {path: c for path, c in tree.items() if before.get(path) != c}
        return {BASE: based_on, **dict.fromkeys(before.keys() - tree.keys()), **changed}
