"""Commands that run Tact and look after it: serve, work, sign-in, check."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from engine.bootstrap import open_context
from engine.cli.speaking import (
    DONE,
    FOUND_PROBLEMS,
    Commands,
    add,
    add_json,
    say,
    say_document,
    tell,
)
from engine.domain.people import Role
from engine.usecases.accounts.sign_in import make_sign_in_link
from engine.usecases.check_seed import check_seed, lint_seed


def add_to(commands: Commands) -> None:
    """Add these commands."""
    add(commands, "serve", serve, "serve the front desk (HOST, PORT, TACT_BASE_URL)")
    add(commands, "work", work, "do jobs: the one process beside the server")
    sign_in = add(commands, "sign-in", sign_in_link, "print a one-time sign-in link")
    sign_in.add_argument("--role", choices=[role.value for role in Role], default=Role.OWNER.value)
    add_json(add(commands, "check", check_files, "check every file under seed/"))


def serve(_options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from engine.serving import serve as serve_desk  # noqa: PLC0415  # `tact score` starts no server

    serve_desk()
    return DONE


def work(_options: argparse.Namespace) -> int:
    """Do jobs until stopped."""
    from engine.serving import work as do_jobs  # noqa: PLC0415  # as above

    do_jobs()
    return DONE


def sign_in_link(options: argparse.Namespace) -> int:
    """Print a one-time link."""
    link = make_sign_in_link(open_context(), Role(options.role), now=datetime.now(UTC))
    say(f"Sign in: {link}")
    return DONE


def check_files(options: argparse.Namespace) -> int:
    """Check the seed and name every problem; the script lint only points, on standard error."""
    for line in lint_seed():
        tell(f"Look again: {line}")
    problems = check_seed()
    told = [
        {"file": p.file, "id": p.id, "key": p.key, "message": p.message, "allowed": p.allowed}
        for p in problems
    ]
    total = f"{len(problems)} problems." if problems else "The seed is whole."
    lines = [*(problem.sentence() for problem in problems), total]
    say_document({"problems": told}, lines, as_json=options.json)
    return FOUND_PROBLEMS if problems else DONE
