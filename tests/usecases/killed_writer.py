"""A process that codes the stays of a database and is killed at one call to the system."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from engine.bootstrap import open_context
from engine.store import snapshot
from engine.usecases.advice import snapshots
from engine.usecases.advice.snapshots import stays_kept
from tests.usecases.conftest import NOW

MOMENTS = ("write", "ftruncate", "fsync")
"""Calls that are counted; of a write half is done."""


class DyingSystem:
    """The operating system, until the call at which it kills whoever asks."""

    def __init__(self, left: int) -> None:
        self._left = left

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in MOMENTS:
            return real

        def call(handle: int, *given: Any) -> Any:
            self._left -= 1
            if not self._left:
                if name == "write":
                    real(handle, bytes(given[0])[: len(given[0]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(handle, *given)

        return call


def main(url: str, moment: int) -> None:
    """Bring the coded stays of a database up to date, in small blocks, and die meanwhile."""
    ctx = open_context(url, base_url="http://x", now=NOW)
    snapshots.BATCH = snapshots.BLOCK = 60
    snapshot.os = DyingSystem(moment)  # type: ignore[assignment]  # all that is asked of it is there
    stays_kept(ctx)
    ctx.store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
