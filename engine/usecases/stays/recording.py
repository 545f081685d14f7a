"""Add one entry to the ledger of a stay and keep the advice that follows from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from engine.catalogue.case import case_inputs, recommendation_to_dict
from engine.domain.consent import LegalBasis
from engine.domain.cues import Value
from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.domain.questions import Question
from engine.domain.stays import House, Stay
from engine.store import Work
from engine.usecases.advice.advising import Advised, advise_stays
from engine.usecases.advice.assigning import keep_assignment
from engine.usecases.advice.patterns import Visit, keep_pattern
from engine.usecases.advice.trying import keep_trial
from engine.usecases.context import Context
from engine.usecases.stays.remembering import keep_memory

CERTAIN = 1.0
"""Chance of a style where nothing is left to chance."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, where, when, and under which idempotency key."""

    by: str
    at: datetime
    source: str = "desk"
    key: str | None = None
    """The same key twice records once."""


def entry(
    kind: EvidenceKind,
    key: str,
    value: Value | None,
    actor: Actor,
    *,
    retracts: int | None = None,
    basis: LegalBasis | None = None,
) -> Evidence:
    """Make an entry with its usual legal basis."""
    return Evidence(
        kind=kind,
        key=key,
        value=value,
        by=actor.by,
        at=actor.at,
        basis=basis or BASIS_OF[kind],
        source=actor.source,
        retracts=retracts,
    )


@dataclass
class Act:
    """One act under way: the stay, what stands of its ledger, and who acts.

    The first entry carries the idempotency key of the act; what follows from it needs none.
    """

    work: Work
    house: House
    stay: Stay
    told: tuple[Evidence, ...]
    actor: Actor
    has_key_left: bool = True

    def of(self, kind: EvidenceKind, key: str | None = None) -> list[Evidence]:
        """Entries of one kind that still count, of one key or of all."""
        return [e for e in self.told if e.kind is kind and key in (None, e.key)]

    def append(
        self, kind: EvidenceKind, key: str, value: Value | None, basis: LegalBasis | None = None
    ) -> None:
        """Add what was seen or said."""
        self._keep(entry(kind, key, value, self.actor, basis=basis))

    def append_answer(self, question: Question, grade: int) -> None:
        """Add an answer; where it is also an instruction, it is kept as one."""
        basis = LegalBasis.CONTRACT if question.is_instruction else None
        self.append(EvidenceKind.ANSWER, question.id, grade, basis)

    def retract(self, said: Evidence) -> None:
        """Take an entry back."""
        self._keep(entry(EvidenceKind.RETRACTION, said.key, None, self.actor, retracts=said.seq))

    def _keep(self, said: Evidence) -> None:
        key = self.actor.key if self.has_key_left else None
        self.work.ledger.append(self.stay.id, said, key=key)
        self.has_key_left = False


def keep_advice(
    ctx: Context, work: Work, stay: Stay, actor: Actor, house: House | None = None
) -> Advised:
    """Advise anew, save the recommendation with its inputs and versions, and count the stay.

    What the learner sees and what is remembered of the guest change in the same transaction as
    the ledger, or not at all. Whoever has the house at hand saves loading it again.
    """
    house = house or work.houses.get(stay.house)
    (advised,) = advise_stays(ctx, work, house, [stay], now=actor.at)
    if not advised.is_without_notes:
        _keep_recommendation(work, advised, actor)
        keep_trial(ctx, work, advised)
    count(ctx, work, house, advised, now=actor.at)
    return advised


def keep_what_was_shown(ctx: Context, act: Act) -> None:
    """Keep the advice that stood before an arrival, where chance or a trial had a say in it.

    What counts of a stay is what was decided before the desk acted, and the desk may check in a
    guest of whom nothing was recorded before.
    """
    settings = act.work.exploration.of(act.house.id)
    is_explored = settings is not None and settings.is_on
    if is_explored or act.work.rollouts.running() is not None:
        keep_advice(ctx, act.work, act.stay, act.actor, act.house)


def count(ctx: Context, work: Work, house: House, advised: Advised, *, now: datetime) -> None:
    """Count a stay as it is now, and bring up to date what is remembered of its guest."""
    visit = Visit(house, advised.stay, advised.case, advised.entries)
    keep_pattern(work, ctx.catalogue.facts, visit)
    keep_memory(ctx, work, advised, now=now)


def _keep_recommendation(work: Work, advised: Advised, actor: Actor) -> None:
    said, exploring = advised.recommendation, advised.exploring
    work.recommendations.add(
        advised.stay.id,
        at=actor.at,
        by=actor.by,
        inputs=case_inputs(advised.case, exploring),
        output=recommendation_to_dict(said, exploring),
        versions=asdict(said.versions),
        propensity=exploring.assignment.propensity if exploring else CERTAIN,
    )
    if exploring is not None:
        keep_assignment(work, advised.stay, exploring, said.expected)
