"""Rules as owners read them: sentences, differences, guardrails, the history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.rules import rule_set_from_dict
from engine.decision.guardrails import GUARDRAILS, STANDING
from engine.domain.rules import Rule, RuleSet
from engine.rules import sentence as wording
from engine.store import DraftRecord, HistoryRecord, RuleSetRecord
from engine.usecases.context import Context

PAGE = 20
"""Versions shown at once."""
MOST_CHANGES = 200
"""Single changes shown below the versions."""
ABOUT_RULES = "rules."
"""What entries of the history about rules begin with."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that is not the same in two sets; None where a set lacks it."""

    before: Rule | None
    after: Rule | None

    @property
    def rule(self) -> Rule:
        """The rule as it is now, or was where it is gone."""
        rule = self.after or self.before
        if rule is None:
            raise ValueError("A difference needs at least one rule.")
        return rule


Aspect = tuple[str, str | float | bool, str | float | bool]
"""What differs (`weight`, `sure`, `on`, `when`, `because`, `scope`, `valid`, `source`, `tests`,
`added`, `removed`), before, after."""


@dataclass(frozen=True, slots=True)
class VersionTold:
    """One published version and what it changed of the one before."""

    record: RuleSetRecord
    differences: tuple[Difference, ...]
    was_only_tried: bool = False
    """It was tried beside others and never in force."""


@dataclass(frozen=True, slots=True)
class RulesHistory:
    """Every version, newest first, and every single change with who and when."""

    versions: tuple[VersionTold, ...]
    in_force: int
    older: int | None
    """Version from which to read on; None where the first one is shown."""
    entries: tuple[HistoryRecord, ...]
    titles: dict[str, Rule]
    """Rules by id, for the names in `entries`."""


def rule_in_words(ctx: Context, rule: Rule, language: str) -> str:
    """Return the conditions of `rule` as one phrase in `language`, without its weight."""
    tag = language if language in ctx.catalogue.words else ctx.catalogue.languages[0]
    return wording.sentence(rule, ctx.catalogue.facts, ctx.catalogue.words[tag], tag)


def strength_of(rule: Rule) -> str | None:
    """Return `none`, `weak`, `medium` or `strong`; None where no word fits the weight."""
    return wording.strength_of(rule.weight)


def guardrail_names() -> tuple[str, ...]:
    """Return what is always obeyed, the guest's own word first."""
    return tuple(guardrail.__name__ for guardrail in (*GUARDRAILS, *STANDING))


def differences(old: Sequence[Rule], new: Sequence[Rule]) -> tuple[Difference, ...]:
    """Return every rule that differs, in the order of `new`, those taken out last."""
    before, after = ({rule.id: rule for rule in rules} for rules in (old, new))
    ids = dict.fromkeys([*after, *before])
    pairs = ((before.get(id), after.get(id)) for id in ids)
    return tuple(Difference(one, other) for one, other in pairs if one != other)


def aspects(ctx: Context, difference: Difference, language: str) -> tuple[Aspect, ...]:
    """Return what differs, one aspect a line, ready for words."""
    old, new = difference.before, difference.after
    if old is None:
        return (("added", "", ""),)
    if new is None:
        return (("removed", "", ""),)
    return (*plain_aspects(old, new), *_worded_aspects(ctx, old, new, language))


def plain_aspects(old: Rule, new: Rule) -> tuple[Aspect, ...]:
    """Return what owners set at the scale: weight, sureness, on or off."""
    found: tuple[Aspect, ...] = (
        ("weight", old.weight, new.weight),
        ("sure", old.sure.value, new.sure.value),
        ("on", old.is_on, new.is_on),
    )
    return tuple(aspect for aspect in found if aspect[1] != aspect[2])


def _worded_aspects(ctx: Context, old: Rule, new: Rule, language: str) -> Iterator[Aspect]:
    if (old.when, old.any, old.unless) != (new.when, new.any, new.unless):
        yield "when", rule_in_words(ctx, old, language), rule_in_words(ctx, new, language)
    for tag in dict.fromkeys([*old.because, *new.because]):
        before, after = old.because.get(tag, "…"), new.because.get(tag, "…")
        if before != after:
            yield "because", before, after
    if old.scope != new.scope:
        yield "scope", old.scope.value, new.scope.value
    if (old.valid_from, old.valid_until) != (new.valid_from, new.valid_until):
        yield "valid", _days(old), _days(new)
    if old.source != new.source:
        yield "source", old.source, new.source
    if old.examples != new.examples:
        yield "tests", len(old.examples), len(new.examples)


def _days(rule: Rule) -> str:
    """First and last day of a rule, as in a file; `…` where it is open."""
    ends = (rule.valid_from, rule.valid_until)
    return " – ".join(day.isoformat() if day else "…" for day in ends)


def rules_history(ctx: Context, *, before: int | None = None) -> RulesHistory:
    """Show versions and single changes, newest first.

    Parameters
    ----------
    ctx : Context
    before : int, optional
        Show versions older than this one.
    """
    with ctx.store.read() as work:
        records = work.rule_sets.all()
        entries = work.history.all(MOST_CHANGES)
        in_force = work.rule_sets.published_version()
        tried = work.rollouts.never_in_force()
    older = [record for record in records if before is None or record.version < before]
    versions = tuple(_told(older, tried))
    about = tuple(entry for entry in entries if entry.what.startswith(ABOUT_RULES))
    rules = rule_set_of(records[0]).rules if records else ()
    return RulesHistory(
        versions=versions,
        in_force=in_force,
        older=versions[-1].record.version if len(older) > PAGE else None,
        entries=about,
        titles={rule.id: rule for rule in rules},
    )


def version_told(ctx: Context, version: int) -> tuple[VersionTold, tuple[Rule, ...]]:
    """Show one version with what it changed of the one before, and all its rules.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    with ctx.store.read() as work:
        record = work.rule_sets.version(version)
        earlier = [one for one in work.rule_sets.all() if one.version < version]
        tried = work.rollouts.never_in_force()
    (told, *_) = _told([record, *earlier], tried)
    return told, rule_set_of(record).rules


def _told(records: Sequence[RuleSetRecord], tried: Collection[int] = ()) -> Iterator[VersionTold]:
    """Pair each version with the one in force before; the very first one changed nothing."""
    rules: dict[int, tuple[Rule, ...]] = {}
    for place, record in enumerate(records[:PAGE]):
        before = (one for one in records[place + 1 :] if one.version not in tried)
        earlier = next(before, record)
        for one in (earlier, record):
            if one.version not in rules:
                rules[one.version] = rule_set_of(one).rules
        found = differences(rules[earlier.version], rules[record.version])
        yield VersionTold(record, found, record.version in tried)


def rule_set_of(record: RuleSetRecord | DraftRecord) -> RuleSet:
    """Return the rules of a stored set; a draft has the number of its saving."""
    return rule_set_from_dict(record.content, record.version)


EDITS = frozenset(
    {"rules.edited", "rules.added", "rules.written"}
    | {"rules.pinned", "rules.test_changed", "rules.test_removed"}
)
"""Entries of the history that change one rule of the draft."""


def last_edits(entries: Sequence[HistoryRecord]) -> dict[str, tuple[str, datetime]]:
    """Return who changed each rule last in a draft, and when; `entries` newest first."""
    found: dict[str, tuple[str, datetime]] = {}
    for entry in entries:
        if entry.what in EDITS:
            found.setdefault(str(entry.detail["rule"]), (entry.by, entry.at))
    return found


def family_of(ctx: Context, rule: Rule) -> str:
    """Return the family of the first thing that `rule` asks about; empty where it is gone."""
    first = next(iter((*rule.when, *rule.any, *rule.unless)), None)
    fact = ctx.catalogue.facts.get(first.fact) if first else None
    return fact.family if fact else ""


def is_starter(ctx: Context, rule: Rule) -> bool:
    """Whether `rule` stands as it was shipped."""
    return any(shipped == rule for shipped in ctx.catalogue.rules if shipped.id == rule.id)
