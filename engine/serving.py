"""The running program: one web server, and beside it the one process that does jobs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from engine.bootstrap import DEFAULT_PORT, default_base_url, open_context
from engine.domain.people import Role
from engine.errors import BadInputError, PortTakenError
from engine.usecases import jobs
from engine.usecases.accounts.people import has_owner_with_password
from engine.usecases.accounts.sign_in import make_sign_in_link
from engine.usecases.context import Context

SERVER = "TACT_SERVER"
"""Process id of the server, told to the processes that it starts: they end when it is gone."""
WORKERS = 2
THREADS = 4
GRACE_SECONDS = 5
"""For requests under way when the server stops; a worker still starting would wait for ever."""
PAUSE_SECONDS = 1.0
"""Between two looks for work, and before a worker that died is started again."""


def address() -> tuple[str, int]:
    """Return host and port from `HOST` and `PORT`.

    Raises
    ------
    BadInputError
        If `PORT` is not a port.
    """
    text = os.environ.get("PORT", str(DEFAULT_PORT))
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise BadInputError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return os.environ.get("HOST", "127.0.0.1"), int(text)


def refuse_taken(host: str, port: int) -> None:
    """Bind the address once, alone: a second server would share it silently otherwise.

    Raises
    ------
    PortTakenError
        If another program listens there, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            raise PortTakenError(
                f"{host}:{port} cannot be used ({error.strerror}). "
                f"Stop what listens there, or choose another: PORT={port + 1} make run"
            ) from None


def serve() -> None:
    """Serve the front desk until told to stop."""
    host, port = address()
    refuse_taken(host, port)
    ctx = open_context()
    print(f"Tact: {default_base_url()}/desk", flush=True)  # noqa: T201  # the command's output
    if not has_owner_with_password(ctx):
        link = make_sign_in_link(ctx, Role.OWNER, now=datetime.now(UTC))
        print(f"Sign in: {link}", flush=True)  # noqa: T201  # the command's output
    ctx.store.close()
    os.environ[SERVER] = str(os.getpid())
    worker = Beside([sys.executable, "-m", "engine.cli", "work"])
    worker.start()
    try:
        server(host, port).serve()
    finally:
        worker.stop()


def server(host: str, port: int) -> MPServer:
    """Return the web server, ready to serve."""
    return MPServer(
        "web.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
    )


class Beside(threading.Thread):
    """A process that runs as long as this one, started again whenever it dies.

    Parameters
    ----------
    command : list of str
        What to run.
    """

    def __init__(self, command: list[str]) -> None:
        super().__init__(daemon=True)
        self._command = command
        self._is_over = threading.Event()
        # Begun here, in the caller's thread: a web process forked at the same moment would
        # inherit half of what starts it, and the start would never be seen to end.
        self._process = self._begin()

    def run(self) -> None:
        """Wait for the end of the process, then start it again."""
        while not self._is_over.is_set():
            self._process.wait()
            if not self._is_over.wait(PAUSE_SECONDS):
                self._process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)  # noqa: S603  # our own command

    def stop(self) -> None:
        """End the process and wait for it."""
        self._is_over.set()
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)


def work() -> None:
    """Do jobs until told to stop, or until the server beside it is gone."""
    is_over = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: is_over.set())
    ctx = open_context()
    jobs.plan(ctx, now=datetime.now(UTC))
    while not is_over.is_set() and not is_left_alone():
        _work_or_wait(ctx, is_over)
    ctx.store.close()


def is_left_alone() -> bool:
    """Whether this process was started by a server that is no longer there."""
    server = os.environ.get(SERVER)
    return server is not None and os.getppid() != int(server)


def _work_or_wait(ctx: Context, is_over: threading.Event) -> None:
    if not jobs.work_one(ctx, now=datetime.now(UTC)):
        is_over.wait(PAUSE_SECONDS)
