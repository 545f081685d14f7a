"""What the templates about earlier rules get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.domain.rules import Rule
from engine.usecases.learning.splitting import unfit_tests
from engine.usecases.rules.in_words import (
    ABOUT_RULES,
    RulesHistory,
    VersionTold,
    differences,
    rule_in_words,
)
from engine.usecases.rules.rule_tests import guest_in_words
from engine.usecases.rules.tune_rules import RulesRoom
from engine.usecases.rules.whole_draft import BACK, DISCARDED, clashes_of
from web.i18n import language
from web.owner.rules.pages import Changed, parts_told
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
    what: str
    lines: tuple[str, ...] = ()
    back: int = 0
    """Number of a discarded draft that can be brought back; 0 for everything else."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Versions and single changes, newest first."""

    versions: tuple[VersionCard, ...]
    older: int | None
    entries: tuple[Entry, ...]
    conflict: str = ""
    """Why a draft could not be brought back."""


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


def history_page(history: RulesHistory, time_zone: str, *, conflict: str = "") -> HistoryPage:
    """Make the page of all versions."""
    return HistoryPage(
        versions=tuple(
            version_card(told, history.in_force, time_zone) for told in history.versions
        ),
        older=history.older,
        entries=tuple(_entries(history, time_zone)),
        conflict=conflict,
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
    brought_back = {entry.detail["entry"] for entry in history.entries if entry.what == BACK}
    for entry in history.entries:
        detail = entry.detail
        title = _title(history, str(detail.get("rule", "")))
        is_kept = entry.what == DISCARDED and "rules" in detail
        yield Entry(
            at=moment(entry.at, time_zone),
            by=entry.by,
            what=_what(entry.what, detail, title),
            lines=tuple(_lines(history, entry.what, detail)),
            back=entry.id if is_kept and entry.id not in brought_back else 0,
        )


def _what(what: str, detail: Mapping[str, Any], title: str) -> str:
    n = detail.get("n")
    if what == DISCARDED and n:
        told: str = ngettext(
            "discarded a draft with %(num)d change", "discarded a draft with %(num)d changes", n
        )
        return told
    key = f"owner.did_{what.removeprefix(ABOUT_RULES)}"
    return word(key, version=detail.get("version", ""), rule=title)


def _title(history: RulesHistory, rule_id: str) -> str:
    rule = history.titles.get(rule_id)
    return text(rule.because) if rule else rule_id


def _lines(history: RulesHistory, what: str, detail: Mapping[str, Any]) -> Iterator[str]:
    """Say what an entry did, one thing a line."""
    yield from (aspect_line((k, a, b)) for k, a, b in detail.get("changes", ()))
    if "percent_before" in detail:  # entries of earlier days do not know it
        told = {"before": detail["percent_before"], "after": detail["percent"]}
        yield word("owner.did_share_from_to", **told)
    if what == DISCARDED:
        ids = (*(str(one["id"]) for one in detail.get("rules", ())), *detail.get("gone", ()))
        yield from (_title(history, id) for id in ids)
    for clash in clashes_of(detail):
        told = {"rule": _title(history, clash.rule), "parts": parts_told(clash.parts)}
        yield word("owner.did_clash", **told)
    yield from _tests_left(detail)


def _tests_left(detail: Mapping[str, Any]) -> Iterator[str]:
    """Say which tests of a rule that was split fit neither half."""
    for place, example in unfit_tests(detail):
        guest = "; ".join(guest_in_words(context(), example.guest, language()))
        expected = word(f"publishing.says_{example.expect}")
        yield word("owner.did_leave_test", n=place, guest=guest, expected=expected)


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
