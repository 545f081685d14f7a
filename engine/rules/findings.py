"""What a look at a whole rule set can find, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.cues import Fact, Value
from engine.domain.rules import Rule
from engine.sentences import Sentence


class FindingKind(StrEnum):
    """What may be worth a second thought; none of them is an error."""

    DEAD = "dead"
    ALWAYS = "always"
    DUPLICATE = "duplicate"
    SUBSUMED = "subsumed"
    OPPOSED = "opposed"
    NEVER_FIRED = "never_fired"
    UNMENTIONED = "unmentioned"
    INSEPARABLE = "inseparable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    kind: FindingKind
    rules: tuple[str, ...]
    """Ids of the rules in question, in their order; of `subsumed` the narrow one first."""
    detail: str
    """One sentence for people, a `Sentence`."""


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
    return Finding(FindingKind.DEAD, (rule.id,), told)


def always(rule: Rule, facts: Iterable[str]) -> Finding:
    """Say that no guest whatever keeps a rule silent."""
    told = Sentence(
        "{rule} fires for everybody: no value of {facts} keeps it silent.",
        rule=rule.id,
        facts=", ".join(facts),
    )
    return Finding(FindingKind.ALWAYS, (rule.id,), told)


def duplicate(one: Rule, other: Rule) -> Finding:
    """Say that two rules are one, said twice."""
    told = Sentence(
        "{one} and {other} fire for the same guests and lean the same way: one is enough.",
        one=one.id,
        other=other.id,
    )
    return Finding(FindingKind.DUPLICATE, (one.id, other.id), told)


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
    one: Rule, other: Rule, combinations: tuple[int, int], n_stays: int | None, n_seen: int
) -> Finding:
    """Say for how many guests two rules pull against each other.

    Parameters
    ----------
    one, other : Rule
        With weights of opposite signs.
    combinations : (int, int)
        Of the values that both ask about: those for which both fire, and all.
    n_stays : int or None
        Stays in which both fired; None without stays.
    n_seen : int
        All stays.
    """
    text = OPPOSED if n_stays is None else OPPOSED_IN_STAYS
    told = Sentence(
        text,
        one=one.id,
        other=other.id,
        n=combinations[0],
        total=combinations[1],
        n_stays=n_stays,
        n_seen=n_seen,
    )
    return Finding(FindingKind.OPPOSED, (one.id, other.id), told)


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
    return Finding(FindingKind.INSEPARABLE, (one.id, other.id), told)


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
