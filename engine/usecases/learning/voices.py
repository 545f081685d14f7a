"""Each rule with three numbers: what its owner says, what the stays say, and both together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.decision.advise import Adviser
from engine.domain.rules import Rule
from engine.inference.comparison import Comparison, Verdict, you_say_they_say
from engine.inference.trust import SURENESS
from engine.store import HistoryRecord, LearningRunRecord
from engine.usecases.learning.exchange import word_of_dict

KEPT_MINE = "learning.kept_mine"
"""Entry of the history: an owner keeps her number, whatever the stays say by now."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One rule: what its owner says, what the stays say alone, and both together."""

    rule: Rule
    """As it is in force."""
    said: float
    said_sd: float
    told: float | None
    told_sd: float | None
    both: float
    both_sd: float
    verdict: Verdict | None
    """None where nothing was learned of it."""
    more_stays: int | None = None
    mixed_with: Rule | None = None
    draft: Rule | None = None
    """As the draft has it, where that differs."""
    is_in_draft: bool = True
    kept: HistoryRecord | None = None
    """The owner keeps her number, and the stays still say what they said then."""

    @property
    def disagreement(self) -> float:
        """How far owner and stays together moved from what she says."""
        return abs(self.both - self.said)

    @property
    def drafted(self) -> Rule:
        """The rule that an action of the owner begins from."""
        return self.draft or self.rule


def voices_of(
    run: LearningRunRecord | None,
    adviser: Adviser,
    drafted: Sequence[Rule],
    decided: Sequence[HistoryRecord],
) -> tuple[Voice, ...]:
    """Put every rule that is on beside what a run tells of it, most disagreement first.

    Parameters
    ----------
    run : LearningRunRecord or None
        Of any version of the rules; None where nothing was learned.
    adviser : Adviser
        Of the published rules.
    drafted : sequence of Rule
        The draft, or the published rules where there is none.
    decided : sequence of HistoryRecord
        What owners decided at this house, newest first.
    """
    rows = {row["id"]: row for row in run.content["document"]["rules"]} if run else {}
    compared, kept = _compared(run), _kept(decided)
    by_id = {rule.id: rule for rule in adviser.rule_set.rules}
    drafts = {rule.id: rule for rule in drafted}
    voices = []
    for rule in adviser.rule_set.rules:
        if not rule.is_on:
            continue
        voice = _voice(rule, _sd_of(rule, adviser), rows.get(rule.id))
        comparison, mixed_with = compared.get(rule.id, (None, None))
        draft = drafts.get(rule.id)
        voice = replace(
            voice,
            more_stays=comparison.more_stays if comparison else None,
            mixed_with=by_id.get(mixed_with or ""),
            draft=draft if draft != rule else None,
            is_in_draft=draft is not None,
        )
        entry = kept.get(rule.id)
        is_quiet = entry is not None and still_says(voice, entry.detail)
        voices.append(replace(voice, kept=entry) if is_quiet else voice)
    return tuple(sorted(voices, key=lambda v: (v.kept is not None, -v.disagreement, v.rule.id)))


def _sd_of(rule: Rule, adviser: Adviser) -> float:
    """How firmly an owner holds a weight, as a standard deviation."""
    return adviser.catalogue.model.prior.sureness_sd[rule.sure.value] if rule.weight else 0.0


def _voice(rule: Rule, sd: float, row: Mapping[str, Any] | None) -> Voice:
    if row is None or row["verdict"] is None:
        return Voice(rule, rule.weight, sd, None, None, rule.weight, sd, None)
    return Voice(
        rule=rule,
        said=row["owner"],
        said_sd=sd,
        told=row["data"],
        told_sd=row["data_sd"],
        both=row["posterior"],
        both_sd=row["posterior_sd"],
        verdict=Verdict(row["verdict"]),
    )


def _compared(run: LearningRunRecord | None) -> dict[str, tuple[Comparison, str | None]]:
    """Compare once more from what the run lets others know: how many more stays, mixed with what.

    A run that lets nothing out, as that of the demo, does not tell.
    """
    told = run.content.get("likelihood") if run else None
    if run is None or not told:
        return {}
    word = word_of_dict(told)
    said = {row["id"]: row["owner"] for row in run.content["document"]["rules"]}
    found = you_say_they_say([said[id] for id in word.ids], word.likelihood)
    names = [None if one.mixed_with is None else word.ids[one.mixed_with] for one in found]
    return dict(zip(word.ids, zip(found, names, strict=True), strict=True))


def _kept(decided: Sequence[HistoryRecord]) -> dict[str, HistoryRecord]:
    """Return the latest time that each rule's owner kept her number."""
    kept: dict[str, HistoryRecord] = {}
    for entry in decided:
        if entry.what == KEPT_MINE:
            kept.setdefault(str(entry.detail["rule"]), entry)
    return kept


def still_says(voice: Voice, then: Mapping[str, Any]) -> bool:
    """Whether owner and stays say what they said when she kept her number.

    The stays say something new where the verdict is another one, or where their number has moved
    by more than one standard deviation of what it was then.
    """
    if voice.verdict != then["verdict"] or voice.said != then["said"]:
        return False
    if voice.told is None or then["told"] is None:
        return voice.told is None and then["told"] is None
    return abs(voice.told - float(then["told"])) <= float(then["told_sd"])


def firmer(rule: Rule, step: int) -> str | None:
    """Return the sureness one step firmer (+1) or looser (−1); None at the end of the scale."""
    order = sorted(SURENESS, key=lambda sure: SURENESS[sure])
    place = order.index(rule.sure) + step
    return str(order[place]) if 0 <= place < len(order) else None
