"""A million stays scored in one process: every rule looks at each, and each gets its belief.

No advice is written: that is `score_lines`. Stays are drawn a chunk at a time, outside the clock.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.many_stays import draw_evidence, draw_facts, draw_places, items, look, priors
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.inference.batch import NOT_SAID, beliefs_of
from engine.inference.graded import answer_table

SEED = 20261124
N_STAYS, N_STAYS_QUICK = 1_000_000, 4_000
CHUNK = 20_000
TOLD_EVERY = 10
"""Chunks between two lines of progress."""


def run(is_quick: bool) -> Numbers:
    """Score stays chunk by chunk, and add up the time that rules and beliefs took."""
    catalogue, rng = load_catalogue(), np.random.default_rng(SEED)
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    made = items(adviser).values()
    tables = [np.log(answer_table(item.discrimination, item.thresholds)) for item in made]
    n_stays = N_STAYS_QUICK if is_quick else N_STAYS
    rules, beliefs, n_said, n_known = 0.0, 0.0, 0, 0
    for start in range(0, n_stays, CHUNK):
        n = min(CHUNK, n_stays - start)
        facts = draw_facts(adviser, n, rng)
        clock = perf_counter()
        looks = look(adviser, facts)
        rules += perf_counter() - clock
        grades = draw_evidence(adviser, draw_places(priors(adviser, looks), rng), rng)
        clock = perf_counter()
        beliefs_of(priors(adviser, looks), grades, tables)
        beliefs += perf_counter() - clock
        n_said += int(np.sum(grades != NOT_SAID))
        n_known += sum(map(len, facts))
        if (start // CHUNK + 1) % TOLD_EVERY == 0:
            tell(f"{start + n} stays scored")
    return {
        "stays": n_stays,
        "rules": len(adviser.rules.rules),
        "facts_a_stay": round(n_known / n_stays, 1),
        "evidence_a_stay": round(n_said / n_stays, 1),
        "seconds": round(rules + beliefs, 2),
        "seconds_rules": round(rules, 2),
        "seconds_beliefs": round(beliefs, 2),
        "stays_a_second": round(n_stays / (rules + beliefs)),
        "beliefs_a_second": round(n_stays / beliefs),
    }


FIGURE = Figure("batch_scoring", f"{N_STAYS:,} stays scored in one process", run)
