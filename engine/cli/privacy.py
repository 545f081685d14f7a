"""Commands about guests' data and copies of it: export, erase, records, backup, restore."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from engine.bootstrap import default_database_url, open_context
from engine.cli.speaking import (
    DONE,
    Commands,
    add,
    add_json,
    say_document,
    tell,
    write_private_text,
)
from engine.errors import BadInputError, UnreadableError
from engine.store import Store
from engine.usecases.context import Context
from engine.usecases.privacy import backups
from engine.usecases.privacy.erase import Receipt, erase_guest, find_guest
from engine.usecases.privacy.export import export_of
from engine.usecases.privacy.export_page import page_of
from engine.usecases.privacy.processing import in_markdown, processing_record
from engine.usecases.privacy.to_go import ToGo, what_goes
from engine.usecases.stays.arrivals import house_in_use

GUEST = "number of a booking, the source's number of the person, or our own"
BY = "tact erase"
"""Who erases where a command is run and nobody is signed in."""


def add_to(commands: Commands) -> None:
    """Add these commands."""
    told = add(commands, "export", export, "all that is kept of a guest, as one JSON document")
    told.add_argument("guest", metavar="GUEST", help=GUEST)
    told.add_argument("--house", help="id of the house; its own one unless told otherwise")
    told.add_argument("--html", type=Path, metavar="FILE", help="also write a page to be read")
    add_json(told, "as without it: the document is JSON in any case")
    about = "the record of processing (GDPR, article 30), as Markdown"
    add_json(add(commands, "records", records, about))
    erased = add(commands, "erase", erase, "erase a guest for good, and print a receipt")
    erased.add_argument("guest", metavar="GUEST", help=GUEST)
    erased.add_argument("--house", help="id of the house; its own one unless told otherwise")
    erased.add_argument("--yes", action="store_true", help="do not ask")
    add_json(erased, "the receipt as one JSON document on stdout")
    made = add(commands, "backup", backup, "copy the database, check the copy, write a checksum")
    made.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="beside it otherwise")
    add_json(made)
    put = add(commands, "restore", restore, "put a backup in the place of the database")
    put.add_argument("file", type=Path, metavar="FILE", help="as `tact backup` named it")
    add_json(put)
    tried = add(commands, "restore-drill", drill, "restore into a folder of its own; say how long")
    tried.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the latest otherwise")
    add_json(tried)


def opened() -> Context:
    """Open the database that is there; a wrong address must not make an empty one.

    Raises
    ------
    EnvironmentFaultError
        When there is none.
    """
    store = Store(default_database_url())
    try:
        store.refuse_missing()
    finally:
        store.close()
    return open_context()


def export(options: argparse.Namespace) -> int:
    """Say all that is kept of a guest."""
    ctx = opened()
    with ctx.store.read() as work:
        guest = find_guest(work, house_in_use(work, options.house).id, options.guest)
    document = export_of(ctx, guest, now=datetime.now(UTC))
    if options.html:
        write_private_text(options.html, page_of(document, ctx.catalogue))
        tell(f"{options.html} was written; it holds all that is kept of this guest.")
    say_document(document, (), as_json=True)
    return DONE


def records(options: argparse.Namespace) -> int:
    """Say what is kept, why, and for how long."""
    record = processing_record(opened(), now=datetime.now(UTC))
    say_document(record, in_markdown(record), as_json=options.json)
    return DONE


def erase(options: argparse.Namespace) -> int:
    """Erase a guest after asking."""
    ctx, now = opened(), datetime.now(UTC)
    found = what_goes(ctx, options.guest, options.house)
    if not options.yes:
        _ask(found)
    receipt = erase_guest(ctx, found.guest, by=BY, now=now)
    say_document(receipt.to_dict(), _receipt(receipt, found), as_json=options.json)
    return DONE


def backup(options: argparse.Namespace) -> int:
    """Make a backup."""
    backups.refuse_server(default_database_url())
    made = backups.back_up(opened(), options.folder, now=datetime.now(UTC))
    told = {"file": str(made.path), "bytes": made.n_bytes, "sha256": made.sha256}
    lines = [f"{made.path}: {made.n_bytes} bytes, checked.", f"sha256 {made.sha256}"]
    say_document(told, lines, as_json=options.json)
    return DONE


def restore(options: argparse.Namespace) -> int:
    """Put a backup back."""
    done = backups.restore(default_database_url(), options.file, now=datetime.now(UTC))
    told = {
        "database": str(done.database),
        "aside": str(done.aside) if done.aside else None,
        "erased_again": done.erased_again,
    }
    lines = [f"{done.database} is now as {options.file.name} was."]
    if done.aside:
        lines.append(f"What was there is kept as {done.aside}; delete it once all is well.")
    if done.erased_again:
        lines.append(f"{done.erased_again} guests were erased since then, and are again.")
    say_document(told, lines, as_json=options.json)
    return DONE


def drill(options: argparse.Namespace) -> int:
    """Try a restore out."""
    url = default_database_url()
    path = options.file or backups.newest(url)
    if path is None:
        raise UnreadableError("There is no backup yet; `tact backup` makes one.")
    tried = backups.drill(url, path, now=datetime.now(UTC))
    told = {
        "file": str(path),
        "bytes": tried.n_bytes,
        "stays": tried.n_stays,
        "erased_again": tried.erased_again,
        "seconds": round(tried.seconds, 3),
    }
    line = f"{path.name}: restored and checked in {tried.seconds:.1f} s, {tried.n_stays} stays."
    say_document(told, [line], as_json=options.json)
    return DONE


def _ask(found: ToGo) -> None:
    for line in found.in_words():
        tell(line)
    if not sys.stdin.isatty():
        raise BadInputError("Nobody is there to be asked; add --yes. Nothing was changed.")
    sys.stderr.write("This cannot be undone. Erase? Type yes: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() != "yes":
        raise BadInputError("Nothing was changed.")


def _receipt(receipt: Receipt, found: ToGo) -> list[str]:
    rows = ", ".join(f"{n} {table}" for table, n in sorted(receipt.rows.items()))
    lines = [f"Guest {receipt.guest} of {receipt.house} was erased: {rows}."]
    if receipt.subtracted:
        lines.append(f"The learner no longer counts {receipt.subtracted} stays.")
    if receipt.refit_at:
        lines.append(f"It learns anew without them: planned for {receipt.refit_at:%Y-%m-%d %H:%M}.")
    if found.has_backups:
        lines.append(
            "Backups from before still hold the guest until they are dropped; who restores one "
            "erases the guest again."
        )
    return lines
