"""Past contents of `seed/`: what a recommendation was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFoundError
from engine.store.columns import table_of
from engine.store.rows import SeedRow

SEED = table_of(SeedRow)


class Seeds:
    """Contents by their version."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, version: str, tree: Mapping[str, Any]) -> None:
        """Keep a content, once: a version is a hash and never means something else."""
        if not self.has(version):
            self._connection.execute(sa.insert(SEED).values(version=version, tree=dict(tree)))

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
        return tree
