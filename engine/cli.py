"""The command `tact`: arguments in, use cases, text or one JSON document out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from engine import __version__
from engine.bootstrap import open_context, open_scorer
from engine.domain.people import Role
from engine.errors import TactError, UnreadableError, exit_status
from engine.usecases.check_seed import check_seed
from engine.usecases.import_stays import ImportReport, house_for_import, import_csv
from engine.usecases.sign_in import make_sign_in_link

DONE, FOUND_PROBLEMS, USAGE, SOME_REFUSED = 0, 1, 2, 3
"""Exit status; 4 (input unreadable) and 5 (environment) come from `engine.errors`."""

PROGRESS_EVERY = 10_000
"""Lines between two words of progress."""

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except TactError as error:
        tell(f"tact: {error.message}")
        return exit_status(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(
        prog="tact", description="How close to come to this guest, and why."
    )
    root.add_argument("--version", action="version", version=f"tact {__version__}")
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add(commands, "serve", serve, "serve the front desk (HOST, PORT, TACT_BASE_URL)")
    _add(commands, "work", work, "do jobs: the one process beside the server")
    sign_in = _add(commands, "sign-in", sign_in_link, "print a one-time sign-in link")
    sign_in.add_argument("--role", choices=[role.value for role in Role], default=Role.OWNER.value)
    _add(commands, "score", score, "stays as JSON lines in, advice as JSON lines out")
    check = _add(commands, "check", check_files, "check every file under seed/")
    check.add_argument("--json", action="store_true", help="one JSON document on stdout")
    _add_import(commands)
    return root


Commands = Any
"""What `add_subparsers` returns; argparse keeps its class to itself."""


def _add(commands: Commands, name: str, command: Command, about: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    added.set_defaults(command=command)
    return added


def _add_import(commands: Commands) -> None:
    taken = _add(commands, "import", import_file, "take in stays from another system")
    taken.add_argument("source", choices=["csv"], help="what wrote the file")
    taken.add_argument("file", type=Path)
    taken.add_argument("--mapping", type=Path, required=True, help="which column is what, TOML")
    taken.add_argument("--house", help="id of the house; its own one unless told otherwise")
    taken.add_argument("--dry-run", action="store_true", help="the same report, nothing written")
    taken.add_argument("--json", action="store_true", help="one JSON document on stdout")


def say(text: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(text + "\n")


def serve(_options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from engine.serving import serve as serve_desk  # noqa: PLC0415 - `tact score` starts no server

    serve_desk()
    return DONE


def work(_options: argparse.Namespace) -> int:
    """Do jobs until stopped."""
    from engine.serving import work as do_jobs  # noqa: PLC0415 - as above

    do_jobs()
    return DONE


def sign_in_link(options: argparse.Namespace) -> int:
    """Print a one-time link."""
    link = make_sign_in_link(open_context(), Role(options.role), now=datetime.now(UTC))
    say(f"Sign in: {link}")
    return DONE


def check_files(options: argparse.Namespace) -> int:
    """Check the seed and name every problem."""
    problems = check_seed()
    told = [
        {"file": p.file, "id": p.id, "key": p.key, "message": p.message, "allowed": p.allowed}
        for p in problems
    ]
    if options.json:
        say(json.dumps({"problems": told}, ensure_ascii=False))
    else:
        for problem in problems:
            say(problem.sentence())
        say(f"{len(problems)} problems." if problems else "The seed is whole.")
    return FOUND_PROBLEMS if problems else DONE


def score(_options: argparse.Namespace) -> int:
    """Score standard input."""
    scorer = open_scorer(now=datetime.now(UTC))
    lines = with_progress(sys.stdin.buffer)
    for advice in scorer.score(lines):
        sys.stdout.write(advice + "\n")
    sys.stdout.flush()
    return SOME_REFUSED if scorer.n_refused else DONE


def with_progress(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pass lines on, telling now and then how many there were."""
    start = perf_counter()
    for number, line in enumerate(lines, start=1):
        yield line
        if number % PROGRESS_EVERY == 0:
            tell(f"{number} stays scored, {number / (perf_counter() - start):.0f} a second")


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


def import_file(options: argparse.Namespace) -> int:
    """Take in a file and report every record that was not taken."""
    data, mapping = read_bytes(options.file), read_text(options.mapping)
    ctx, now = open_context(), datetime.now(UTC)
    report = import_csv(
        ctx,
        data,
        mapping,
        house=house_for_import(ctx, options.house, now=now),
        dry_run=options.dry_run,
        now=now,
        progress=lambda n: tell(f"{n} records read"),
        mapping_name=options.mapping.name,
    )
    _say_report(report, as_json=options.json, is_rehearsal=options.dry_run)
    return SOME_REFUSED if report.errors else DONE


def _say_report(report: ImportReport, *, as_json: bool, is_rehearsal: bool) -> None:
    told = report.to_dict()
    if as_json:
        say(json.dumps(told, ensure_ascii=False))
        return
    for refused in told["errors"]:
        say(f"{refused['record']}: {refused['message']}")
    numbers = ", ".join(f"{told[key]} {key}" for key in ("read", *COUNTED))
    say(f"{numbers}, {len(told['skipped'])} skipped, {len(told['errors'])} refused.")
    if is_rehearsal:
        say("Nothing was written: this was a dry run.")


COUNTED = ("created", "updated", "cancelled", "unchanged")
"""What the report counts, in the order it is told."""


if __name__ == "__main__":
    sys.exit(main())
