"""What keeps a draft from being published, and the reason that each publication needs."""

from __future__ import annotations

from enum import StrEnum

from engine.errors import ConflictError
from engine.store import DraftRecord, Work
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.rule_tests import red_sentence, red_tests
from engine.usecases.rules.tune_rules import mark_of_draft, wrong

LONGEST_REASON = 500
"""Characters kept of a reason."""
GONE = "The draft changed meanwhile; look at it again, then publish."


def reason_given(text: str) -> str:
    """Return a reason in one line.

    Raises
    ------
    FormError
        If there is none; with the field `reason`.
    """
    reason = " ".join(text.split())
    if not reason:
        raise wrong("reason", "Say in a few words why: the history keeps it.")
    return reason[:LONGEST_REASON]


class Hindrance(StrEnum):
    """Why a draft cannot be published as it is."""

    GONE = "gone"
    CHANGED = "changed"
    BEHIND = "behind"
    """Another version was published since the draft began."""
    TRIAL = "trial"
    """Other rules are being tried."""
    RED = "red"
    """A test of a rule does not hold."""


def hindrance(work: Work, seen: str) -> Hindrance | None:
    """Say what keeps the draft that was `seen` from being published, None where nothing does."""
    draft = work.rule_sets.draft()
    if draft is None:
        return Hindrance.GONE
    if mark_of_draft(draft) != seen:
        return Hindrance.CHANGED
    if draft.based_on != work.rule_sets.published_version():
        return Hindrance.BEHIND
    if work.rollouts.running() is not None:
        return Hindrance.TRIAL
    return Hindrance.RED if red_tests(rule_set_of(draft).rules) else None


def refuse(found: Hindrance | None, work: Work) -> None:
    """Say why, as an error; nothing happens where nothing hinders.

    Raises
    ------
    ConflictError
        In words that an owner can act on.
    """
    if found in (Hindrance.GONE, Hindrance.CHANGED):
        raise ConflictError(GONE)
    if found is Hindrance.BEHIND:
        raise ConflictError("Another version was published meanwhile; compare first.")
    if found is Hindrance.TRIAL:
        raise ConflictError("Other rules are being tried. Finish or stop that trial first.")
    if found is Hindrance.RED:
        (red, *_) = red_tests(rule_set_of(draft_of(work)).rules)
        raise ConflictError(red_sentence(red))


def draft_of(work: Work) -> DraftRecord:
    """Return the draft.

    Raises
    ------
    ConflictError
        If there is none any more.
    """
    draft = work.rule_sets.draft()
    if draft is None:
        raise ConflictError(GONE)
    return draft
