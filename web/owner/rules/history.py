"""What the templates about earlier rules get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from engine.domain.rules import Rule
from engine.usecases.rules.in_words import RulesHistory, VersionTold, differences, rule_in_words
from engine.usecases.rules.tune_rules import RulesRoom
from web.i18n import language
from web.owner.rules.pages import Changed
from web.owner.told import aspect_line, moment, signed, text
from web.words import word
from web.work import context


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One published version: who, when, why, and what it changed."""

    version: int
    is_in_force: bool
    was_only_tried: bool
    by: str
    at: str
    reason: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did to the rules."""

    at: str
    by: str
    what: Markup
    lines: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Versions and single changes, newest first."""

    versions: tuple[VersionCard, ...]
    older: int | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class OldRule:
    """One rule as it stood in a version."""

    title: str
    sentence: str
    weight: str
    sure: Markup
    is_on: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version in full, and what bringing it back would change."""

    card: VersionCard
    undoes: tuple[Changed, ...]
    """Against the rules in force."""
    rules: tuple[OldRule, ...]


def history_page(history: RulesHistory, time_zone: str) -> HistoryPage:
    """Make the page of all versions."""
    return HistoryPage(
        versions=tuple(
            version_card(told, history.in_force, time_zone) for told in history.versions
        ),
        older=history.older,
        entries=tuple(_entries(history, time_zone)),
    )


def version_card(told: VersionTold, in_force: int, time_zone: str) -> VersionCard:
    """Put one version in words."""
    record = told.record
    return VersionCard(
        version=record.version,
        is_in_force=record.version == in_force,
        was_only_tried=told.was_only_tried,
        by=record.by,
        at=moment(record.at, time_zone),
        reason=_(record.reason),  # the starter rules' own reason is a sentence of ours
        changes=tuple(Changed.of(difference) for difference in told.differences),
    )


def _entries(history: RulesHistory, time_zone: str) -> Iterator[Entry]:
    for entry in history.entries:
        detail = entry.detail
        rule = history.titles.get(str(detail.get("rule", "")))
        title = text(rule.because) if rule else str(detail.get("rule", ""))
        key = entry.what.removeprefix("rules.")
        what = word(f"owner.did_{key}", version=detail.get("version", ""), rule=title)
        lines = tuple(aspect_line((k, a, b)) for k, a, b in detail.get("changes", ()))
        yield Entry(moment(entry.at, time_zone), entry.by, what, lines)


def version_page(
    told: VersionTold, rules: Sequence[Rule], room: RulesRoom, time_zone: str
) -> VersionPage:
    """Make the page of one version."""
    return VersionPage(
        card=version_card(told, room.published.version, time_zone),
        undoes=tuple(Changed.of(one) for one in differences(room.rules, rules)),
        rules=tuple(_old_rule(rule) for rule in rules),
    )


def _old_rule(rule: Rule) -> OldRule:
    return OldRule(
        title=text(rule.because),
        sentence=rule_in_words(context(), rule, language()),
        weight=signed(rule.weight),
        sure=word(f"owner.sure_{rule.sure.value}"),
        is_on=rule.is_on,
    )
