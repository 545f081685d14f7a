"""The command `tact`: arguments in, use cases, text or one JSON document out."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from engine import __version__
from engine.bootstrap import open_context, open_scorer
from engine.domain.people import Role
from engine.errors import EnvironmentFaultError, TactError, UnreadableError, exit_status
from engine.usecases.check_seed import check_seed
from engine.usecases.import_stays import ImportReport, import_csv
from engine.usecases.sign_in import make_sign_in_link

DONE, FOUND_PROBLEMS, USAGE, SOME_REFUSED, ENVIRONMENT = 0, 1, 2, 3, 5
"""Exit status; those of errors stand in `engine.errors`."""

PROGRESS_EVERY = 10_000
"""Lines between two words of progress."""

NOBODY = "tact learn"
"""Who lets it learn where a command is run and nobody is signed in."""

Command = Callable[[argparse.Namespace], int]


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
    _add(commands, "serve", serve, "serve the front desk (HOST, PORT, TACT_BASE_URL)")
    _add(commands, "work", work, "do jobs: the one process beside the server")
    sign_in = _add(commands, "sign-in", sign_in_link, "print a one-time sign-in link")
    sign_in.add_argument("--role", choices=[role.value for role in Role], default=Role.OWNER.value)
    _add(commands, "score", score, "stays as JSON lines in, advice as JSON lines out")
    check = _add(commands, "check", check_files, "check every file under seed/")
    check.add_argument("--json", action="store_true", help="one JSON document on stdout")
    _add_import(commands)
    _add_calibrate(commands)
    _add_offpolicy(commands)
    _add_simulate(commands)
    _add_learn(commands)
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


def _add_calibrate(commands: Commands) -> None:
    learned = _add(commands, "calibrate", calibrate_file, "learn questions and cues from answers")
    learned.add_argument("file", type=Path, metavar="FILE.csv", help="one row per guest")
    for name, about, needed in (
        ("items", "columns of grades from 0 or 1; blank or NA: not answered", True),
        ("cues", "columns of numbers that may shift a guest", False),
    ):
        learned.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            required=needed,
            help=f"{about}; with spaces or commas between",
        )
    learned.add_argument("--scores", type=Path, metavar="OUT.csv", help="write row, eap, sd")
    learned.add_argument("--priors", action="store_true", help="hold mild priors, for few answers")
    learned.add_argument(
        "--standardise", action="store_true", help="guests in general have mean 0 and variance 1"
    )
    learned.add_argument("--json", action="store_true", help="the document on one line")


def _add_offpolicy(commands: Commands) -> None:
    about = "judge another way of choosing from a log of choices"
    judged = _add(commands, "offpolicy", offpolicy, about)
    judged.add_argument(
        "file",
        type=Path,
        metavar="LOG.csv",
        help="columns action, reward (0 to 1; blank: not told), propensity, pi_<action>..., x_...; "
        "p_answered, how likely a reward was to be told, may be given",
    )
    judged.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _add_simulate(commands: Commands) -> None:
    about = "try the rules in force on made-up guests of whom everything is known"
    tried = _add(commands, "simulate", simulate, about)
    tried.add_argument(
        "--guests", type=_whole(1, 1_000_000), default=1_000, metavar="N", help="1000 unless told"
    )
    tried.add_argument(
        "--seed",
        type=_whole(0, 2**53),  # beyond, not every reader of JSON reads the same number
        default=1,
        metavar="S",
        help="the same seed gives the same guests; 1 unless told",
    )
    tried.add_argument(
        "--misfit",
        type=_misfit,
        default=0.0,
        metavar="X",
        help="how wrong the rules are: 0 right (unless told), 1 guests do not care, 2 reversed",
    )
    tried.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _add_learn(commands: Commands) -> None:
    about = "learn from the stays of a house; in force only once an owner agrees"
    learned = _add(commands, "learn", learn_weights, about)
    learned.add_argument("--house", help="id of the house; its own one unless told otherwise")
    learned.add_argument(
        "--until",
        type=_day,
        metavar="DAY",
        help="stays up to the week of this day, 2026-06-30; today unless told otherwise",
    )
    learned.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-06-30") from None


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number in a range."""

    def read(text: str) -> int:
        is_whole = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        if not is_whole or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return int(text)

    return read


def _misfit(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 2.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 2")
    return number


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
    gc.freeze()  # catalogue and tables stay: looking through them for every few lines is waste
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
        house=options.house,
        dry_run=options.dry_run,
        now=now,
        progress=lambda n: tell(f"{n} records read"),
        mapping_name=options.mapping.name,
    )
    _say_report(report, as_json=options.json, is_rehearsal=options.dry_run)
    return SOME_REFUSED if report.errors else DONE


def calibrate_file(options: argparse.Namespace) -> int:
    """Learn from a table of answers; what was learned is told even where it has not settled."""
    from engine.usecases import calibrate as answers  # noqa: PLC0415 - only this command needs it

    items, cues = names_in(options.items), names_in(options.cues)
    answers.refuse_overwriting(options.file, options.scores)
    learned = answers.calibrate_csv(
        read_bytes(options.file),
        items,
        cues,
        with_priors=options.priors,
        standardise=options.standardise,
    )
    document = answers.document_of(learned, cues)
    say(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=_indent(options)))
    if options.scores:
        write_text(options.scores, answers.scores_csv(learned))
    if not learned.is_converged:
        tell(f"tact: not settled after {learned.iterations} steps; --priors may help.")
    return DONE if learned.is_converged else FOUND_PROBLEMS


def names_in(words: Iterable[str]) -> list[str]:
    """Return the names in words that may hold several, with commas between."""
    return [name for word in words for part in word.split(",") if (name := part.strip())]


def _indent(options: argparse.Namespace) -> int | None:
    return None if options.json else 2


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


def offpolicy(options: argparse.Namespace) -> int:
    """Judge the other policy of a log, or say why that cannot be done."""
    from engine.usecases import offpolicy as logs  # noqa: PLC0415 - only this command needs it

    result = logs.judge(read_bytes(options.file))
    if options.json:
        say(json.dumps(logs.estimate_to_dict(result), ensure_ascii=False, allow_nan=False))
    else:
        for line in logs.in_words(result):
            say(line)
    return FOUND_PROBLEMS if result.refusals else DONE


def simulate(options: argparse.Namespace) -> int:
    """Serve made-up guests by the rules in force; nothing is written."""
    from engine.usecases import simulate as made_up  # noqa: PLC0415 - only this command needs it

    scorer = open_scorer(now=datetime.now(UTC))
    gc.freeze()  # catalogue and tables stay: looking through them for every few lines is waste
    result = made_up.try_out(
        scorer.adviser,
        next(iter(scorer.houses.values())),
        n_guests=options.guests,
        seed=options.seed,
        misfit=options.misfit,
        progress=_tell_served,
    )
    document = made_up.document_of(result, seed=options.seed, misfit=options.misfit)
    if options.json:
        say(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        for line in made_up.in_words(document):
            say(line)
    return DONE


def learn_weights(options: argparse.Namespace) -> int:
    """Learn from the stays of a house; what was learned that day before is told again."""
    from engine.usecases import learn as learning  # noqa: PLC0415 - only this command needs it

    record = learning.learn(
        open_context(),
        options.house,
        options.until,
        now=datetime.now(UTC),
        by=NOBODY,
        progress=tell,
    )
    document = learning.document_of(record)
    if options.json:
        say(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        for line in learning.in_words(document):
            say(line)
    return DONE


def _tell_served(n_guests: int) -> None:
    if n_guests % PROGRESS_EVERY == 0:
        tell(f"{n_guests} guests served")


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
