"""Who may open what: declared, or refused."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.policy import ROLES, Policy, allow, policies

ARGUMENTS = {"id": "1", "token": "t", "tag": "t", "name": "app.css"}
OPEN_TO_ALL = {
    "/",
    "/healthz",
    "/help",
    "/assets/<tag>/<name>",
    "/account/sign-in",
    "/account/sign-in/<token>",
    "/account/sign-out",
    "/account/language",
}


def test_every_route_declares_who_may_open_it(app: Flask):
    assert [rule for rule, roles in policies(app).items() if not roles or not roles <= ROLES] == []


def test_only_the_routes_listed_here_are_open_to_all_in_this_folder(app: Flask):
    endpoints = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules()}
    ours = {
        rule for rule, endpoint in endpoints.items() if endpoint.startswith(("account.", "assets."))
    }
    assert {rule for rule in ours if "anyone" in policies(app)[rule]} == OPEN_TO_ALL


def _paths(app: Flask, role: str) -> list[tuple[str, str]]:
    """Return method and path of every route that declares `role` alone."""
    found = []
    for rule in app.url_map.iter_rules():
        if policies(app)[rule.rule] != {role}:
            continue
        if rule.arguments - set(ARGUMENTS):
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<int:{name}>", "1").replace(f"<{name}>", ARGUMENTS[name])
        found += [(method, path) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def test_the_rooms_of_the_owner_are_closed_to_all_others(app: Flask, client, desk):
    assert len(_paths(app, "owner")) >= 8
    for method, path in _paths(app, "owner"):
        answer = client.open(path, method=method)
        assert answer.status_code == (303 if method == "GET" else 401), path
        assert desk.open(path, method=method).status_code == 403, path


def test_who_is_not_signed_in_comes_back_to_where_he_wanted(client: FlaskClient):
    answer = client.get("/owner/people?x=1&y=2")
    assert answer.location == "/account/sign-in?next=%2Fowner%2Fpeople%3Fx%3D1%26y%3D2"
    assert 'value="/owner/people?x=1&amp;y=2"' in client.get(answer.location).text


def test_a_part_of_a_page_is_refused_not_redirected(client: FlaskClient):
    answer = client.get("/owner/people", headers={"X-Fragment": "1"})
    assert answer.status_code == 401
    assert 'id="problem"' in answer.text
    assert "<html" not in answer.text


def test_a_view_that_declares_nothing_is_closed_even_to_owners(app: Flask, owner):
    app.view_functions["account.help_page"] = lambda: "forgotten"
    assert owner.get("/help").status_code == 403


def test_owners_may_do_all_that_the_desk_may():
    assert Policy(frozenset({"desk"})).admits("owner")
    assert not Policy(frozenset({"owner"})).admits("desk")
    assert not Policy(frozenset({"desk"})).admits(None)
    assert Policy(frozenset({"anyone"})).admits(None)


@pytest.mark.parametrize("roles", [(), ("admin",), ("desk", "guest")])
def test_an_unknown_role_cannot_be_declared(roles):
    with pytest.raises(ValueError, match="Roles are"):
        allow(*roles)
