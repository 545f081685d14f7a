"""What all commands share: their exit status, their two voices, their files and arguments."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from engine.errors import EnvironmentFaultError, UnreadableError

DONE, FOUND_PROBLEMS, SOME_REFUSED, ENVIRONMENT = 0, 1, 3, 5
"""Exit status; those of errors stand in `engine.errors`, that of wrong usage in argparse."""

PROGRESS_EVERY = 10_000
"""Lines or guests between two words of progress."""

Command = Callable[[argparse.Namespace], int]

Commands = Any
"""What `add_subparsers` returns; argparse keeps its class to itself."""


def add(commands: Commands, name: str, command: Command, about: str) -> argparse.ArgumentParser:
    """Add a command with what it does."""
    added: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    added.set_defaults(command=command)
    return added


def add_json(command: argparse.ArgumentParser, about: str = "one JSON document on stdout") -> None:
    """Let a command speak to programs."""
    command.add_argument("--json", action="store_true", help=about)


def say(text: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(text + "\n")


def read_bytes(path: Path) -> bytes:
    """Read a file that a person named.

    Raises
    ------
    UnreadableError
        If it cannot be read; names the file and why.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from None


def read_text(path: Path) -> str:
    """Read a UTF-8 text that a person named."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not UTF-8 text.") from None


def write_text(path: Path, text: str) -> None:
    """Write a file that a person named.

    Raises
    ------
    EnvironmentFaultError
        If it cannot be written; names the file and why.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFaultError(f"{path} cannot be written: {error.strerror}.") from None


def write_private_text(path: Path, text: str) -> None:
    """Write a file that a person named and that only she may read.

    Raises
    ------
    EnvironmentFaultError
        As for `write_text`.
    """
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.truncate()
            file.write(text.encode())
    except OSError as error:
        raise EnvironmentFaultError(f"{path} cannot be written: {error.strerror}.") from None


def say_document(document: object, lines: Iterable[str], *, as_json: bool) -> None:
    """Say a result once: as one JSON document, or in words."""
    if as_json:
        say(json.dumps(document, ensure_ascii=False, allow_nan=False))
        return
    for line in lines:
        say(line)


def day(text: str) -> date:
    """Read a day such as 2026-06-30."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-06-30") from None


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number in a range."""

    def read(text: str) -> int:
        iswhole = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        if not iswhole or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return int(text)

    return read
