"""Commands of the mathematics: calibrate, offpolicy, simulate, learn."""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from engine.bootstrap import open_context, open_scorer
from engine.cli.speaking import (
    DONE,
    FOUND_PROBLEMS,
    PROGRESS_EVERY,
    Commands,
    add,
    add_json,
    day,
    read_bytes,
    say,
    say_document,
    tell,
    whole,
    write_text,
)
from engine.errors import BadInputError

NOBODY = "tact learn"
"""Who lets it learn where a command is run and nobody is signed in."""


def add_to(commands: Commands) -> None:
    """Add these commands."""
    for add_one in (_add_calibrate, _add_offpolicy, _add_simulate, _add_learn):
        add_one(commands)


def _add_calibrate(commands: Commands) -> None:
    learned = add(commands, "calibrate", calibrate_file, "learn questions and cues from answers")
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
    add_json(learned, "the document on one line")


def _add_offpolicy(commands: Commands) -> None:
    about = "judge another way of choosing from a log of choices"
    judged = add(commands, "offpolicy", offpolicy, about)
    judged.add_argument(
        "file",
        type=Path,
        metavar="LOG.csv",
        help="columns action, reward (a number; blank: not told), propensity, pi_<action>..., "
        "x_...; p_answered, how likely a reward was to be told, may be given",
    )
    add_json(judged)


def _add_simulate(commands: Commands) -> None:
    about = "try the rules in force on made-up guests of whom everything is known"
    tried = add(commands, "simulate", simulate, about)
    tried.add_argument(
        "--guests", type=whole(1, 1_000_000), default=1_000, metavar="N", help="1000 unless told"
    )
    tried.add_argument(
        "--seed",
        type=whole(0, 2**53),  # beyond, not every reader of JSON reads the same number
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
    add_json(tried)


def _add_learn(commands: Commands) -> None:
    about = "learn from the stays of a house; in force only once an owner agrees"
    learned = add(commands, "learn", learn_weights, about)
    learned.add_argument("--house", help="id of the house; its own one unless told otherwise")
    learned.add_argument(
        "--until",
        type=day,
        metavar="DAY",
        help="stays up to the week of this day, 2026-06-30; today unless told otherwise",
    )
    nod = learned.add_mutually_exclusive_group()
    for name, about in (
        ("accept", "learn nothing; advise by the run of that house and day from now on"),
        ("withdraw", "learn nothing; advise no longer by the run in force, but by the one before"),
        ("history", "learn nothing; list the runs of that house and what became of them"),
    ):
        nod.add_argument(f"--{name}", action="store_true", help=about)
    add_json(learned)


def _misfit(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 2.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 2")
    return number


def calibrate_file(options: argparse.Namespace) -> int:
    """Learn from a table of answers; what was learned is told even where it has not settled."""
    from engine.usecases.learning import calibrate as answers  # noqa: PLC0415  # only this command needs it

    items, cues = names_in(options.items), names_in(options.cues)
    if options.scores:
        answers.refuse_place_of_scores(options.file, options.scores)
    learned = answers.calibrate_csv(
        read_bytes(options.file),
        items,
        cues,
        with_priors=options.priors,
        standardise=options.standardise,
    )
    document = answers.document_of(learned, cues)
    if options.scores:
        write_text(options.scores, answers.scores_csv(learned))
    say(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=_indent(options)))
    for warning in answers.warnings_of(learned):
        tell(f"tact: {warning}")
    if not learned.is_converged:
        tell(f"tact: not settled after {learned.iterations} steps; --priors may help.")
    return DONE if learned.is_converged else FOUND_PROBLEMS


def names_in(words: Iterable[str]) -> list[str]:
    """Return the names in words that may hold several, with commas between."""
    return [name for word in words for part in word.split(",") if (name := part.strip())]


def _indent(options: argparse.Namespace) -> int | None:
    return None if options.json else 2


def offpolicy(options: argparse.Namespace) -> int:
    """Judge the other policy of a log, or say why that cannot be done."""
    from engine.usecases.learning import offpolicy as logs  # noqa: PLC0415  # only this command needs it

    result = logs.judge(read_bytes(options.file))
    say_document(logs.estimate_to_dict(result), logs.in_words(result), as_json=options.json)
    return FOUND_PROBLEMS if result.refusals else DONE


def simulate(options: argparse.Namespace) -> int:
    """Serve made-up guests by the rules in force; nothing is written."""
    from engine.usecases.learning import simulate as made_up  # noqa: PLC0415  # only this command needs it

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
    say_document(document, made_up.in_words(document), as_json=options.json)
    return DONE


def learn_weights(options: argparse.Namespace) -> int:
    """Learn from the stays of a house; what was learned that day before is told again."""
    if options.accept or options.withdraw or options.history:
        return _nod(options)
    from engine.usecases.learning import learn as learning  # noqa: PLC0415  # only this command needs it
    from engine.usecases.learning import learned_document as told  # noqa: PLC0415  # the same

    record = learning.learn(
        open_context(),
        options.house,
        options.until,
        now=datetime.now(UTC),
        by=NOBODY,
        progress=tell,
    )
    document = told.document_of(record)
    say_document(document, told.in_words(document), as_json=options.json)
    return DONE


def _nod(options: argparse.Namespace) -> int:
    """Do what an owner decides about what was learned, or list it."""
    from engine.usecases.learning import history as runs  # noqa: PLC0415  # only this command

    if options.until is not None and not options.accept:
        raise BadInputError("--until goes with learning and with --accept only.")
    ctx, now = open_context(), datetime.now(UTC)
    if options.history:
        listed = runs.history_to_dict(runs.history_of(ctx, options.house))
        say_document(listed, runs.history_in_words(listed), as_json=options.json)
        return DONE
    if options.accept:
        record = runs.accept(ctx, options.house, options.until, by=NOBODY, now=now)
        document = runs.nod_to_dict(record.house, record)
    else:
        house, before = runs.take_back(ctx, options.house, by=NOBODY, now=now)
        document = runs.nod_to_dict(house, before)
    say_document(document, runs.nod_in_words(document), as_json=options.json)
    return DONE


def _tell_served(n_guests: int) -> None:
    if n_guests % PROGRESS_EVERY == 0:
        tell(f"{n_guests} guests served")
