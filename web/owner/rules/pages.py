"""What the templates about rules get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain.rules import Rule
from engine.errors import Problem
from engine.usecases.rules.in_words import (
    Difference,
    family_of,
    guardrail_names,
    is_starter,
    rule_in_words,
    strength_of,
)
from engine.usecases.rules.lost_rules import LostRule
from engine.usecases.rules.merging import Merge
from engine.usecases.rules.tune_rules import RulesRoom, mark_of_rule
from web.i18n import language
from web.owner.rules.bar import DraftBar, draft_bar
from web.owner.rules.findings import Told, findings_at
from web.owner.rules.forms import OWN, PLACES, SURE, Posted
from web.owner.rules.matches import Matches, matches_of
from web.owner.rules.scale import Scale
from web.owner.told import difference_lines, exact, moment, signed, text
from web.words import word
from web.work import context

FAMILIES = ("word", "reservation", "house", "arrival", "noticed", "culture")
"""The guest's own word first; what is off by default last."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Changed:
    """One rule that differs, in phrases."""

    id: str
    title: str
    lines: tuple[Markup, ...]
    by: str = ""
    at: str = ""

    @classmethod
    def of(cls, difference: Difference, by: str = "", at: str = "") -> Changed:
        """Put a difference in words."""
        rule = difference.rule
        return cls(rule.id, text(rule.because), difference_lines(difference), by, at)


@dataclass(frozen=True, slots=True)
class MergeTold:
    """Theirs, mine and both, in phrases, from what both looked at."""

    theirs: tuple[Markup, ...]
    mine: tuple[Markup, ...]
    both: tuple[Markup, ...]
    posted: Posted
    """The form that saves both."""
    is_clean: bool
    """Whether nothing of either is lost in both."""
    clashes: str
    """What both changed, in words."""

    @classmethod
    def of(cls, merge: Merge) -> MergeTold:
        """Put a merge in words."""
        theirs, mine, both = (
            difference_lines(Difference(merge.base, rule))
            for rule in (merge.theirs, merge.mine, merge.both)
        )
        return cls(
            theirs, mine, both, _as_posted(merge.both), merge.is_clean, parts_told(merge.clashes)
        )


def parts_told(parts: Sequence[str]) -> str:
    """Return the parts of a rule that two changed, in words."""
    return ", ".join(str(word(f"owner.part_{part}")) for part in parts)


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule with its form."""

    id: str
    title: str
    sentence: str
    source: str
    leaning: str
    """Trade word of the side it leans to; empty for weight 0."""
    weight: str
    scale: Scale
    is_starter: bool
    change: Changed | None
    """What the draft changes; None where it changes nothing."""
    posted: Posted
    """What the form shows: the draft, or what was typed and could not be used."""
    seen: str
    problems: Sequence[Problem] = ()
    conflict_with: str = ""
    """Who changed the rule while this form was open."""
    merge: MergeTold | None = None
    """What both changed, where that can be told."""
    gone_by: str = ""
    """Who took the rule out while this form was open: saving brings it back."""
    mine: tuple[Markup, ...] = ()
    """What saving would change of a rule that was taken out."""
    findings: tuple[Told, ...] = ()
    """What a look at all rules together says of this one."""
    matches: Matches | None = None
    """For how many stays it fires; None where that takes too long to count."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules about one family of signs."""

    id: str
    title: Markup
    cards: tuple[RuleCard, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Every rule, the draft, and what no rule can change."""

    bar: DraftBar
    groups: tuple[Group, ...]
    guardrails: tuple[str, ...]
    removed: tuple[Changed, ...] = ()
    """Rules in force that the draft takes out."""
    lost: RuleCard | None = None
    """A rule that somebody took out while its form was open."""
    is_published: bool = False
    """Just now, by this owner."""
    places: Sequence[str] = PLACES
    own: str = OWN
    sures: Sequence[str] = SURE


@dataclass(frozen=True, slots=True)
class Refusal:
    """A form that could not be used, to be shown again."""

    rule: str
    posted: Posted
    problems: Sequence[Problem] = ()
    is_conflict: bool = False
    merge: Merge | None = None
    lost: LostRule | None = None
    """The rule as it stood last, where somebody took it out meanwhile."""
    mine: Rule | None = None
    """That rule with what was chosen for it, where that is allowed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """So many stays would go from one style to another."""

    n_stays: int
    before: str
    after: str


def rules_page(
    room: RulesRoom,
    time_zone: str,
    *,
    only: str | None = None,
    refusal: Refusal | None = None,
    is_published: bool = False,
) -> RulesPage:
    """Make the page of all rules.

    Parameters
    ----------
    room : RulesRoom
    time_zone : str
        Of the house.
    only : str, optional
        Show this rule alone: all that a script needs after saving.
    refusal : Refusal, optional
        A form that could not be used.
    is_published : bool
        Whether this owner published just now.
    """
    rules = [rule for rule in room.draft_rules if only in (None, rule.id)]
    found, matches = findings_at(room.draft_rules), matches_of(rules)
    cards = {rule.id: _card(room, rule, time_zone, refusal, found, matches) for rule in rules}
    return RulesPage(
        bar=draft_bar(room, time_zone),
        groups=tuple(_groups(rules, cards)),
        guardrails=guardrail_names(),
        removed=tuple(Changed.of(one) for one in room.changed if one.after is None),
        lost=_lost_card(room, refusal, time_zone) if refusal else None,
        is_published=is_published,
    )


def _groups(rules: Sequence[Rule], cards: dict[str, RuleCard]) -> Iterator[Group]:
    families = {rule.id: family_of(context(), rule) for rule in rules}
    for family in (*FAMILIES, OTHER):
        found = [
            cards[rule.id]
            for rule in rules
            if families[rule.id] == family
            or (family == OTHER and families[rule.id] not in FAMILIES)
        ]
        if found:
            yield Group(family, word(f"owner.group_{family}"), tuple(found))


def _card(
    room: RulesRoom,
    rule: Rule,
    time_zone: str,
    refusal: Refusal | None,
    found: Mapping[str, tuple[Told, ...]],
    matches: Mapping[str, Matches],
) -> RuleCard:
    in_force = {old.id: old for old in room.rules}.get(rule.id)
    refused = refusal if refusal and refusal.rule == rule.id else None
    return RuleCard(
        id=rule.id,
        title=text(rule.because),
        sentence=rule_in_words(context(), rule, language()),
        source=rule.source,
        leaning=_leaning(rule.weight),
        weight=signed(rule.weight),
        scale=Scale.of(rule.weight, (in_force or rule).weight),
        is_starter=is_starter(context(), rule),
        change=_change(room, in_force, rule, time_zone),
        posted=refused.posted if refused else _as_posted(rule),
        seen=mark_of_rule(rule),
        problems=refused.problems if refused else (),
        conflict_with=_editor(room, rule) if refused and refused.is_conflict else "",
        merge=MergeTold.of(refused.merge) if refused and refused.merge else None,
        findings=found.get(rule.id, ()),
        matches=matches.get(rule.id),
    )


def _lost_card(room: RulesRoom, refusal: Refusal, time_zone: str) -> RuleCard | None:
    lost = refusal.lost
    if lost is None:
        return None
    card = _card(room, lost.rule, time_zone, refusal, {}, {})
    mine = difference_lines(Difference(lost.rule, refusal.mine)) if refusal.mine else ()
    return replace(card, change=None, gone_by=lost.by, mine=mine)


def _leaning(weight: float) -> str:
    if weight == 0:
        return ""
    return "axis.contact" if weight > 0 else "axis.efficiency"


def _change(room: RulesRoom, in_force: Rule | None, rule: Rule, time_zone: str) -> Changed | None:
    if in_force == rule:
        return None
    by, at = room.edits.get(rule.id, ("", None))
    return Changed.of(Difference(in_force, rule), by, moment(at, time_zone) if at else "")


def _editor(room: RulesRoom, rule: Rule) -> str:
    by, _ = room.edits.get(rule.id, (room.published.by, None))
    return by


def _as_posted(rule: Rule) -> Posted:
    return Posted(place_of(rule), exact(rule.weight), rule.sure.value, rule.is_on)


def place_of(rule: Rule) -> str:
    """Return where `rule` stands among the seven places; `own` where it stands between."""
    strength = strength_of(rule)
    if strength in (None, "none"):
        return strength or OWN
    return f"{'contact' if rule.weight > 0 else 'efficiency'}_{strength}"


def style_name(id: str) -> str:
    """Return what a style asks staff to do."""
    style = context().catalogue.styles.get(id)
    return text(style.verb) if style else id
