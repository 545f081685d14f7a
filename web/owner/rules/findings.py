"""What the analysis found, in the names that owners gave their rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain.cues import Fact
from engine.domain.rules import Rule
from engine.sentences import Sentence
from engine.usecases.rules.findings import RuleFinding, findings_now
from web.i18n import gettext as _
from web.i18n import translated
from web.owner.told import text
from web.words import word
from web.work import context, now

RULES = ("rule", "one", "other", "narrow", "wide")
"""Values of a finding that are ids of rules."""
REMARKS = ("never_fired",)
"""Said in passing, as is a pair that never came true: a quiet season is no fault of a rule."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing found, as owners read it."""

    text: str
    others: tuple[tuple[str, str], ...]
    """Id and name of the other rules in question."""
    is_remark: bool


def findings_by_rule(
    rules: Sequence[Rule], findings: Sequence[RuleFinding]
) -> Mapping[str, tuple[Told, ...]]:
    """Return what was found about each rule, by id.

    Of the rules that it meets by chance, asking about nothing in common, only their number is told
    and the one that it met most often.
    """
    names = {rule.id: text(rule.because) for rule in rules}
    found: dict[str, list[Told]] = {}
    for finding in findings:
        for id in () if finding.by_chance else finding.rules:
            found.setdefault(id, []).append(told(finding, names, about=id))
    for id, met in _met_by_chance(findings).items():
        found.setdefault(id, []).append(_told_by_chance(met, names, about=id))
    return {id: tuple(ones) for id, ones in found.items()}


def _met_by_chance(findings: Iterable[RuleFinding]) -> Mapping[str, Sequence[RuleFinding]]:
    """Pairs that came true in a stay, by the ids of both rules, the most frequent first."""
    met: dict[str, list[RuleFinding]] = {}
    for finding in findings:
        if finding.by_chance and finding.stays and finding.stays[0]:
            for id in finding.rules:
                met.setdefault(id, []).append(finding)
    return met


def _told_by_chance(met: Sequence[RuleFinding], names: Mapping[str, str], *, about: str) -> Told:
    most = met[0]
    (other,) = (id for id in most.rules if id != about)
    name, (n_stays, n_seen) = names.get(other, other), most.stays or (0, 0)
    said = word("rule_table.against", n=len(met), other=name, n_stays=n_stays, n_seen=n_seen)
    return Told(said, ((other, name),), is_remark=True)


def findings_at(rules: Sequence[Rule]) -> Mapping[str, tuple[Told, ...]]:
    """Look at rules now, counted in recent stays; what was found about each, by id."""
    return findings_by_rule(rules, findings_now(context(), rules, now=now()))


def unspoken(findings: Iterable[RuleFinding]) -> tuple[Told, ...]:
    """Return what was found about no rule in particular: what none of them mentions."""
    return tuple(told(finding, {}) for finding in findings if not finding.rules)


def told(finding: RuleFinding, names: Mapping[str, str], *, about: str = "") -> Told:
    """Put one finding into words.

    Parameters
    ----------
    finding : RuleFinding
    names : mapping of str to str
        Of the rules, by id.
    about : str
        Rule beside which it stands.
    """
    others = tuple((id, names.get(id, id)) for id in finding.rules if id != about)
    is_remark = finding.kind.value in REMARKS or finding.has_met_no_stay
    return Told(_in_words(finding.detail, names), others, is_remark)


def _in_words(detail: str, names: Mapping[str, str]) -> str:
    if not isinstance(detail, Sentence):
        return translated(detail)
    values = {key: _named(key, value, detail.values, names) for key, value in detail.values.items()}
    return translated(Sentence(detail.template, **values))


def _named(
    key: str, value: object, values: Mapping[str, object], names: Mapping[str, str]
) -> object:
    facts = context().catalogue.facts
    if key in RULES:
        return _quoted(names.get(str(value), str(value)))
    if key in ("fact", "facts"):
        return ", ".join(_quoted(_label(facts, id)) for id in str(value).split(", "))
    if key == "values" and "fact" in values:
        fact = facts.get(str(values["fact"]))
        return ", ".join(value_label(fact, one) for one in str(value).split(", "))
    return value


def _quoted(name: str) -> str:
    return _("“%(name)s”", name=name)


def _label(facts: Mapping[str, Fact], id: str) -> str:
    return text(facts[id].label) if id in facts else id


def value_label(fact: Fact | None, value: str) -> str:
    """Return a value of a fact as people say it."""
    texts = fact.value_labels.get(value) if fact else None
    return text(texts) if texts else value
