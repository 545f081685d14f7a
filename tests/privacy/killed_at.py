"""The command `tact`, killed at one of its calls that change files: `killed_at N COMMAND …`."""

from __future__ import annotations

import os
import signal
import sys

import sqlalchemy as sa

from engine.cli import main

CHANGING = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile")
"""Events of the interpreter that are counted, with every file opened to be written and every
statement that changes rows."""


def die_at(moment: int) -> None:
    """Kill this process right before its call number `moment`."""
    left = moment

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, given: tuple[object, ...]) -> None:
        is_writing = event == "open" and isinstance(given[2], int) and given[2] & os.O_CREAT
        if event in CHANGING or is_writing or event == "sqlite3.connect":
            count()

    def before(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            count()

    sys.addaudithook(hook)
    sa.event.listen(sa.Engine, "before_cursor_execute", before)


if __name__ == "__main__":
    die_at(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
