"""Owners write a whole rule: its tests, days and names, as a form or a table row says them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine.domain.cues import Scope
from engine.domain.rules import Rule, Test
from engine.errors import ConflictError, FormError, Problem
from engine.sentences import one_line
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import Difference, aspects, rule_set_of
from engine.usecases.rules.tune_rules import (
    RuleChange,
    changed,
    keep_draft,
    mark_of_rule,
    rule_in,
)
from engine.usecases.rules.written_tests import GROUPS, WrittenTest, as_test, kept

LONGEST_NAME = 120
LONGEST_SOURCE = 300
"""Characters; both are read at a glance."""


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """One rule as an owner wrote it; weight, sureness and on or off come as a `RuleChange`."""

    because: Mapping[str, str]
    """Name of the rule by language; blank where there is none."""
    source: str
    scope: str
    tests: tuple[WrittenTest, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    change: RuleChange = field(default_factory=RuleChange)


def written_rule(ctx: Context, written: WrittenRule, old: Rule | None = None) -> Rule:
    """Return the rule that was written; what it cannot say, such as its id, is that of `old`.

    Raises
    ------
    FormError
        With every problem. Keys are `because_<language>`, `source`, `scope`, `valid_until`,
        `number`, `place`, `tests` for the whole, and `value-<n>`, `fact-<n>` or `operator-<n>`
        for the test at place n.
    """
    problems = [*_text_problems(written)]
    groups = _groups(ctx, written.tests, problems)
    asked = bool(groups["when"] or groups["any"])
    if not asked and not any(test.group != "unless" for test in written.tests):
        problems.append(_problem("tests", "A rule needs at least one test in when or any."))
    plain = old or Rule(id="", scope=Scope.STATE, weight=0.0, because={}, source="")
    rule = replace(
        plain,
        because=_because(written, plain),
        source=" ".join(written.source.split()),
        scope=Scope(written.scope) if written.scope in SCOPES else plain.scope,
        valid_from=written.valid_from,
        valid_until=written.valid_until,
        when=kept(groups["when"], plain.when),
        any=kept(groups["any"], plain.any),
        unless=kept(groups["unless"], plain.unless),
    )
    try:
        rule = changed(ctx, rule, written.change)
    except FormError as error:
        problems += error.problems
    if problems:
        raise FormError(*problems)
    return rule


SCOPES = tuple(scope.value for scope in Scope)


def _because(written: WrittenRule, old: Rule) -> dict[str, str]:
    """Names by language; languages that the form does not ask for stay."""
    unasked = {tag: text for tag, text in old.because.items() if tag not in written.because}
    told = {tag: one_line(text) for tag, text in written.because.items()}
    return {**{tag: text for tag, text in told.items() if text}, **unasked}


def _text_problems(written: WrittenRule) -> list[Problem]:
    problems = []
    if not written.because.get("en", "").strip():
        problems.append(_problem("because_en", "A name is needed."))
    problems += [
        _problem(f"because_{tag}", "This is too long.", f"1 - {LONGEST_NAME}")
        for tag, text in written.because.items()
        if len(text) > LONGEST_NAME
    ]
    if not written.source.strip():
        problems.append(_problem("source", "Say where this comes from: the next owner will ask."))
    if len(written.source) > LONGEST_SOURCE:
        problems.append(_problem("source", "This is too long.", f"1 - {LONGEST_SOURCE}"))
    if written.scope not in SCOPES:
        problems.append(_problem("scope", "Choose one of these.", *SCOPES))
    first, last = written.valid_from, written.valid_until
    if first and last and last < first:
        problems.append(_problem("valid_until", "The rule ends before it begins."))
    return problems


def _groups(
    ctx: Context, tests: Sequence[WrittenTest], problems: list[Problem]
) -> dict[str, list[Test]]:
    groups: dict[str, list[Test]] = {group: [] for group in GROUPS}
    for place, one in enumerate(tests):
        try:
            test = as_test(one, ctx.catalogue.facts, place)
        except FormError as error:
            problems += error.problems
            continue
        if any(test.fact == other.fact for other in groups[one.group]):
            problems.append(_problem(f"value-{place}", "A group may test a fact only once."))
        else:
            groups[one.group].append(test)
    return groups


def _problem(key: str, message: str, *allowed: str) -> Problem:
    return Problem(file="", id="", key=key, message=message, allowed=allowed)


def write_rule(
    ctx: Context,
    written: WrittenRule,
    *,
    rule_id: str | None,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> str:
    """Put a rule into the draft, a new one or in the place of the old; return its id.

    Parameters
    ----------
    written : WrittenRule
    rule_id : str or None
        Of the rule to change; None makes a new one.
    seen : str, optional
        `mark_of_rule` of the rule that the owner looked at; None asks nothing.

    Raises
    ------
    FormError
        As `written_rule`.
    ConflictError
        If somebody else changed this rule since.
    NotFoundError
        If there is no rule `rule_id`.
    """
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule_set = rule_set_of(draft or published)
        old = None if rule_id is None else rule_in(rule_set.rules, rule_id)
        if old and seen is not None and mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        new = written_rule(ctx, written, old)
        if old is None:
            new = replace(new, id=_fresh_id(work, new))
        if new == old:
            return new.id
        others = tuple(new if rule.id == new.id else rule for rule in rule_set.rules)
        rules = others if old else (*others, new)
        was = keep_draft(work, replace(rule_set, rules=rules), published, by=by, now=now)
        changes = [] if old is None else aspects(ctx, Difference(old, new), "en")
        detail = {"rule": new.id, "changes": [list(one) for one in changes], **was}
        work.history.add("rules.edited" if old else "rules.added", by, now, detail)
    return new.id


def remove_rule(
    ctx: Context, rule_id: str, *, by: str, now: datetime, seen: str | None = None
) -> None:
    """Take a rule out of the draft; versions that had it keep it.

    Raises
    ------
    ConflictError
        If somebody else changed this rule since.
    NotFoundError
        If there is none.
    """
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule_set = rule_set_of(draft or published)
        old = rule_in(rule_set.rules, rule_id)
        if seen is not None and mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        rules = tuple(rule for rule in rule_set.rules if rule.id != rule_id)
        was = keep_draft(work, replace(rule_set, rules=rules), published, by=by, now=now)
        work.history.add("rules.removed", by, now, {"rule": rule_id, **was})


def bring_back(ctx: Context, rule_id: str, *, by: str, now: datetime) -> None:
    """Put a rule that the draft took out back in, as it is in force.

    Raises
    ------
    NotFoundError
        If the rules in force have none with this id.
    """
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule = rule_in(rule_set_of(published).rules, rule_id)
        rule_set = rule_set_of(draft or published)
        if any(one.id == rule_id for one in rule_set.rules):
            return
        rule_set = replace(rule_set, rules=(*rule_set.rules, rule))
        was = keep_draft(work, rule_set, published, by=by, now=now)
        work.history.add("rules.brought_back", by, now, {"rule": rule_id, **was})


def _fresh_id(work: Work, rule: Rule) -> str:
    """Return an id from the name of a rule that no rule ever had: ids are never reused."""
    return free_id(rule.because["en"], used_ids(work))


def used_ids(work: Work) -> set[str]:
    """Return every id that a rule of a version or a draft, kept or thrown away, ever had."""
    drafts = [work.rule_sets.draft(), *work.rule_sets.all()]
    stored = {str(old["id"]) for record in drafts if record for old in record.content["rules"]}
    return stored | {id for entry in work.history.of(*NAMING) for id in _named(entry.detail)}


NAMING = ("rules.added", "rules.suggested", "rules.split", "rules.taken", "rules.discarded")
"""Entries of the history by which a draft got rules, or lost them all."""


def _named(detail: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(detail[key]) for key in ("rule",) if key in detail)
    yield from (str(id) for key in ("into", "new") for id in detail.get(key, ()))
    yield from (str(rule["id"]) for rule in detail.get("rules", ()))


MOST_LETTERS = 40
"""Of an id made from a name."""


def free_id(name: str, used: Collection[str]) -> str:
    """Return an id that reads like `name` and is not used yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain)[:MOST_LETTERS].strip("_")
    return numbered(words if re.match("[a-z]", words) else f"rule_{words}".strip("_"), used)


def numbered(base: str, used: Collection[str]) -> str:
    """Return an id, with a number behind it where it is used."""
    others = (f"{base}_{n}" for n in range(2, len(used) + 3))
    return next(id for id in (base, *others) if id not in used)
