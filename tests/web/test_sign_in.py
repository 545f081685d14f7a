"""Signing in: proofs, links, sessions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.domain.people import Role
from engine.errors import LinkError
from engine.usecases.accounts.people import add_person, has_owner_with_password, people
from engine.usecases.accounts.sign_in import make_sign_in_link, use_link, who_is
from engine.usecases.context import Context

NewClient = Callable[[], FlaskClient]


def _link(context: Context, clock, role: Role = Role.OWNER) -> str:
    return make_sign_in_link(context, role, now=clock()).removeprefix("http://localhost")


def test_a_link_shows_a_button_and_only_the_button_uses_it_up(client, context, clock):
    link = _link(context, clock)
    for _ in range(3):
        assert client.get(link).status_code == 200
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/account/welcome")
    assert client.get("/owner/people").status_code == 200


def test_wrong_used_and_expired_links_get_the_same_reply(context, clock, new_client: NewClient):
    used, expired = _link(context, clock), _link(context, clock)
    new_client().post(used)
    clock.forward(minutes=31)
    replies = [new_client().post(link) for link in (used, expired, "/account/sign-in/wrong")]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.text for reply in replies}) == 1


def test_a_used_link_stays_used_for_the_engine_too(context, clock):
    token = _link(context, clock).rsplit("/", 1)[1]
    use_link(context, token, now=clock())
    with pytest.raises(LinkError):
        use_link(context, token, now=clock())


def test_an_owner_who_came_by_a_link_chooses_a_password_and_stays_signed_in(client, context, clock):
    client.post(_link(context, clock))
    before = client.get_cookie("tact").value
    answer = client.post("/account/welcome", data={"name": "Ana", "secret": "ten letters"})
    assert answer.status_code == 303
    assert has_owner_with_password(context)
    assert client.get_cookie("tact").value != before
    assert who_is(context, before, now=clock()) is None
    assert "Ana" in client.get("/owner/people").text


def test_a_short_password_is_refused_with_the_name_kept(client, context, clock):
    client.post(_link(context, clock))
    answer = client.post("/account/welcome", data={"name": "Ana B", "secret": "short"})
    assert answer.status_code == 422
    assert 'value="Ana B"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "10 to 200 characters" in answer.text
    assert 'value="short"' not in answer.text


def test_a_desk_link_opens_the_desk_and_not_the_rooms_of_the_owner(client, context, clock):
    assert client.post(_link(context, clock, Role.DESK)).location == "/"
    assert client.get("/owner/people").status_code == 403


def test_unknown_names_and_wrong_pins_get_the_same_reply(desk, new_client: NewClient):
    def reply(name: str) -> str:
        answer = new_client().post("/account/sign-in", data={"name": name, "secret": "0000"})
        assert answer.status_code == 401
        return answer.text.replace(f'value="{name}"', "")

    assert reply("Maria") == reply("Nobody")


def test_after_five_wrong_tries_a_name_waits_fifteen_minutes_known_or_not(desk, client, clock):
    for name, right in (("Maria", "4711"), ("Nobody", "4711")):
        for _ in range(5):
            client.post("/account/sign-in", data={"name": name, "secret": "0000"})
        answer = client.post("/account/sign-in", data={"name": name.upper(), "secret": right})
        assert answer.status_code == 429
        assert "15 minutes" in answer.text
    clock.forward(minutes=15)
    answer = client.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    assert answer.status_code == 303


def test_the_right_pin_forgets_the_wrong_tries_before_it(desk, client):
    for secret in ("0000", "0000", "0000", "0000", "4711", "0000"):
        answer = client.post("/account/sign-in", data={"name": "Maria", "secret": secret})
    assert answer.status_code == 401


def test_signing_in_again_ends_the_session_before(desk, context, clock):
    before = desk.get_cookie("tact").value
    desk.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    assert desk.get_cookie("tact").value != before
    assert who_is(context, before, now=clock()) is None


def test_signing_out_ends_the_session_on_the_server_and_clears_the_browser(desk, context, clock):
    token = desk.get_cookie("tact").value
    answer = desk.post("/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert desk.get_cookie("tact") is None
    assert who_is(context, token, now=clock()) is None


@pytest.mark.parametrize(("who", "minutes"), [("desk", 15), ("owner", 60)])
def test_nobody_stays_signed_in_who_does_nothing(who, minutes, request, context, clock):
    client = request.getfixturevalue(who)
    token = client.get_cookie("tact").value
    clock.forward(minutes=minutes - 1)
    assert who_is(context, token, now=clock()) is not None
    clock.forward(minutes=minutes)
    assert who_is(context, token, now=clock()) is None


def test_a_session_ends_after_twelve_hours_whatever_happens(owner, context, clock):
    token = owner.get_cookie("tact").value
    for _ in range(13):
        clock.forward(minutes=55)
        assert who_is(context, token, now=clock()) is not None
    clock.forward(minutes=55)
    assert who_is(context, token, now=clock()) is None


def test_a_poll_keeps_nobody_signed_in(desk, context, clock):
    token = desk.get_cookie("tact").value
    for _ in range(3):
        clock.forward(minutes=6)
        person = who_is(context, token, now=clock(), extends=False)
    assert person is None


def test_the_same_minute_is_written_once(desk, context, clock):
    token = desk.get_cookie("tact").value
    clock.forward(seconds=61)
    who_is(context, token, now=clock())
    written = _seen(context)
    clock.forward(seconds=30)
    who_is(context, token, now=clock())
    assert _seen(context) == written
    clock.forward(seconds=31)
    who_is(context, token, now=clock())
    assert _seen(context) != written


def _seen(context: Context) -> str:
    with context.store.read() as work:
        query = "select max(seen_at) from session"
        return str(work.connection.exec_driver_sql(query).scalar())


def test_no_token_pin_or_password_is_in_the_database_as_it_is(owner, desk, context, tmp_path):
    tokens = [client.get_cookie("tact").value.encode() for client in (owner, desk)]
    context.store.checkpoint()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("profiles.db*"))
    assert b"Maria" in content
    assert not any(secret in content for secret in (*tokens, b"a long pass phrase"))


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk, context):
    answer = desk.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("tact="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(re.split(r"; ", cookie))


@pytest.mark.parametrize("pin", ["123", "123456789", "1111", "1234", "12a4", ""])
def test_an_easy_or_misshapen_pin_is_refused(owner, pin, context):
    form = {"name": "Joe", "role": "desk", "secret": pin}
    assert owner.post("/owner/people", data=form).status_code == 422
    assert len(people(context)) == 1


def test_an_owner_cannot_have_a_pin(owner):
    form = {"name": "Joe", "role": "owner", "secret": "847261"}
    assert owner.post("/owner/people", data=form).status_code == 422


def test_the_last_owner_cannot_be_taken_out_of_use(owner, context, clock):
    second = add_person(context, "Eva", Role.OWNER, "another phrase", by="test", now=clock())
    assert owner.post(f"/owner/people/{second.id}/out").status_code == 303
    first = next(person for person in people(context) if person.name == "Ana")
    answer = owner.post(f"/owner/people/{first.id}/out")
    assert answer.status_code == 409
    assert "last owner" in answer.text


def test_who_is_taken_out_of_use_is_out_at_once(owner, desk, context):
    maria = next(person for person in people(context) if person.name == "Maria")
    owner.post(f"/owner/people/{maria.id}/out")
    assert desk.post("/account/language", data={"language": "de"}).status_code == 303
    assert desk.get("/owner/people").status_code == 303
    answer = desk.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    assert answer.status_code == 401
    owner.post(f"/owner/people/{maria.id}/back")
    answer = desk.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})
    assert answer.status_code == 303


def test_a_new_pin_ends_the_sessions_made_with_the_old_one(owner, desk, context, clock):
    maria = next(person for person in people(context) if person.name == "Maria")
    token = desk.get_cookie("tact").value
    assert owner.get(f"/owner/people/{maria.id}/secret").status_code == 200
    owner.post(f"/owner/people/{maria.id}/secret", data={"secret": "2580"})
    assert who_is(context, token, now=clock()) is None
    form = {"name": "Maria", "secret": "2580"}
    assert desk.post("/account/sign-in", data=form).status_code == 303


def test_the_same_post_twice_adds_one_account(owner, context):
    form = {"name": "Joe", "role": "desk", "secret": "8472", "idempotency": "k1"}
    answers = [owner.post("/owner/people", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [person.name for person in people(context)] == ["Ana", "Joe"]


def test_a_taken_name_is_told_at_its_field(owner):
    form = {"name": "ANA", "role": "desk", "secret": "8472"}
    answer = owner.post("/owner/people", data=form)
    assert answer.status_code == 422
    assert 'id="name-wrong"' in answer.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_signing_in_leads_to_our_own_pages_only(desk, target):
    form = {"name": "Maria", "secret": "4711", "next": target}
    assert desk.post("/account/sign-in", data=form).location == "/"


def test_signing_in_leads_back_to_where_one_was(desk):
    form = {"name": "Maria", "secret": "4711", "next": "/help?x=1"}
    assert desk.post("/account/sign-in", data=form).location == "/help?x=1"
