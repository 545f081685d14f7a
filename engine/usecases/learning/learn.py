"""Learn from the stays of a house, and advise by it once its owner agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine.audit.drift import discount_in, drift_of
from engine.audit.gates import (
    Gate,
    caps_kept,
    converged,
    earlier_and_latest,
    enough_stays,
    not_worse,
    passed,
)
from engine.audit.lessons import owners_word, study
from engine.audit.pooling import HouseWord, pooled, word_of
from engine.decision.advise import Adviser
from engine.domain.learned import Learned
from engine.domain.stays import House
from engine.errors import BadInputError, ConflictError
from engine.inference.bands import week_of
from engine.inference.stats import Stats
from engine.sentences import Sentence
from engine.store import LearningRunRecord, LearningState, Work
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.learning.exchange import words_of_others
from engine.usecases.learning.hints import hints_of
from engine.usecases.learning.learned_document import Findings, content_of
from engine.usecases.stays.arrivals import house_named, house_today

Progress = Callable[[str], None]
"""Told in words what was done."""


@dataclass(frozen=True, slots=True)
class Source:
    """What one run learns from."""

    house: House
    until: date
    stats: Stats
    adviser: Adviser
    """In force when it learned."""
    others: tuple[HouseWord, ...]
    """What other houses of this database found."""


def learn(
    ctx: Context,
    house: str | None = None,
    until: date | None = None,
    *,
    now: datetime,
    by: str,
    progress: Progress | None = None,
) -> LearningRunRecord:
    """Learn from the stays of a house up to the week of one day; once for each house and day.

    What was learned becomes a candidate where every gate holds, and is kept to be read where one
    does not. Nobody is advised by it before `put_in_force`. All is worked out before anything is
    written, so that a fault leaves everything as it was.

    Parameters
    ----------
    house : str, optional
        The only own house unless told otherwise; the demo is learned from only when named.
    until : date, optional
        Today at the house unless told otherwise.
    now : datetime
        With time zone.
    by : str
        Who lets it learn.
    progress : callable, optional
        Told in words what was done.

    Raises
    ------
    BadInputError
        If there are several own houses and none was named, or `until` is still to come.
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        place = house_to_learn(work, house)
        day = until or house_today(place, now)
        if day > house_today(place, now):
            raise BadInputError(Sentence("{day} is still to come.", day=day.isoformat()))
        known = work.learning_runs.find(place.id, day)
        if known is not None:
            return known
        stats = _until(stats_of(work, place.id), day)
        others = words_of_others(work, place.id, day)
        source = Source(place, day, stats, adviser_in_force(ctx, work, place.id), others)
    found = _found(source, progress or _say_nothing)
    state = LearningState.CANDIDATE if passed(found.gates) else LearningState.KEPT
    content = content_of(found, place.id, day, source.adviser.rule_set.version)
    with ctx.store.begin() as work:
        return work.learning_runs.put(place.id, day, state=state, content=content, by=by, at=now)


def house_to_learn(work: Work, asked: str | None) -> House:
    """Return the house asked for, or the only own one; raises as `house_named` does."""
    none = Sentence("There is no house of your own yet. Name the demo to learn from it.")
    return house_named(work, asked, none)


def put_in_force(
    ctx: Context, house: str, until: date, *, by: str, now: datetime
) -> LearningRunRecord:
    """Advise the guests of a house by what one run learned; the owner's nod.

    Where that run is in force already nothing changes.

    Raises
    ------
    ConflictError
        If a gate kept the run, or the rules were published anew since.
    NotFoundError
        If there is no such run.
    """
    with ctx.store.begin() as work:
        learned = learned_of(work.learning_runs.of(house, until))
        if learned.rules != work.rule_sets.published_version():
            raise ConflictError(
                "The rules were published anew since this run learned. Let it learn again."
            )
        if work.learning_runs.day_in_force(house) == until:
            return work.learning_runs.of(house, until)
        record = work.learning_runs.put_in_force(house, until)
        work.history.add("learning.in_force", by, now, {"house": house, "until": str(until)})
    return record


def withdraw(ctx: Context, house: str, *, by: str, now: datetime) -> LearningRunRecord | None:
    """Advise no longer by the run in force; return the one before it, or None.

    Without one before, the owner's own numbers stand again.

    Raises
    ------
    NotFoundError
        If none is in force.
    """
    with ctx.store.begin() as work:
        gone = work.learning_runs.day_in_force(house)
        record = work.learning_runs.withdraw(house)
        work.history.add("learning.withdrawn", by, now, {"house": house, "until": str(gone)})
    return record


def _until(stats: Stats, day: date) -> Stats:
    """Leave out the weeks after that of one day."""
    last = week_of(day)
    return Stats({pattern: n for pattern, n in stats if pattern.week <= last})


def _found(source: Source, progress: Progress) -> Findings:
    """Learn and judge; with too few stays nothing is tried, and the owner's numbers stand."""
    enough, stats, adviser = enough_stays(source.stats), source.stats, source.adviser
    drift = drift_of(stats, adviser)
    if not enough.passed:
        stands = owners_word(adviser)
        return Findings(stats.n_stays, stands, (enough,), drift, hints_of(stats, adviser, stands))
    weight = drift.discount.weight_of_week(week_of(source.until))
    told = _counting("all stays", progress)
    alone = study(stats, adviser, told, weight_of_week=weight)
    lesson, exchange = pooled(alone, source.others, adviser)
    before = _before_the_latest(source, progress)
    gates = (enough, converged(lesson), caps_kept(lesson, adviser), _judged(source, before))
    hints = hints_of(stats, adviser, alone, before)
    word = None if source.house.is_demo else word_of(alone, adviser.rule_set.version)
    return Findings(stats.n_stays, lesson, gates, drift, hints, exchange, word)


def _before_the_latest(source: Source, progress: Progress) -> Learned:
    """Learn the same way without the latest weeks."""
    adviser = source.adviser
    earlier, _ = earlier_and_latest(source.stats)
    last = max((pattern.week for pattern, _ in earlier), default="")
    weight = discount_in(earlier, adviser).weight_of_week(last)
    told = _counting("all but the latest weeks", progress)
    alone = study(earlier, adviser, told, weight_of_week=weight)
    before, _ = pooled(alone, source.others, adviser)
    return before.learned(source.house.id, source.until, adviser.rule_set.version)


def _judged(source: Source, before: Learned) -> Gate:
    """Let the latest weeks judge what was learned without them."""
    adviser = source.adviser
    _, latest = earlier_and_latest(source.stats)
    then = Adviser(adviser.catalogue, adviser.rule_set, before)
    return not_worse(latest, adviser, then)


def _counting(what: str, progress: Progress) -> Callable[[int, int], None]:
    return lambda n, of: progress(f"{what}: {n} of {of} degrees of trust")


def _say_nothing(_words: str) -> None:
    pass
