"""What the template of 'you say, your guests say' gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal
from markupsafe import Markup

from engine.usecases.learning.guests_say import GuestsSay, JobState, Suggested
from engine.usecases.learning.voices import Voice, firmer
from engine.usecases.rules.in_words import Difference, rule_in_words
from engine.usecases.rules.tune_rules import mark_of_rule
from web.i18n import language
from web.owner.guests_say.beside_told import Beside, beside, pooled_words
from web.owner.guests_say.learner_told import PATH, RunCard, card_of, findings
from web.owner.rules.pages import Changed
from web.owner.told import day, moment, signed, sure, text
from web.plots import ForestRow, Stretch
from web.words import word
from web.work import context

NINETY = 1.6449
"""Standard deviations on each side of a normal number that hold it with 90 %."""


@dataclass(frozen=True, slots=True)
class HouseLink:
    """One house whose guests can be heard."""

    name: str
    path: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """One step firmer or looser."""

    step: int
    label: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """One rule on the axis."""

    id: str
    title: str
    sentence: str
    said: str
    verdict: Markup
    is_learned: bool
    is_clear: bool
    """Whether the guests said something clear that is not what the owner said."""
    numbers: Markup
    pooled: Markup
    """How much of it comes from other houses; empty where nothing does."""
    plot: ForestRow
    use: str
    """The number that 'use' would write; empty where there is none or the draft has it."""
    may_keep: bool
    holds: tuple[Hold, ...]
    held: Markup
    change: Changed | None
    kept: Markup
    seen: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggested rule."""

    id: str
    sentence: str
    numbers: Markup
    is_in_draft: bool


@dataclass(frozen=True, slots=True)
class GuestsSayPage:
    """Every rule beside what the guests say of it, and what the learner found besides."""

    house: str
    house_name: str
    houses: tuple[HouseLink, ...]
    run: RunCard | None
    in_force: Markup
    is_old: bool
    """The run learned from rules that are no longer in force."""
    too_few: Markup
    job: str
    job_words: Markup
    may_learn: bool
    alarms: tuple[Markup, ...]
    calm: tuple[Markup, ...]
    """What was looked for and is no alarm."""
    stretch: Stretch
    rows: tuple[Row, ...]
    quiet: tuple[Row, ...]
    unlearned: tuple[Row, ...]
    """Rules that guests cannot teach, where others were learned."""
    suggestions: tuple[Offer, ...]
    no_suggestions: Markup
    decided: tuple[Markup, ...]
    beside: Beside
    has_draft: bool
    done: Markup | str = ""
    problem: str = ""


def guests_say_page(told: GuestsSay, *, done: str = "", problem: str = "") -> GuestsSayPage:
    """Make the page of one house."""
    stretch = Stretch.around_zero(
        [
            edge
            for v in told.voices
            for edge in (*_ends(v.said, v.said_sd), *_ends(v.both, v.both_sd))
        ]
    )
    zone = told.house.time_zone
    rows = [_row(told, voice, stretch, zone) for voice in told.voices]
    has_learned = any(row.is_learned for row in rows)
    alarms, calm = findings(told.document)
    return GuestsSayPage(
        house=told.house.id,
        house_name=told.house.name,
        houses=tuple(
            HouseLink(one.name, f"{PATH}?house={one.id}", one.id == told.house.id)
            for one in told.houses
        ),
        run=card_of(told.run, zone) if told.run else None,
        in_force=_in_force(told.in_force),
        is_old=told.run is not None and not told.is_of_these_rules,
        too_few=_too_few(told),
        job=told.job.value,
        job_words=_job_words(told),
        may_learn=told.job in (JobState.NONE, JobState.GIVEN_UP),
        alarms=alarms,
        calm=calm,
        stretch=stretch,
        rows=tuple(row for row in rows if not row.kept and (row.is_learned or not has_learned)),
        quiet=tuple(row for row in rows if row.kept),
        unlearned=tuple(row for row in rows if has_learned and not row.is_learned),
        suggestions=tuple(_offer(one) for one in told.suggestions),
        no_suggestions=word(
            "guests_say.no_suggestions" if _is_sought(told) else "guests_say.not_sought"
        ),
        decided=tuple(_decided(told, zone)),
        beside=beside(told),
        has_draft=told.has_draft,
        done=word(f"guests_say.done_{done}") if done else "",
        problem=problem,
    )


def _is_sought(told: GuestsSay) -> bool:
    return told.document.get("suggestions") is not None and not _too_few(told)


def _job_words(told: GuestsSay) -> Markup:
    if told.job is JobState.NONE:
        return Markup()
    return word(f"guests_say.job_{told.job.value}", why=told.job_message)


def _ends(mean: float, sd: float) -> tuple[float, float]:
    return mean - NINETY * sd, mean + NINETY * sd


def _row(told: GuestsSay, voice: Voice, stretch: Stretch, zone: str) -> Row:
    rule, drafted = voice.rule, voice.drafted
    both = round(voice.both, 2)
    can_use = voice.verdict is not None and voice.is_in_draft and both != drafted.weight
    steps = [(step, firmer(drafted, step)) for step in (1, -1)] if voice.is_in_draft else []
    return Row(
        id=rule.id,
        title=text(rule.because),
        sentence=rule_in_words(context(), rule, language()),
        said=signed(voice.said),
        verdict=verdict_words(told, voice),
        is_learned=voice.verdict is not None,
        is_clear=voice.verdict is not None
        and voice.verdict.value in ("weaker", "stronger", "opposite"),
        numbers=numbers_words(voice),
        pooled=pooled_words(told.document, voice),
        plot=ForestRow.of(
            stretch, (voice.both, voice.both_sd), (voice.said, voice.said_sd), voice.told
        )
        if voice.verdict is not None
        else ForestRow.of(stretch, None, (voice.said, voice.said_sd)),
        use=signed(both) if can_use else "",
        may_keep=voice.verdict is not None and voice.kept is None,
        holds=tuple(Hold(step, _hold(step, to)) for step, to in steps if to),
        held=sure(drafted.sure.value),
        change=Changed.of(Difference(rule, voice.draft)) if voice.draft else None,
        kept=_kept(voice, zone),
        seen=mark_of_rule(drafted),
    )


def _hold(step: int, to: str) -> Markup:
    return word("guests_say.firmer" if step > 0 else "guests_say.looser", sure=sure(to))


def _kept(voice: Voice, zone: str) -> Markup:
    if voice.kept is None:
        return Markup()
    return word("guests_say.kept", by=voice.kept.by, at=moment(voice.kept.at, zone))


def verdict_words(told: GuestsSay, voice: Voice) -> Markup:
    """Say in words what the stays say of one rule."""
    if voice.verdict is None:
        unlearned = told.run is not None and not _too_few(told)
        return word("guests_say.unlearned" if unlearned else "guests_say.nothing")
    key = f"guests_say.verdict_{voice.verdict.value}"
    if voice.more_stays is not None:
        return word(f"{key}_more", n=format_decimal(rounded(voice.more_stays)))
    if voice.mixed_with is not None:
        return word(f"{key}_from", rule=text(voice.mixed_with.because))
    return word(key)


def rounded(n: int) -> int:
    """Return a number of stays as roughly as it is known: one leading figure, two from 100 on."""
    size = 10 ** max(len(str(n)) - (1 if n < 100 else 2), 0)  # as the line above says
    return int(max(round(n / size) * size, 1))


def numbers_words(voice: Voice) -> Markup:
    """Say the numbers of one rule, each with its band."""
    said = signed(voice.said)
    if voice.verdict is None:
        return word("guests_say.numbers_said", said=said)
    low, high = _ends(voice.both, voice.both_sd)
    both = {"both": signed(voice.both), "low": signed(low), "high": signed(high)}
    if voice.told is None or voice.told_sd is None:
        return word("guests_say.numbers_untold", said=said, **both)
    least, most = _ends(voice.told, voice.told_sd)
    return word(
        "guests_say.numbers",
        said=said,
        told=signed(voice.told),
        told_low=signed(least),
        told_high=signed(most),
        **both,
    )


def _too_few(told: GuestsSay) -> Markup:
    """Say so where no run had enough stays to learn from; empty otherwise."""
    gates = told.document.get("gates", [])
    has_enough = any(gate["gate"] == "enough_stays" and gate["passed"] for gate in gates)
    if has_enough:
        return Markup()
    return word("guests_say.too_few", n=format_decimal(told.n_told))


def _in_force(until: date | None) -> Markup:
    if until is None:
        return word("guests_say.own_numbers")
    return word("guests_say.advised_by", day=day(until))


def _offer(one: Suggested) -> Offer:
    low, high = _ends(one.weight, one.sd)
    leaning = word("axis.contact" if one.weight > 0 else "axis.efficiency")
    numbers = word(
        "guests_say.suggested",
        leaning=leaning,
        weight=signed(one.weight),
        low=signed(low),
        high=signed(high),
        holds=one.n_holds,
        fails=one.n_fails,
    )
    sentence = rule_in_words(context(), one.rule, language())
    return Offer(one.rule.id, sentence, numbers, one.is_in_draft)


def _decided(told: GuestsSay, zone: str) -> Iterator[Markup]:
    """Give what owners decided here, newest first."""
    titles = {voice.rule.id: text(voice.rule.because) for voice in told.voices}
    for entry in told.decided:
        detail, key = entry.detail, entry.what.removeprefix("learning.")
        rule = str(detail.get("rule", ""))
        because = detail.get("because")
        name = titles.get(rule) or (text(because) if because else rule)
        until = detail.get("until")
        yield word(
            f"guests_say.did_{key}",
            by=entry.by,
            at=moment(entry.at, zone),
            rule=name,
            day=day(date.fromisoformat(until)) if until and until != "None" else "",
        )
