"""What each rule says of one guest, in words, in groups: holds, cannot be told, does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain.cues import Fact, Value
from engine.usecases.rules.in_words import rule_in_words
from engine.usecases.rules.why import RuleSaid, StayWhy, Verdict
from web.i18n import language
from web.owner.told import signed, text
from web.words import word
from web.work import context

GROUPS = (
    ("fires", (Verdict.FIRES,)),
    ("unknown", (Verdict.UNKNOWN,)),
    ("silent", (Verdict.SILENT,)),
    ("unasked", (Verdict.SET_ASIDE, Verdict.OUT_OF_DATE, Verdict.OFF)),
)
"""What holds first; what was not even asked last."""
LEAST = 0.005
"""A smaller shift rounds to 0.00."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule before one guest."""

    id: str
    title: str
    sentence: str
    why: Markup
    moves: str
    """With its sign; empty for a rule that was not asked."""
    leaning: str
    """Trade word of the side it moves to; empty where it moves to none."""
    weights: Markup | str
    path: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that say the same kind of thing."""

    id: str
    title: Markup
    lead: Markup
    lines: tuple[RuleLine, ...]


def rule_groups(told: StayWhy) -> tuple[RuleGroup, ...]:
    """Put every rule in its group; within it, what moves the belief most comes first."""
    return tuple(
        RuleGroup(id, word(f"why.group_{id}", n=len(lines)), word(f"why.group_{id}_lead"), lines)
        for id, verdicts in GROUPS
        if (lines := tuple(_lines(told, verdicts)))
    )


def _lines(told: StayWhy, verdicts: tuple[Verdict, ...]) -> Iterator[RuleLine]:
    said = [one for one in told.why.rules if one.verdict in verdicts]
    for one in sorted(said, key=lambda each: -abs(each.shift)):
        yield rule_line(told, one)


def rule_line(told: StayWhy, said: RuleSaid) -> RuleLine:
    """Write one rule."""
    is_asked = said.verdict in (Verdict.FIRES, Verdict.UNKNOWN, Verdict.SILENT)
    return RuleLine(
        id=said.rule.id,
        title=text(said.rule.because),
        sentence=rule_in_words(context(), said.rule, language()),
        why=verdict_words(told, said),
        moves=signed(round(said.shift, 2)) if is_asked else "",
        leaning=_leaning(said.shift),
        weights=_weights(said) if is_asked else "",
        path=f"/owner/rules#rule-{said.rule.id}",
    )


def _leaning(shift: float) -> str:
    if abs(shift) < LEAST:
        return ""
    return "desk.to_contact" if shift > 0 else "desk.to_efficiency"


def _weights(said: RuleSaid) -> Markup:
    own = signed(said.owner_weight)
    if said.weight == said.owner_weight:
        return word("why.weight_own", own=own)
    return word(
        "why.weight_both",
        own=own,
        both=signed(said.weight),
        own_moves=signed(round(said.owner_shift, 2)),
        taught_moves=signed(round(said.learned_shift, 2)),
    )


def verdict_words(told: StayWhy, said: RuleSaid) -> Markup:
    """Say what a rule says of the guest: holds, does not because nights are 4, cannot tell."""
    facts = told.adviser.catalogue.facts
    if said.verdict is Verdict.SILENT:
        ids = dict.fromkeys(test.fact for test in said.failed)
        because = " · ".join(_known(told, id) for id in ids)
        return word("why.verdict_silent", because=because)
    if said.verdict is Verdict.UNKNOWN:
        names = (text(facts[id].label) if id in facts else id for id in said.missing)
        return word("why.verdict_unknown", missing=" · ".join(names))
    return word(f"why.verdict_{said.verdict.value}")


def _known(told: StayWhy, id: str) -> str:
    """Say what is known of one fact: 'Nights: 4'; a cue that nobody tapped was not seen."""
    fact = told.adviser.catalogue.facts.get(id)
    if id in told.case.cues:
        return value_words(fact, id, True)
    if fact and fact.is_cue:
        return str(word("why.not_seen", cue=text(fact.label)).unescape())
    value = told.case.facts.get(id)
    return value_words(fact, id, value)


def value_words(fact: Fact | None, id: str, value: Value | None) -> str:
    """Return a fact with its value, as in 'Nights: 4'."""
    name = text(fact.label) if fact else id
    if value is None:
        return str(word("why.not_known", fact=name).unescape())
    return f"{name}: {value_told(fact, value)}"


def value_told(fact: Fact | None, value: Value) -> str:
    """Return a value in words, a number as it is."""
    key = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    label = fact.value_labels.get(key) if fact else None
    return text(label) if label else key
