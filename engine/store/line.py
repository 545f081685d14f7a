"""A lock that is handed over in the order of asking."""

from __future__ import annotations

import threading
from collections import deque


class Line:
    """First come, first served among threads; a plain lock may pass one over for long."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def enter(self, patience: float) -> bool:
        """Wait for one's turn for `patience` seconds at most; return whether it came."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        return ticket.acquire(timeout=patience) or not self._give_up(ticket)

    def leave(self) -> None:
        """Hand the lock to whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _give_up(self, ticket: threading.Lock) -> bool:
        """Step out of the line; return False where the turn came at the last moment."""
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return True
        return False
