"""An alarm where trees foretell guests better than the rules do."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from engine.audit.challenger import LEAST_TAUGHT, Outcome, challenge
from engine.audit.gates import LEAST_STAYS, earlier_and_latest
from engine.decision.advise import Adviser
from engine.domain.rules import Operator, Test
from engine.inference.stats import NO_STATS, Pattern, Stats
from tests.audit.taught_stays import flipped, planted, stays_of

LONG_STAY = Test("nights", Operator.AT_LEAST, 3)


@pytest.fixture(scope="module")
def parts(adviser: Adviser) -> tuple[Stats, Stats]:
    return earlier_and_latest(stays_of(adviser, 1500, seed=7))


def test_rules_that_say_all_there_is_leave_no_gap(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    for seed in (2, 3):
        told = challenge(*earlier_and_latest(stays_of(adviser, 1500, seed)), adviser)
        assert told.outcome is Outcome.NO_GAP
    told = challenge(*parts, adviser)
    assert told.question == "welcome"
    assert told.n == parts[1].n_stays
    assert told.words.startswith("No gap: trees foretell the answer to welcome no better (")


def test_what_moves_guests_and_no_rule_says_is_noticed(adviser: Adviser) -> None:
    stays = stays_of(planted(adviser, LONG_STAY, weight=1.5), 3000, seed=1)
    told = challenge(*earlier_and_latest(stays), adviser)
    assert told.outcome is Outcome.GAP
    assert told.ours is not None
    assert told.trees is not None
    assert told.gap == pytest.approx(told.ours - told.trees)
    assert told.words.endswith("there is something that the rules do not say.")
    knowing = planted(adviser, LONG_STAY, weight=1.5)
    assert challenge(*earlier_and_latest(stays), knowing).outcome is Outcome.NO_GAP


def test_rules_the_wrong_way_round_are_noticed(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    assert challenge(*parts, flipped(adviser)).outcome is Outcome.GAP


def test_with_too_few_stays_nothing_is_compared(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    earlier, latest = parts
    few = Stats(dict(list(latest)[: LEAST_STAYS - 1]))
    for taught, asked in ((NO_STATS, NO_STATS), (NO_STATS, latest), (earlier, few)):
        told = challenge(taught, asked, adviser)
        assert told.outcome is Outcome.TOO_FEW
        assert told.gap is None
        assert "Too few stays" in told.words
        assert str(LEAST_TAUGHT) in told.words


def test_satisfaction_alone_is_no_ground_for_an_alarm(adviser: Adviser) -> None:
    silent = Stats({Pattern(is_arrived=True, outcome=2, week="2026-W02"): 500})
    told = challenge(silent, silent, adviser)
    assert (told.question, told.n, told.outcome) == ("", 0, Outcome.TOO_FEW)


def test_guests_who_all_answer_alike_leave_nothing_to_foretell(adviser: Adviser) -> None:
    alike = Stats({Pattern(is_arrived=True, answers=(("news", 1),), week="2026-W02"): 500})
    assert "alike" in challenge(alike, alike, adviser).words


def test_an_answer_that_nobody_gave_before_costs_something_and_not_everything(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    earlier, latest = parts
    tame = Stats({p: n for p, n in earlier if dict(p.answers)["welcome"] < 3})
    told = challenge(tame, latest, adviser)
    assert told.trees is not None
    assert told.trees < 5.0


def test_trees_never_see_what_rules_may_not_ask(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    """Tags that give each answer away, were they looked at."""
    assert challenge(*map(telling, parts), adviser) == challenge(*map(plain, parts), adviser)


HIDDEN = ("language", "form_of_address", "home_market")


def plain(stats: Stats) -> Stats:
    parts = [Stats({without_tags(pattern): n}) for pattern, n in stats]
    return Stats.merged(parts)


def telling(stats: Stats) -> Stats:
    def tell(pattern: Pattern) -> Pattern:
        way = "formal" if dict(pattern.answers)["welcome"] < 2 else "informal"
        return replace(pattern, facts=(*pattern.facts, ("form_of_address", way)))

    return Stats.merged(Stats({tell(pattern): n}) for pattern, n in plain(stats))


def without_tags(pattern: Pattern) -> Pattern:
    return replace(pattern, facts=tuple(pair for pair in pattern.facts if pair[0] not in HIDDEN))


def test_the_same_stays_give_the_same_challenge_in_any_order(
    adviser: Adviser, parts: tuple[Stats, Stats]
) -> None:
    again = [Stats.merged(Stats({p: n}) for p, n in reversed(list(part))) for part in parts]
    assert challenge(*again, adviser) == challenge(*parts, adviser)


def test_nothing_of_scikit_learn_is_loaded_before_trees_are_grown() -> None:
    code = (
        "import sys, web, engine.usecases.learning.learn, engine.audit.challenger; "
        "print({'sklearn', 'scipy.optimize'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
