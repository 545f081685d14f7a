"""The command `tact`: arguments in, use cases, text or one JSON document out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from engine import __version__
from engine.cli import exploring, lessons, privacy, records, rules, running
from engine.cli.speaking import DONE, ENVIRONMENT, Command, tell
from engine.errors import TactError, exit_status

GROUPS = (running, records, lessons, rules, exploring, privacy)
"""Files of commands, in the order in which `tact --help` lists them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        status = command(options)
        sys.stdout.flush()
        return status
    except TactError as error:
        tell(f"tact: {error.message}")
        return exit_status(error)
    except OSError as error:
        # What is left in the buffer has nowhere to go; the interpreter must not try at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return DONE  # whoever read our output has seen enough
        tell(f"tact: {error.strerror}.")
        return ENVIRONMENT
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(
        prog="tact", description="How close to come to this guest, and why."
    )
    root.add_argument("--version", action="version", version=f"tact {__version__}")
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in GROUPS:
        group.add_to(commands)
    return root
