"""What the template of a whole rule gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain.cues import Fact, FactKind
from engine.domain.rules import Rule
from engine.domain.stays import Stay
from engine.errors import Problem
from engine.usecases.rules.in_words import rule_in_words
from engine.usecases.rules.matching import Count, Matches
from engine.usecases.rules.write_rules import SCOPES
from engine.usecases.rules.written_tests import ASKED, GROUPS, WrittenTest
from web.desk.address import path_of
from web.i18n import language
from web.owner.rules.findings import value_label
from web.owner.rules.forms import OWN, PLACES, SURE
from web.owner.rules.pages import FAMILIES, OTHER, MergeTold
from web.owner.rules.rule_form import Typed, only, shown_values
from web.owner.told import day, text
from web.words import name_of, word
from web.work import context


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be ticked."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One test, with the fields that suit what it asks about."""

    place: int
    fact: str
    label: str
    operators: Mapping[str, str]
    """What can be asked, in words; what nobody can ask, as it was written."""
    operator: str
    choices: tuple[Choice, ...]
    needs_value: bool
    text: str
    example: str
    count: Count | None
    """None where the rule cannot be read yet."""
    problems: Sequence[Problem]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Facts to choose from, under one heading."""

    id: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TestGroup:
    """All of these, at least one of these, or unless all of these."""

    __test__ = False  # pytest collects classes by this name

    id: str
    rows: tuple[Row, ...]
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One stay for which the rule fires."""

    name: str
    path: str
    day: str


@dataclass(frozen=True, slots=True)
class Hindered:
    """The rule was to be taken out, but somebody had changed it meanwhile: who, and what."""

    by: str
    lines: tuple[Markup, ...]
    """Empty where it is not known any more which rule was looked at."""


@dataclass(frozen=True, slots=True)
class WholeRulePage:
    """The form for one rule, with its sentence and who matches."""

    id: str
    """Empty for a new rule."""
    title: str
    typed: Typed
    groups: tuple[TestGroup, ...]
    sentence: str
    """Empty where the rule cannot be read yet."""
    matches: Matches | None
    sample: tuple[SampleRow, ...]
    problems: Sequence[Problem] = ()
    is_conflict: bool = False
    would_change: tuple[Markup, ...] = ()
    """What saving would change of the rule as another owner left it."""
    merge: MergeTold | None = None
    """What both changed, where that can be told."""
    both: Typed | None = None
    """The form that saves both."""
    hindered: Hindered | None = None
    focus: str = ""
    """Heading to begin reading at; empty: the top, what is wrong, or the new row."""
    scopes: Sequence[str] = SCOPES
    places: Sequence[str] = PLACES
    own: str = OWN
    sures: Sequence[str] = SURE

    @property
    def path(self) -> str:
        """Where the form goes."""
        return f"/owner/rules/{self.id}/edit" if self.id else "/owner/rules/new-rule"


def whole_rule_page(
    typed: Typed,
    old: Rule | None,
    *,
    looked: tuple[Rule, Matches] | None = None,
    problems: Sequence[Problem] = (),
    is_conflict: bool = False,
    added: bool = False,
) -> WholeRulePage:
    """Make the page.

    Parameters
    ----------
    typed : Typed
        What the form shows.
    old : Rule or None
        The rule as it is in the draft; None for a new one.
    looked : (Rule, Matches), optional
        What was typed, where it can be read, and for whom it fires.
    problems : sequence of Problem
    is_conflict : bool
        Whether somebody else changed the rule meanwhile.
    added : bool
        Whether the last row was added just now.
    """
    rule, matches = looked or (None, None)
    return WholeRulePage(
        id=old.id if old else "",
        title=text(old.because) if old else "",
        typed=typed,
        groups=tuple(_groups(typed, matches, problems, added=added)),
        sentence=rule_in_words(context(), rule, language()) if rule else "",
        matches=matches,
        sample=tuple(_sample(matches.sample)) if matches else (),
        problems=problems,
        is_conflict=is_conflict,
    )


def _groups(
    typed: Typed, matches: Matches | None, problems: Sequence[Problem], *, added: bool
) -> Iterator[TestGroup]:
    facts = context().catalogue.facts
    counts = matches.tests if matches else {}
    for group in GROUPS:
        rows = tuple(
            _row(place, row, facts.get(row.fact), counts, problems, added=added and last)
            for place, row in enumerate(typed.rows)
            if row.group == group or (group == GROUPS[0] and row.group not in GROUPS)
            for last in [place == len(typed.rows) - 1]
        )
        used = {row.fact for row in rows}
        yield TestGroup(group, rows, tuple(_families(facts, used)))


def _row(
    place: int,
    row: WrittenTest,
    fact: Fact | None,
    counts: Mapping[tuple[str, str], Count],
    problems: Sequence[Problem],
    *,
    added: bool,
) -> Row:
    values = fact.values if fact else ()
    return Row(
        place=place,
        fact=row.fact,
        label=text(fact.label) if fact else row.fact,
        operators=_operators(fact, row.operator),
        operator=row.operator,
        choices=tuple(Choice(one, value_label(fact, one), one in row.values) for one in values),
        needs_value=fact is None or fact.kind in (FactKind.WHOLE, FactKind.TAG),
        text=shown_values(row),
        example=_example(fact),
        count=counts.get((row.group, row.fact)),
        problems=only(problems, *(f"{part}-{place}" for part in ("fact", "operator", "value"))),
        is_new=added,
    )


def _operators(fact: Fact | None, written: str) -> dict[str, str]:
    """Of a fact that nobody knows, what was written stays: it may be only the name that is off."""
    if fact:
        return {one: str(word(f"one_rule.asks_{one}")) for one in ASKED[fact.kind]}
    is_known = any(written in asked for asked in ASKED.values())
    told = str(word(f"one_rule.asks_{written}")) if is_known else written
    return {written: told or "\N{EN DASH}"}


def _example(fact: Fact | None) -> str:
    return "de, pt-BR" if fact and fact.kind is FactKind.TAG else "2"


def _families(facts: Mapping[str, Fact], used: set[str]) -> Iterator[Family]:
    free = [fact for fact in facts.values() if fact.is_scored and fact.id not in used]
    known = [*FAMILIES, *dict.fromkeys(one.family for one in free if one.family not in FAMILIES)]
    for family in known:
        named = tuple((fact.id, text(fact.label)) for fact in free if fact.family == family)
        if named:
            yield Family(family if family in FAMILIES else OTHER, named)


def _sample(stays: Sequence[Stay]) -> Iterator[SampleRow]:
    for stay in stays:
        yield SampleRow(name_of(stay.guest), path_of(stay.ref), day(stay.arrival_on))
