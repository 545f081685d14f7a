"""The ledger is append-only, in order, and undo adds to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.stays import Stay, StayDraft
from engine.errors import NotFoundError
from engine.store import Store

Entry = Callable[..., Evidence]
Draft = Callable[..., StayDraft]

RETRACTION = EvidenceKind.RETRACTION


def test_entries_come_back_in_the_order_of_the_ledger(
    store: Store, stay: Stay, entry: Entry
) -> None:
    with store.begin() as work:
        written = [work.ledger.append(stay.id, entry(key=key)) for key in "cab"]
    with store.read() as work:
        assert list(work.ledger.of(stay.id)) == written
        assert work.ledger.last_seq(stay.house) == written[-1].seq
    assert [entry.key for entry in written] == ["c", "a", "b"]
    assert written[0].seq < written[1].seq < written[2].seq


@pytest.mark.parametrize("value", [True, False, 0, 1, 3, "Bad i går 🛁", None])
def test_a_value_keeps_its_type(
    store: Store, stay: Stay, entry: Entry, value: str | int | bool | None
) -> None:
    with store.begin() as work:
        work.ledger.append(stay.id, entry(value=value))
    with store.read() as work:
        (kept,) = work.ledger.of(stay.id)
    assert kept.value == value
    assert type(kept.value) is type(value)


def test_the_same_key_gives_the_first_entry_and_adds_nothing(
    store: Store, stay: Stay, entry: Entry
) -> None:
    with store.begin() as work:
        first = work.ledger.append(stay.id, entry(), key="tap-1")
    with store.begin() as work:
        again = work.ledger.append(stay.id, entry(key="in_hurry"), key="tap-1")
        assert again == first
        assert work.ledger.of(stay.id) == (first,)


def test_an_entry_for_a_stay_that_is_not_there_is_refused(store: Store, entry: Entry) -> None:
    with pytest.raises(NotFoundError), store.begin() as work:
        work.ledger.append(99, entry())


def test_several_stays_are_read_at_once_and_each_has_its_place(
    store: Store, stay: Stay, entry: Entry, draft: Draft
) -> None:
    with store.begin() as work:
        other = work.stays.add(draft(ref="B-2"))
        first = work.ledger.append(stay.id, entry(key="a"))
        second = work.ledger.append(stay.id, entry(key="b"))
        assert work.ledger.of_many([other.id, stay.id]) == {
            other.id: (),
            stay.id: (first, second),
        }
        assert work.ledger.of_many([]) == {}


def test_the_desk_learns_which_stays_have_news(
    store: Store, stay: Stay, entry: Entry, draft: Draft
) -> None:
    with store.begin() as work:
        other = work.stays.add(draft(ref="B-2"))
        seen = work.ledger.append(stay.id, entry()).seq
        assert work.ledger.stays_since(stay.house, seen) == frozenset()
        work.ledger.append(other.id, entry())
        work.ledger.append(other.id, entry())
        assert work.ledger.stays_since(stay.house, seen) == {other.id}
        assert work.ledger.stays_since("elsewhere", 0) == frozenset()
        assert work.ledger.last_seq("elsewhere") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET key = 'other'",
        "DELETE FROM evidence",
        "INSERT OR REPLACE INTO evidence SELECT * FROM evidence",
    ],
)
def test_an_entry_is_never_changed_or_deleted(
    store: Store, stay: Stay, entry: Entry, statement: str
) -> None:
    with store.begin() as work:
        kept = work.ledger.append(stay.id, entry())
    with pytest.raises(IntegrityError, match="append-only"), store.begin() as work:
        work.connection.execute(sa.text(statement))
    with store.read() as work:
        assert work.ledger.of(stay.id) == (kept,)


def test_a_retraction_takes_back_an_entry_and_both_stay_in_the_ledger(
    store: Store, stay: Stay, entry: Entry
) -> None:
    with store.begin() as work:
        cue = work.ledger.append(stay.id, entry())
        work.ledger.append(stay.id, entry(RETRACTION, value=None, retracts=cue.seq))
        entries = work.ledger.of(stay.id)
    assert len(entries) == 2
    assert standing(entries) == ()


def test_taking_back_a_retraction_brings_the_entry_back(
    store: Store, stay: Stay, entry: Entry
) -> None:
    with store.begin() as work:
        cue = work.ledger.append(stay.id, entry())
        other = work.ledger.append(stay.id, entry(key="in_hurry"))
        undo = work.ledger.append(stay.id, entry(RETRACTION, value=None, retracts=cue.seq))
        work.ledger.append(stay.id, entry(RETRACTION, value=None, retracts=undo.seq))
        entries = work.ledger.of(stay.id)
    assert standing(entries) == (cue, other)
    assert standing(entries[:3]) == (other,)


def test_a_stay_cannot_take_back_what_was_said_of_another(
    store: Store, stay: Stay, entry: Entry, draft: Draft
) -> None:
    with store.begin() as work:
        cue = work.ledger.append(stay.id, entry())
        other = work.stays.add(draft(ref="B-2"))
        with pytest.raises(NotFoundError):
            work.ledger.append(other.id, entry(RETRACTION, value=None, retracts=cue.seq))
