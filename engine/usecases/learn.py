"""Learn from the stays of a house, and advise by it once its owner agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.audit.gates import (
    Gate,
    caps_kept,
    converged,
    earlier_and_latest,
    enough_stays,
    not_worse,
    passed,
)
from engine.audit.lessons import Lesson, RuleLesson, owners_word, study
from engine.decision.advise import Adviser
from engine.decision.compiled import taught
from engine.domain.stays import House
from engine.errors import BadInputError, ConflictError, NotFoundError
from engine.inference.bands import week_of
from engine.inference.stats import Stats
from engine.sentences import Sentence
from engine.store import LearningRunRecord, LearningState, Work
from engine.usecases.advising import adviser_in_force
from engine.usecases.arrivals import house_today
from engine.usecases.context import Context
from engine.usecases.learned_weights import learned_of, learned_to_dict
from engine.usecases.patterns import stats_of

DIGITS = 4
"""Digits told; more would only be noise."""

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
        place = _house(work, house)
        day = until or house_today(place, now)
        if day > house_today(place, now):
            raise BadInputError(Sentence("{day} is still to come.", day=day.isoformat()))
        known = work.learning_runs.find(place.id, day)
        if known is not None:
            return known
        stats = _until(stats_of(work, place.id), day)
        source = Source(place, day, stats, adviser_in_force(ctx, work, place.id))
    lesson, gates = _learned(source, progress or _say_nothing)
    state = LearningState.CANDIDATE if passed(gates) else LearningState.KEPT
    content = _content(source, lesson, gates)
    with ctx.store.begin() as work:
        return work.learning_runs.put(place.id, day, state=state, content=content, by=by, at=now)


def put_in_force(
    ctx: Context, house: str, until: date, *, by: str, now: datetime
) -> LearningRunRecord:
    """Advise the guests of a house by what one run learned; the owner's nod.

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


def document_of(record: LearningRunRecord) -> dict[str, Any]:
    """Return what `tact learn --json` writes."""
    told = record.content["document"]
    head = {"house": record.house, "until": record.until.isoformat(), "stays": told["stays"]}
    return head | {"state": record.state.value} | {k: v for k, v in told.items() if k != "stays"}


def in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Say what a run found, line by line."""
    yield f"{document['house']} until {document['until']}: {document['stays']} stays."
    for gate in document["gates"]:
        yield f"{'holds' if gate['passed'] else 'FAILS'}  {gate['gate']}: {gate['detail']}"
    yield from (_rule_in_words(rule) for rule in document["rules"] if rule["verdict"])
    cuts = ", ".join(f"{cut:+.2f}" for cut in document["cuts"])
    yield f"Fit matters by {document['kappa']:.2f}; styles change at {cuts}."
    yield STATE_WORDS[LearningState(document["state"])]


STATE_WORDS = {
    LearningState.KEPT: "Kept to be read: a gate does not hold. The weights in force stay.",
    LearningState.CANDIDATE: "A candidate: the weights in force stay until an owner agrees.",
    LearningState.IN_FORCE: "In force: guests of this house are advised by it.",
}


def _rule_in_words(rule: Mapping[str, Any]) -> str:
    told = "your guests do not say"
    if rule["data"] is not None:
        told = f"your guests say {rule['data']:+.2f} ± {rule['data_sd']:.2f}"
    both = f"together {rule['posterior']:+.2f} ± {rule['posterior_sd']:.2f}"
    verdict = str(rule["verdict"]).replace("_", " ")
    return f"{rule['id']}: you say {rule['owner']:+.2f}, {told}, {both}: {verdict}."


def _house(work: Work, asked: str | None) -> House:
    if asked is not None:
        return work.houses.get(asked)
    own = [house for house in work.houses.all() if not house.is_demo]
    if not own:
        raise NotFoundError("There is no house of your own yet. Name the demo to learn from it.")
    if len(own) > 1:
        names = ", ".join(house.id for house in own)
        raise BadInputError(Sentence("Which house? Name one of {names}.", names=names))
    return own[0]


def _until(stats: Stats, day: date) -> Stats:
    """Leave out the weeks after that of one day."""
    last = week_of(day)
    return Stats({pattern: n for pattern, n in stats if pattern.week <= last})


def _learned(source: Source, progress: Progress) -> tuple[Lesson, list[Gate]]:
    """Learn and judge; with too few stays nothing is tried, and the owner's numbers stand."""
    enough, adviser = enough_stays(source.stats), source.adviser
    if not enough.passed:
        return owners_word(adviser), [enough]
    lesson = study(source.stats, adviser, _counting("all stays", progress))
    earlier, latest = earlier_and_latest(source.stats)
    before = study(earlier, adviser, _counting("all but the latest weeks", progress))
    ids = [rule.id for rule in adviser.rules.rules]
    learned = before.learned(source.house.id, source.until, adviser.rule_set.version)
    then = taught(adviser.rules.owner, ids, learned)
    gates = [converged(lesson), caps_kept(lesson, adviser), not_worse(latest, adviser, then)]
    return lesson, [enough, *gates]


def _counting(what: str, progress: Progress) -> Callable[[int, int], None]:
    return lambda n, of: progress(f"{what}: {n} of {of} degrees of trust")


def _say_nothing(_words: str) -> None:
    pass


def _content(source: Source, lesson: Lesson, gates: list[Gate]) -> dict[str, Any]:
    """Return a run as it is stored: what is told of it, and what advice needs."""
    learned = lesson.learned(source.house.id, source.until, source.adviser.rule_set.version)
    document = {
        "stays": source.stats.n_stays,
        "gates": [{"gate": g.gate, "passed": g.passed, "detail": g.detail} for g in gates],
        "rules": [_rule_to_dict(rule) for rule in lesson.rules],
        "kappa": round(lesson.kappa, DIGITS),
        "cuts": [round(cut, DIGITS) for cut in lesson.cuts],
    }
    return {"document": document, "learned": learned_to_dict(learned)}


def _rule_to_dict(rule: RuleLesson) -> dict[str, Any]:
    told = rule.comparison
    return {
        "id": rule.id,
        "owner": rule.owner,
        "data": _rounded(told.told if told else None),
        "data_sd": _rounded(told.told_sd if told else None),
        "posterior": _rounded(rule.posterior),
        "posterior_sd": _rounded(rule.posterior_sd),
        "verdict": told.verdict.value if told else None,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)
