"""A real store with the demo house, as for the use cases."""

from __future__ import annotations

from tests.usecases.conftest import ctx, seeded_folder

__all__ = ["ctx", "seeded_folder"]
