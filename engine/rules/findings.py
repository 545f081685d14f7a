"""What a look at a whole rule set can find, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.cues import Fact, Value
from engine.domain.rules import Rule
from engine.sentences import Sentence


class FindingKind(StrEnum):
    """What may be worth a second thought, in the order in which it is told: faults come first."""

    DEAD = "dead"
    ALWAYS = "always"
    DUPLICATE = "duplicate"
    INSEPARABLE = "inseparable"
    SUBSUMED = "subsumed"
    OPPOSED = "opposed"
    NEVER_FIRED = "never_fired"
    UNMENTIONED = "unmentioned"


ORDER = {kind: place for place, kind in enumerate(FindingKind)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    kind: FindingKind
    rules: tuple[str, ...]
    """Ids of the rules in question, in their order; of `subsumed` the narrow one first."""
    detail: str
    """One sentence for people, a `Sentence`."""
    is_fault: bool = False
    """Whether a rule says nothing of its own, whoever may come; all else is a hint."""
    combinations: tuple[int, int] = (0, 1)
    """Of `opposed`: those of the values that the two ask about for which both fire, and all."""
    stays: tuple[int, int] | None = None
    """Of `opposed`: those in which both fired, and all; None without stays."""
    by_chance: bool = False
    """Of `opposed`: whether nothing ties them together, so that any guest may meet both."""

    @property
    def has_met_no_stay(self) -> bool:
        """Whether stays were looked at and it came true in none of them."""
        return self.stays is not None and not self.stays[0]


def order_of(finding: Finding) -> tuple[int, int, bool, float]:
    """Sort key: by kind, then what came true in most stays, then for most combinations."""
    met = finding.stays[0] if finding.stays else 0
    n, total = finding.combinations
    return ORDER[finding.kind], -met, finding.by_chance, -n / total


def findings_of(rule_id: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was found about one rule, to be shown beside it."""
    return tuple(finding for finding in findings if rule_id in finding.rules)


def dead(rule: Rule, facts: Iterable[str]) -> Finding:
    """Say that no guest whatever can make a rule fire."""
    told = Sentence(
        "{rule} can never fire: no guest passes all that it asks of {facts}.",
        rule=rule.id,
        facts=", ".join(facts),
    )
    return Finding(FindingKind.DEAD, (rule.id,), told, is_fault=True)


def always(rule: Rule, facts: Iterable[str]) -> Finding:
    """Say that no value keeps a rule silent: only as long as it is unknown it cannot tell."""
    told = Sentence(
        "With {facts} known, {rule} fires for everybody: no value keeps it silent.",
        rule=rule.id,
        facts=", ".join(facts),
    )
    return Finding(FindingKind.ALWAYS, (rule.id,), told, is_fault=True)


def always_unasked(rule: Rule) -> Finding:
    """Say that a rule fires even for guests of whom nothing is known."""
    told = Sentence("{rule} fires for everybody, whatever is known or unknown.", rule=rule.id)
    return Finding(FindingKind.ALWAYS, (rule.id,), told, is_fault=True)


def duplicate(one: Rule, other: Rule) -> Finding:
    """Say that two rules are one, said twice."""
    told = Sentence(
        "{one} and {other} fire for the same guests and lean the same way: one is enough.",
        one=one.id,
        other=other.id,
    )
    return Finding(FindingKind.DUPLICATE, (one.id, other.id), told, is_fault=True)


def subsumed(narrow: Rule, wide: Rule) -> Finding:
    """Say that one rule never fires alone."""
    told = Sentence(
        "Wherever {narrow} fires, {wide} fires too, and both lean the same way: "
        "these two always add up. Is that meant?",
        narrow=narrow.id,
        wide=wide.id,
    )
    return Finding(FindingKind.SUBSUMED, (narrow.id, wide.id), told)


def opposed(
    one: Rule,
    other: Rule,
    combinations: tuple[int, int],
    stays: tuple[int, int] | None,
    *,
    by_chance: bool = False,
) -> Finding:
    """Say for how many guests two rules pull against each other.

    Parameters
    ----------
    one, other : Rule
        With weights of opposite signs.
    combinations : (int, int)
        Of the values that the two ask about: those for which both fire, and all.
    stays : (int, int) or None
        Those in which both fired, and all; None without stays.
    by_chance : bool
        Whether they ask about nothing in common.
    """
    (n, total), (n_stays, n_seen) = combinations, stays or (0, 0)
    template = OPPOSED if stays is None else OPPOSED_IN_STAYS
    told = Sentence(
        template, one=one.id, other=other.id, n=n, total=total, n_stays=n_stays, n_seen=n_seen
    )
    return Finding(
        FindingKind.OPPOSED,
        (one.id, other.id),
        told,
        combinations=combinations,
        stays=stays,
        by_chance=by_chance,
    )


OPPOSED = (
    "{one} and {other} lean opposite ways for the same guests: "
    "in {n} of {total} combinations of the values that they ask about."
)
OPPOSED_IN_STAYS = (
    "{one} and {other} lean opposite ways for the same guests: in {n} of {total} combinations "
    "of the values that they ask about, and in {n_stays} of {n_seen} stays."
)


def inseparable(one: Rule, other: Rule) -> Finding:
    """Say that no stay will ever tell two weights apart."""
    told = Sentence(
        "{one} and {other} always fire together: no number of stays can tell their weights apart.",
        one=one.id,
        other=other.id,
    )
    return Finding(FindingKind.INSEPARABLE, (one.id, other.id), told, is_fault=True)


def inseparable_in_stays(one: Rule, other: Rule, n_fired: int, n_seen: int) -> Finding:
    """Say that the stays so far cannot tell two weights apart."""
    told = Sentence(
        "In {n_seen} stays {one} and {other} fired {n_fired} times, always together: "
        "these stays cannot tell their weights apart.",
        one=one.id,
        other=other.id,
        n_fired=n_fired,
        n_seen=n_seen,
    )
    return Finding(FindingKind.INSEPARABLE, (one.id, other.id), told)


def never_fired(rule: Rule, n_seen: int) -> Finding:
    """Say that a rule was of no use so far."""
    told = Sentence("{rule} fired in none of {n_seen} stays.", rule=rule.id, n_seen=n_seen)
    return Finding(FindingKind.NEVER_FIRED, (rule.id,), told)


def unmentioned(fact: Fact, values: Iterable[Value] = ()) -> Finding:
    """Say which values of a fact, or that the whole fact, no rule mentions."""
    named = ", ".join(map(str, values))
    if named:
        told = Sentence("No rule mentions {fact} = {values}.", fact=fact.id, values=named)
    else:
        told = Sentence("No rule mentions {fact}.", fact=fact.id)
    return Finding(FindingKind.UNMENTIONED, (), told)
