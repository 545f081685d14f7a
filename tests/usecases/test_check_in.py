"""What the desk records: nothing twice, nothing lost, everything undone on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.domain.consent import LegalBasis
from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayStatus
from engine.errors import (
    BadInputError,
    ClosedTopicError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
)
from engine.usecases.advice.replay_advice import replay
from engine.usecases.context import Context
from engine.usecases.guests import answer_prompt
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, mark_of_draft, rules_room
from engine.usecases.stays.arrivals import Card, board, card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
MARIA = Actor("Maria", NOW + timedelta(minutes=1))


def expected_ref(ctx: Context) -> str:
    rows = board(ctx, now=NOW).rows
    return next(row.stay.ref for row in rows if row.stay.status is StayStatus.EXPECTED)


@pytest.fixture
def desk(ctx: Context) -> Desk:
    return Desk(ctx, expected_ref(ctx))


def kinds(seen: Card) -> list[str]:
    return [entry.kind.value for entry in seen.advised.entries]


def test_today_and_tomorrow_are_full_boards_with_advice_for_each(ctx: Context) -> None:
    for day in (NOW.date(), NOW.date() + timedelta(days=1)):
        rows = board(ctx, now=NOW, day=day).rows
        assert len(rows) >= 10
        assert len({row.recommendation.style for row in rows}) >= 2


def test_a_cue_moves_the_advice_at_once_and_comes_off_again(desk: Desk) -> None:
    before = card(desk.ctx, desk.ref, now=NOW).advised.recommendation.belief.mean
    seen = desk.observe("tired", ANA)
    assert seen.advised.recommendation.belief.mean < before
    assert kinds(desk.observe("tired", MARIA)) == ["cue"]
    gone = desk.observe("tired", MARIA, is_seen=False)
    assert gone.advised.recommendation.belief.mean == before


def test_an_unknown_cue_is_refused_with_what_is_allowed(desk: Desk) -> None:
    with pytest.raises(BadInputError, match=r"tierd.*Allowed:.*tired"):
        desk.observe("tierd", ANA)
    assert kinds(card(desk.ctx, desk.ref, now=NOW)) == []


def test_checking_in_twice_is_one_arrival(desk: Desk) -> None:
    first = desk.check_in("brief", ANA)
    again = desk.check_in("brief", replace(ANA, at=NOW + timedelta(seconds=2)))
    assert kinds(first) == kinds(again) == ["arrival"]
    assert again.advised.stay.checked_in_at == NOW


def test_a_colleague_who_was_faster_is_named_with_the_time(desk: Desk) -> None:
    desk.check_in("brief", MARIA)
    with pytest.raises(ConflictError, match=r"Maria checked this guest in at 14:21\."):
        desk.check_in("near", ANA)


def test_undo_takes_the_check_in_back_and_deletes_nothing(desk: Desk) -> None:
    seen = desk.check_in("brief", ANA)
    assert seen.arrival_seq is not None
    undone = desk.undo(seen.arrival_seq, ANA)
    assert undone.advised.stay.status is StayStatus.EXPECTED
    with desk.ctx.store.read() as work:
        ledger = work.ledger.of(undone.advised.stay.id)
    assert [entry.kind for entry in ledger] == [EvidenceKind.ARRIVAL, EvidenceKind.RETRACTION]
    with pytest.raises(NotFoundError):
        desk.undo(seen.arrival_seq, ANA)


def test_the_same_tap_sent_again_changes_nothing(desk: Desk) -> None:
    keyed = replace(ANA, key="outbox-1")
    desk.check_in("brief", keyed)
    seen = desk.check_in("brief", keyed)
    desk.undo(seen.arrival_seq or 0, ANA)
    late = desk.check_in("brief", keyed)
    assert late.advised.stay.status is StayStatus.EXPECTED


def test_a_declined_offer_stays_closed_for_everyone_until_the_guest_asks(desk: Desk) -> None:
    closed = desk.react("unit_tour", "declined", ANA)
    assert "unit_tour" in closed.advised.recommendation.closed
    for reaction in ("accepted", "asked_more", "thanked"):
        with pytest.raises(ClosedTopicError):
            desk.react("unit_tour", reaction, MARIA)
    assert desk.react("unit_tour", "declined", MARIA).last_seq == closed.last_seq
    assert desk.reopen("unit_tour", MARIA).advised.recommendation.closed == ()
    again = desk.react("unit_tour", "accepted", MARIA)
    assert again.advised.recommendation.closed == ()


def test_a_topic_declined_again_after_it_was_reopened_is_closed_again(desk: Desk) -> None:
    desk.react("unit_tour", "thanked", ANA)
    desk.reopen("unit_tour", ANA)
    assert desk.react("unit_tour", "declined", ANA).advised.recommendation.closed == ("unit_tour",)


def test_an_answer_that_is_also_a_wish_is_kept_as_part_of_the_contract(desk: Desk) -> None:
    seen = desk.answer("housekeeping", 0, ANA)
    assert seen.advised.entries[-1].basis is LegalBasis.CONTRACT
    plain = desk.answer("welcome", 1, ANA)
    assert plain.advised.entries[-1].basis is LegalBasis.LEGITIMATE_INTEREST
    with pytest.raises(BadInputError, match="grade"):
        desk.answer("welcome", 9, ANA)


def test_a_reason_removed_by_staff_counts_no_more_for_this_stay(ctx: Context) -> None:
    row = next(
        row
        for row in board(ctx, now=NOW).rows
        if row.stay.status is StayStatus.EXPECTED and row.recommendation.reasons
    )
    key = row.recommendation.reasons[0].key
    seen = Desk(ctx, row.stay.ref).set_aside(key.removeprefix("rule."), ANA)
    assert key not in [why.key for why in seen.advised.recommendation.reasons]


def test_a_guests_answer_changes_the_card_at_once(desk: Desk) -> None:
    link = card(desk.ctx, desk.ref, now=NOW).link
    assert link is not None
    code = link.rsplit("/", 1)[1]
    guest = Actor("guest", NOW, source="prompt")
    answer_prompt.answer(desk.ctx, code, "welcome", 0, guest)
    said = card(desk.ctx, desk.ref, now=NOW).advised.recommendation
    assert (said.advice, said.question) == ("act", None)
    assert "answer.welcome" in [why.key for why in said.reasons]


def test_every_recommendation_kept_can_be_made_again_although_rules_and_seed_changed(
    desk: Desk, tmp_path: Path
) -> None:
    desk.observe("tired", ANA)
    desk.answer("welcome", 1, ANA)
    stay = desk.check_in("brief", ANA).advised.stay
    change = RuleChange(leaning="contact", strength="strong")
    edit_rule(desk.ctx, "tired", change, by="Ana", now=NOW)
    draft = rules_room(desk.ctx).draft
    assert draft is not None
    assert publish(desk.ctx, "try it", by="Ana", now=NOW, seen=mark_of_draft(draft)) == 2
    later = open_context(f"sqlite:///{tmp_path / 'profiles.db'}", base_url="http://x", now=NOW)
    with later.store.read() as work:
        kept = work.recommendations.of(stay.id)
    assert len(kept) == 3
    for record in kept:
        given, again = replay(later, record.id)
        assert again == given.output
    later.store.close()


def test_the_guests_own_word_is_not_taken_back_by_staff(desk: Desk) -> None:
    link = card(desk.ctx, desk.ref, now=NOW).link
    assert link is not None
    code = link.rsplit("/", 1)[1]
    answer_prompt.stop(desk.ctx, code, Actor("guest", NOW, source="prompt"))
    with desk.ctx.store.read() as work:
        house = work.houses.all()[0]
        (said,) = work.ledger.of(work.stays.get(house.id, desk.ref).id)
    with pytest.raises(NotAllowedError):
        desk.undo(said.seq, ANA)
    assert card(desk.ctx, desk.ref, now=NOW).last_seq is None


def test_a_no_after_the_topic_was_reopened_is_heard_again(desk: Desk) -> None:
    desk.react("unit_tour", "declined", ANA)
    desk.reopen("unit_tour", ANA)
    assert desk.react("unit_tour", "declined", ANA).advised.recommendation.closed == ("unit_tour",)
