"""Writers of one process are served in the order of asking."""

from __future__ import annotations

import threading
import time

from engine.store.line import Line


def wait_until_in_line(line: Line, n: int) -> None:
    while len(line._waiting) < n:
        time.sleep(0.001)


def test_whoever_asks_first_is_served_first() -> None:
    line, served = Line(), []

    def ask(name: int) -> None:
        assert line.enter(30)
        served.append(name)
        line.leave()

    assert line.enter(0)
    threads = []
    for name in range(5):
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        wait_until_in_line(line, name + 1)
    line.leave()
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4]


def test_whoever_loses_patience_does_not_stop_the_line() -> None:
    line = Line()
    assert line.enter(0)
    assert not line.enter(0.01)
    line.leave()
    assert line.enter(0)
    line.leave()


def test_a_turn_that_comes_at_the_last_moment_is_taken() -> None:
    line = Line()
    assert line.enter(0)
    ticket = threading.Lock()
    ticket.acquire()
    line._waiting.append(ticket)
    line.leave()
    assert not line._give_up(ticket)
