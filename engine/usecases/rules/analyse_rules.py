"""Look at a file of rules as a whole, and at what past stays say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from engine.catalogue.toml_text import rules_from_toml
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule
from engine.domain.stays import House
from engine.errors import RuleError, UnreadableError
from engine.rules.analysis import Seen, analyse
from engine.rules.findings import Finding, FindingKind
from engine.store import Work
from engine.usecases.advice.advising import case_of
from engine.usecases.advice.patterns import BATCH, NEVER_MET

HEADINGS = {
    FindingKind.DEAD: "Can never fire",
    FindingKind.ALWAYS: "Fires for everybody",
    FindingKind.DUPLICATE: "Said twice",
    FindingKind.INSEPARABLE: "Always fire together",
    FindingKind.SUBSUMED: "Always add up",
    FindingKind.OPPOSED: "Against each other",
    FindingKind.NEVER_FIRED: "Never fired",
    FindingKind.UNMENTIONED: "Mentioned by no rule",
}
"""What a person reads above the findings of a kind."""

MOST_BY_CHANCE = 10
"""Pairs that ask about nothing in common and yet met in stays, read one by one: of forty rules some
two hundred such pairs lean opposite ways, and nobody reads them all."""


def rules_of(text: str, catalogue: Catalogue, *, file: str) -> tuple[Rule, ...]:
    """Return the rules of a file that a person named.

    Raises
    ------
    UnreadableError
        If it is no TOML, or a rule in it cannot be read; names file, rule, key, the value given,
        the values allowed and a near miss.
    """
    limit = catalogue.model.prior.culture_weight_limit
    try:
        return rules_from_toml(text, catalogue.facts, file=file, culture_limit=limit)
    except RuleError as error:
        told = "\n".join(problem.sentence() for problem in error.problems)
        raise UnreadableError(f"the rules cannot be read.\n{told}") from None
    except RecursionError:
        raise UnreadableError(f"{file}: cannot be read: nested too deeply.") from None


def stays_seen(work: Work, catalogue: Catalogue, *, now: datetime) -> tuple[Seen, ...]:
    """Return what is known of all stays of all houses that were not called off."""
    return tuple(
        seen for house in work.houses.all() for seen in _of_house(work, catalogue, house, now)
    )


def _of_house(work: Work, catalogue: Catalogue, house: House, now: datetime) -> Iterator[Seen]:
    stays = [
        stay
        for stay in work.restrictions.without(work.stays.between(house.id, date.min, date.max))
        if stay.status not in NEVER_MET
    ]
    for start in range(0, len(stays), BATCH):
        some = stays[start : start + BATCH]
        ledgers = work.ledger.of_many([stay.id for stay in some])
        for stay in some:
            case = case_of(stay, house, ledgers[stay.id], now=now)
            yield Seen(Situation(case, catalogue).facts, stay.arrival_on)


def findings_in(
    rules: Sequence[Rule], catalogue: Catalogue, stays: Sequence[Seen] = ()
) -> tuple[Finding, ...]:
    """Return what there is to say about a rule set, by kind."""
    return analyse(rules, catalogue.facts, stays)


def document_of(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return what `tact rules analyse --json` writes."""
    told = [
        {"kind": found.kind.value, "rules": list(found.rules), "detail": str(found.detail)}
        for found in findings
    ]
    return {"findings": told}


def in_words(findings: Sequence[Finding], n_rules: int) -> Iterator[str]:
    """Yield the findings line by line, for a person."""
    for kind in FindingKind:
        told = [found for found in findings if found.kind is kind]
        if told:
            yield f"{HEADINGS[kind]} ({kind.value}, {len(told)}):"
            yield from (f"  {line}" for line in _lines(told))
    total = f"{len(findings)} findings" if findings else "Nothing to say"
    n_faults = sum(found.is_fault for found in findings)
    yield f"{total} about {n_rules} rules{f', {n_faults} of them faults' if n_faults else ''}."


def _lines(told: Sequence[Finding]) -> Iterator[str]:
    """Each finding; of pairs that meet by chance those that did most often, and how many more."""
    by_chance = [found for found in told if found.by_chance]
    often = {id(found) for found in by_chance[:MOST_BY_CHANCE] if found.stays and found.stays[0]}
    yield from (found.detail for found in told if not found.by_chance or id(found) in often)
    if n_more := len(by_chance) - len(often):
        others = "other pairs" if len(told) > n_more else "pairs"
        yield (
            f"{n_more} {others} ask about nothing in common, so that any guest may meet both; "
            "--json names each."
        )
