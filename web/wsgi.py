"""The application as a server loads it: `granian web.wsgi:app`."""

from __future__ import annotations

import os
import signal
import threading
import time

from web import create_app

LOOK_SECONDS = 0.5
"""Between two looks for the server; less than it takes to start another."""


def end_with_server(server: str) -> None:
    """End this process once the server that started it is gone.

    A server killed outright cannot stop its processes; left alone they would hold the address
    and go on answering beside the next server.
    """
    while str(os.getppid()) == server:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)  # what was acknowledged is on disk already


app = create_app()
if "TACT_SERVER" in os.environ:
    threading.Thread(target=end_with_server, args=(os.environ["TACT_SERVER"],), daemon=True).start()
