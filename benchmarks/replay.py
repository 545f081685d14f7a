"""A replay from coded stays: a million stays by all rules, and a preview of one changed rule."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.figure import Figure, Numbers
from benchmarks.many_stays import SHARE_TOLD
from engine.audit.live import LivePreview
from engine.audit.replay import replay
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.decision.coded_stays import CodedStays
from engine.decision.past import NOTHING_SAID, PastStays, Said, nothing_remembered
from engine.domain.catalogue import Catalogue
from engine.rules.column_rules import ColumnRules, co_firing, counts
from engine.rules.columns import Column, Columns, smallest
from engine.store.snapshot import Block, SnapshotFile

SEED = 20261123
N_RULES = 30
N_STAYS, N_STAYS_QUICK = 1_000_000, 20_000
MOST_LISTED = 100
"""Stays that a preview names; it counts all."""
SHARE_SAID = 0.5
N_WORDS = 2_000
"""Different things that guests say: a stay has one answer or reaction, or two, or none."""
DAY = 739_000
CHANGED = "business_trip"
CHANGE = 0.5
"""By which the weight of every other rule is changed, one at a time."""


def made_up_columns(catalogue: Catalogue, n_stays: int, rng: np.random.Generator) -> Columns:
    """Draw facts at their usual shares, some told, and every cue seen or not seen."""
    by_fact = {}
    for fact in catalogue.facts.values():
        if fact.is_scored and fact.usual:
            shares = np.array(list(fact.usual.values()))
            codes = rng.choice(len(shares), n_stays, p=shares / shares.sum())
            if not fact.is_cue:
                codes[rng.random(n_stays) > SHARE_TOLD] = -1
            by_fact[fact.id] = Column(tuple(fact.usual), smallest(codes, len(shares)))
    return Columns(n_stays, by_fact)


def made_up_words(catalogue: Catalogue, rng: np.random.Generator) -> tuple[Said, ...]:
    """Draw what guests say: one answer, and a reaction half of the time."""
    questions, offers = list(catalogue.questions.values()), list(catalogue.offers)
    words = [NOTHING_SAID]
    for _ in range(N_WORDS):
        question = questions[rng.integers(len(questions))]
        answer = (question.id, int(rng.integers(len(question.grades))))
        reaction = (offers[rng.integers(len(offers))], str(rng.choice(["declined", "accepted"])))
        words.append(Said((answer,), (reaction,) if rng.random() < 1 / 2 else ()))
    return tuple(words)


def made_up_past(catalogue: Catalogue, n_stays: int, rng: np.random.Generator) -> PastStays:
    """Draw past stays, half of whose guests said something."""
    words = made_up_words(catalogue, rng)
    said = rng.integers(1, len(words), n_stays) * (rng.random(n_stays) < SHARE_SAID)
    return PastStays(
        ids=np.arange(n_stays, dtype=np.int64),
        columns=made_up_columns(catalogue, n_stays, rng),
        words=words,
        said=said.astype(np.int32),
        days=np.full(n_stays, DAY, dtype=np.int32),
        traits=nothing_remembered(n_stays),
    )


def run(is_quick: bool) -> Numbers:
    """Time reading, rules, both together, and previews; processor time, medians."""
    catalogue, rng = load_catalogue(), np.random.default_rng(SEED)
    n_stays, repeats = (N_STAYS_QUICK, 1) if is_quick else (N_STAYS, 5)
    past = made_up_past(catalogue, n_stays, rng)
    now = Adviser(catalogue, first_rule_set(catalogue))
    then = _with(now, CHANGED, -1.5)
    usual = {id: fact.usual for id, fact in catalogue.facts.items()}
    rules = now.rules.rules[:N_RULES]
    one = [rule for rule in then.rules.rules if rule.id == CHANGED]
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder), past)
        megabytes = file.path.stat().st_size / 1e6
        reading = _seconds(lambda: _read(file), repeats)
    firing = _seconds(lambda: co_firing(ColumnRules(rules, usual), past.columns), repeats)
    return {
        "stays": n_stays,
        "rules": len(rules),
        "megabytes": round(megabytes, 1),
        "seconds_reading": reading,
        "seconds_co_firing": firing,
        "seconds_reading_and_co_firing": round(reading + firing, 3),
        "who_matches_ms": _ms(
            lambda: counts(ColumnRules(one, usual), past.columns, len(one)), repeats
        ),
        **_previews(past, now, then, repeats),
    }


def _previews(past: PastStays, now: Adviser, then: Adviser, repeats: int) -> Numbers:
    """Time the first preview, the next ones, and every rule changed by itself."""
    start = process_time()
    live = LivePreview(past, now)
    live.try_on(then, MOST_LISTED)
    first = process_time() - start
    drafts = {rule.id: _with(now, rule.id, rule.weight - CHANGE) for rule in now.rules.rules}
    each = {id: _ms(partial(live.try_on, by, MOST_LISTED), repeats) for id, by in drafts.items()}
    slowest = max(each, key=lambda id: each[id])
    return {
        "first_preview_ms": round(1e3 * first, 1),
        "preview_ms": _ms(lambda: live.try_on(then, MOST_LISTED), repeats),
        "preview_changed": len(live.try_on(then, MOST_LISTED).rows),
        "preview_ms_median_of_all_rules": median(each.values()),
        "preview_ms_slowest_rule": each[slowest],
        "slowest_rule": slowest,
        "megabytes_held": _megabytes(past, now),
        "seconds_serving_all_by_both": _seconds(lambda: replay(past, now, then), 1),
    }


def _megabytes(past: PastStays, now: Adviser) -> float:
    """Return what one process holds for it beside the stays themselves."""
    tracemalloc.start()
    live = LivePreview(past, now)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(held / 1e6, 1) if live.now.past.n_stays else 0.0


def _with(now: Adviser, id: str, weight: float) -> Adviser:
    rules = [replace(rule, weight=weight) if rule.id == id else rule for rule in now.rule_set.rules]
    return Adviser(now.catalogue, replace(now.rule_set, rules=tuple(rules)))


def _written(folder: Path, past: PastStays) -> SnapshotFile:
    """Write the stays as the snapshot has them: one block that holds everything."""
    arrays = {
        "id": past.ids,
        "version": np.ones(past.n_stays, dtype="<i4"),
        "seq": np.zeros(past.n_stays, dtype="<i8"),
        "house": np.zeros(past.n_stays, dtype="<i2"),
        "day": past.days,
        "is_off": np.zeros(past.n_stays, dtype=np.bool_),
        "said": past.said,
        **{f"fact.{id}": column.codes for id, column in past.columns.by_fact.items()},
    }
    about = {
        "values": {id: column.values for id, column in past.columns.by_fact.items()},
        "words": [[word.answers, word.reactions, word.set_aside] for word in past.words[1:]],
        "houses": ["a house"],
        "mark": None,
        "arrays": [[name, array.dtype.str, len(array)] for name, array in arrays.items()],
    }
    file = SnapshotFile(folder / "snapshot", "a benchmark")
    file.append(file.start(), Block(about, b"".join(a.tobytes() for a in arrays.values())))
    return file


def _read(file: SnapshotFile) -> None:
    """Read the snapshot with every checksum, as a process does once."""
    coded, found = CodedStays(), file.read()
    for block in found[0] if found else ():
        coded.take(block.about, block.data)
    coded.merged()


def _seconds(work: Callable[[], object], repeats: int) -> float:
    """Median processor time of one call."""
    taken = []
    for _ in range(repeats):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return round(median(taken), 3)


def _ms(work: Callable[[], object], repeats: int) -> float:
    return round(1e3 * _seconds(work, repeats), 1)


FIGURE = Figure(
    "replay", f"{N_STAYS:,} coded stays by {N_RULES} rules, and a preview of one changed rule", run
)
