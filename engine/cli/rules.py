"""Commands about rules: `tact rules analyse`, `tact rules replay`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from engine.bootstrap import default_database_url, open_context
from engine.catalogue.load import load_catalogue
from engine.cli.speaking import (
    DONE,
    FOUND_PROBLEMS,
    PROGRESS_EVERY,
    Commands,
    add,
    add_json,
    read_text,
    say_document,
    tell,
    whole,
)
from engine.domain.catalogue import Catalogue
from engine.errors import EnvironmentFaultError
from engine.rules.analysis import Seen
from engine.store import Store

MOST_STAYS = 1_000_000_000
ANALYSE_STATUS = (
    "Exit status: 0 no fault, hints or none; 1 a fault: a rule that can never fire or fires for "
    "everybody (dead, always), or two that ask the same (duplicate; inseparable, unless only stays "
    "say so); 4 the file cannot be read. All else is a hint: subsumed, opposed, never_fired, "
    "unmentioned."
)
NO_STAYS = "tact: there are no stays to look at, so nothing is said about rules that never fired"


def add_to(commands: Commands) -> None:
    """Add these commands."""
    about = "look at rules as a whole"
    group = commands.add_parser("rules", help=about, description=about)
    below = group.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_analyse(below)
    _add_replay(below)


def _add_analyse(below: Commands) -> None:
    about = "find rules that can never fire, fire for everybody, say the same or pull apart"
    looked_at = add(below, "analyse", analyse, about)
    looked_at.epilog = ANALYSE_STATUS
    looked_at.add_argument("file", type=Path, metavar="FILE", help="rules, as in seed/rules/*.toml")
    add_json(looked_at)


def analyse(options: argparse.Namespace) -> int:
    """Look at the rules of one file; nothing is written."""
    from engine.usecases.rules import analyse_rules as looking  # noqa: PLC0415  # only this command needs it

    text, catalogue = read_text(options.file), load_catalogue()
    rules = looking.rules_of(text, catalogue, file=str(options.file))
    findings = looking.findings_in(rules, catalogue, _stays(catalogue))
    lines = looking.in_words(findings, len(rules))
    say_document(looking.document_of(findings), lines, as_json=options.json)
    return FOUND_PROBLEMS if any(found.is_fault for found in findings) else DONE


def _add_replay(below: Commands) -> None:
    about = "say which past stays other rules would serve otherwise, and what that would be worth"
    replayed = add(below, "replay", replay, about)
    replayed.add_argument("file", type=Path, metavar="FILE", help="rules, as in seed/rules/*.toml")
    most = "so many stays, those that arrive last; all unless told otherwise"
    replayed.add_argument("--stays", type=whole(1, MOST_STAYS), metavar="N", default=0, help=most)
    replayed.add_argument("--house", help="id of the house; its own one unless told otherwise")
    add_json(replayed)


def replay(options: argparse.Namespace) -> int:
    """Serve past stays by the rules of one file; nothing is written but the coded stays."""
    from engine.usecases.rules import replay_file as replaying  # noqa: PLC0415  # only this command needs it

    text = read_text(options.file)
    replaying.refuse_without_database(Store(default_database_url()))
    told = replaying.replay_file(
        open_context(),
        text,
        file=str(options.file),
        most=options.stays,
        house_id=options.house,
        progress=_telling(),
    )
    document = replaying.document_of(told)
    say_document(document, replaying.in_words(told), as_json=options.json)
    return FOUND_PROBLEMS if told.judgement.after.refusals else DONE


def _telling() -> Callable[[str, int, int], None]:
    """Return what tells of long work now and then."""
    told = 0

    def tell_progress(what: str, done: int, of: int) -> None:
        nonlocal told
        if abs(done - told) >= PROGRESS_EVERY:
            told = done
            tell(f"{done} of {of} stays {'read' if what == 'read' else 'served by both'}")

    return tell_progress


def _stays(catalogue: Catalogue) -> tuple[Seen, ...]:
    """Return the stays of the database; where there are none, or no such database, say so."""
    from engine.usecases.rules import analyse_rules as looking  # noqa: PLC0415  # as above

    try:
        store = Store(default_database_url())
        if not store.is_there():
            tell(f"{NO_STAYS}.")
            return ()
        store.refuse_other_age()
        with store.read() as work:
            stays = looking.stays_seen(work, catalogue, now=datetime.now(UTC))
    except EnvironmentFaultError as error:
        tell(f"{NO_STAYS}: {error.message}")
        return ()
    if not stays:
        tell(f"{NO_STAYS}.")
    return stays
