"""One set of rules is in force; no publication and no draft is lost."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from engine.errors import ConflictError, NotFoundError
from engine.store import RuleSetState, Store


def test_before_the_first_publication_no_rules_are_found(store: Store) -> None:
    with store.read() as work:
        with pytest.raises(NotFoundError):
            work.rule_sets.published()
        assert work.rule_sets.all() == ()


def test_publishing_retires_the_rules_before(store: Store, now: datetime) -> None:
    with store.begin() as work:
        first = work.rule_sets.publish({"rules": []}, reason="start", by="ana", at=now, based_on=0)
        second = work.rule_sets.publish(
            {"rules": [1]}, reason="softer", by="eva", at=now, based_on=first.version
        )
    with store.read() as work:
        assert work.rule_sets.published() == second
        retired = work.rule_sets.version(first.version)
        assert work.rule_sets.all() == (second, retired)
        with pytest.raises(NotFoundError):
            work.rule_sets.version(9)
    assert (first.version, second.version) == (1, 2)
    assert retired.state is RuleSetState.RETIRED
    assert retired.content == {"rules": []}
    assert (second.content, second.reason, second.by, second.at) == (
        {"rules": [1]},
        "softer",
        "eva",
        now,
    )


def test_who_publishes_over_rules_she_has_not_seen_is_told_who_was_faster(
    store: Store, now: datetime
) -> None:
    with store.begin() as work:
        work.rule_sets.publish({}, reason="start", by="ana", at=now, based_on=0)
        for based_on in (0, 2):
            with pytest.raises(ConflictError, match="ana published version 1"):
                work.rule_sets.publish({}, reason="", by="eva", at=now, based_on=based_on)
        assert len(work.rule_sets.all()) == 1


def test_the_database_itself_refuses_two_sets_in_force(store: Store, now: datetime) -> None:
    with store.begin() as work:
        work.rule_sets.publish({}, reason="start", by="ana", at=now, based_on=0)
    copy = sa.text(
        "INSERT INTO rule_set (state, content, reason, by, at) "
        "SELECT state, content, reason, by, at FROM rule_set"
    )
    with pytest.raises(ConflictError), store.begin() as work:
        work.connection.execute(copy)


def test_a_draft_is_kept_until_it_is_discarded(store: Store, now: datetime) -> None:
    with store.begin() as work:
        assert work.rule_sets.draft() is None
        saved = work.rule_sets.save_draft({"a": 1}, based_on=1, by="ana", at=now, version=None)
        assert work.rule_sets.draft() == saved
        again = work.rule_sets.save_draft({"a": 2}, based_on=1, by="ana", at=now, version=1)
        assert work.rule_sets.draft() == again
        assert (saved.version, again.version) == (1, 2)
        work.rule_sets.discard_draft()
        assert work.rule_sets.draft() is None


@pytest.mark.parametrize("version", [None, 1, 3])
def test_a_draft_saved_over_one_not_seen_is_refused(
    store: Store, now: datetime, version: int | None
) -> None:
    with store.begin() as work:
        for seen in (None, 1):
            work.rule_sets.save_draft({}, based_on=1, by="ana", at=now, version=seen)
        with pytest.raises(ConflictError, match="ana changed the draft"):
            work.rule_sets.save_draft({"mine": 1}, based_on=1, by="eva", at=now, version=version)


def test_a_draft_that_was_discarded_is_not_brought_back_by_saving_it(
    store: Store, now: datetime
) -> None:
    with store.begin() as work, pytest.raises(ConflictError, match="discarded"):
        work.rule_sets.save_draft({}, based_on=1, by="eva", at=now, version=1)
