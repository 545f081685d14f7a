"""People, their sessions, and links that sign in once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.domain.people import Person, Role
from engine.errors import ConflictError, LinkError, NotFoundError
from engine.store import Store

HOUR = timedelta(hours=1)


def test_an_account_comes_back_without_its_proof(store: Store, now: datetime) -> None:
    with store.begin() as work:
        ana = work.people.add("Ana", Role.DESK, "hash", now)
        eva = work.people.add("Eva", Role.OWNER, None, now)
        assert work.people.all() == (ana, eva)
        assert work.people.secret_hash(ana.id) == "hash"
        assert work.people.secret_hash(eva.id) is None
    assert ana == Person(ana.id, "Ana", Role.DESK, has_secret=True)
    assert eva.has_secret is False


@pytest.mark.parametrize("name", ["José", "jose", "JOSÉ "])
def test_a_name_is_one_account_however_it_is_typed(store: Store, now: datetime, name: str) -> None:
    with store.begin() as work:
        person = work.people.add("José", Role.DESK, None, now)
        assert work.people.by_name(name) == person
        with pytest.raises(ConflictError, match="taken"):
            work.people.add(name, Role.OWNER, None, now)
        assert work.people.by_name("Jos") is None


def test_an_account_is_changed_and_keeps_its_number(store: Store, now: datetime) -> None:
    with store.begin() as work:
        ana = work.people.add("Ana", Role.DESK, None, now)
        work.people.add("Eva", Role.DESK, None, now)
        changed = work.people.change(
            ana.id, name="Anna", role=Role.OWNER, secret_hash="h", language="nb", is_active=False
        )
        assert changed == Person(ana.id, "Anna", Role.OWNER, True, False, "nb")
        assert work.people.by_name("anna") == changed
        assert work.people.change(ana.id, name="ANNA").name == "ANNA"
        with pytest.raises(ConflictError):
            work.people.change(ana.id, name="eva")
        with pytest.raises(TypeError, match="id"):
            work.people.change(ana.id, id=7)
        with pytest.raises(NotFoundError):
            work.people.change(99, name="Nobody")


def test_owners_count_once_they_can_sign_in_by_themselves(store: Store, now: datetime) -> None:
    with store.begin() as work:
        work.people.add("Desk", Role.DESK, "hash", now)
        owner = work.people.add("Owner", Role.OWNER, None, now)
        assert work.people.count_owners_with_password() == 0
        work.people.change(owner.id, secret_hash="hash")
        assert work.people.count_owners_with_password() == 1
        work.people.change(owner.id, is_active=False)
        assert work.people.count_owners_with_password() == 0


def test_a_session_lasts_until_it_is_closed(store: Store, now: datetime) -> None:
    with store.begin() as work:
        opened = work.sessions.open("t", None, Role.OWNER, None, now, now + 12 * HOUR)
        assert work.sessions.get("t") == opened
        work.sessions.touch("t", now + HOUR)
        work.sessions.touch("t", now)
        session = work.sessions.get("t")
        assert session is not None
        assert (session.seen_at, session.expires_at) == (now + HOUR, now + 12 * HOUR)
        work.sessions.close("t")
        assert work.sessions.get("t") is None


def test_all_sessions_of_a_person_end_at_once(store: Store, now: datetime) -> None:
    with store.begin() as work:
        ana, eva = (work.people.add(name, Role.DESK, None, now) for name in ("Ana", "Eva"))
        for token, person in (("1", ana), ("2", ana), ("3", eva)):
            work.sessions.open(token, person.id, Role.DESK, None, now, now + HOUR)
        assert work.sessions.close_all(ana.id) == 2
        assert work.sessions.get("1") is None
        assert work.sessions.get("3") is not None
        assert work.sessions.clear(now + HOUR) == 1


def test_a_link_signs_in_once(store: Store, now: datetime) -> None:
    with store.begin() as work:
        work.sign_in_links.add("t", Role.OWNER, now, now + HOUR)
        assert work.sign_in_links.use("t", now) is Role.OWNER
        with pytest.raises(LinkError):
            work.sign_in_links.use("t", now)


def test_wrong_used_and_expired_links_are_told_the_same(store: Store, now: datetime) -> None:
    replies = set()
    with store.begin() as work:
        work.sign_in_links.add("used", Role.DESK, now, now + HOUR)
        work.sign_in_links.add("expired", Role.DESK, now, now + HOUR)
        work.sign_in_links.use("used", now)
        for token, at in (("wrong", now), ("used", now), ("expired", now + HOUR)):
            with pytest.raises(LinkError) as caught:
                work.sign_in_links.use(token, at)
            replies.add(caught.value.message)
    assert len(replies) == 1
