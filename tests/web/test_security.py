"""What every answer carries and every request must pass."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from flask import Flask

from web import create_app
from web.policy import policies
from web.security import allowed_hosts, is_private

PAGES = ("/account/sign-in", "/account/sign-in/x", "/help", "/nowhere")


def test_every_answer_forbids_foreign_and_inline_code(client, owner):
    for answer in (*map(client.get, PAGES), owner.get("/owner/people"), client.get("/healthz")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'; trusted-types tact" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


class Inline(HTMLParser):
    """Collects what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)


def test_no_page_has_inline_script_or_style(client, owner):
    for answer in (*map(client.get, PAGES), owner.get("/owner/people")):
        inline = Inline()
        inline.feed(answer.text)
        assert inline.found == []


def test_pages_are_kept_nowhere(owner):
    assert owner.get("/owner/people").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "is_done"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost:81"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_post_from_another_site_is_not_done(app: Flask, headers, is_done):
    form = {"language": "de"}
    answer = app.test_client().post("/account/language", data=form, headers=headers)
    assert answer.status_code == (303 if is_done else 403)


def test_another_host_name_is_refused(client):
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "127.0.0.1"}).status_code == 200


def test_loopback_has_two_names_with_one_port_and_others_have_one():
    loopback = {"127.0.0.1:8000", "localhost:8000"}
    assert allowed_hosts("http://127.0.0.1:8000") == loopback
    assert allowed_hosts("https://tact.example") == {"tact.example"}


def test_beyond_this_machine_nobody_signs_in_without_https(context, clock, log):
    assert is_private("https://tact.example")
    assert not is_private("http://10.0.0.5:8000")
    base_url = "http://10.0.0.5:8000"
    app = create_app({"CONTEXT": context, "BASE_URL": base_url, "NOW": clock, "LOG_TO": log})
    headers = {"Host": "10.0.0.5:8000", "Sec-Fetch-Site": "same-origin"}
    answer = app.test_client().post("/account/sign-in", data={"name": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "https" in answer.text


def test_over_https_the_cookie_belongs_to_this_host_alone(context, clock, log, desk):
    base_url = "https://tact.example"
    app = create_app({"CONTEXT": context, "BASE_URL": base_url, "NOW": clock, "LOG_TO": log})
    form = {"name": "Maria", "secret": "4711"}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = app.test_client().post(
        "/account/sign-in", data=form, headers=headers, base_url=base_url
    )
    cookies = answer.headers.getlist("Set-Cookie")
    cookie = next(line for line in cookies if line.startswith("__Host-tact="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_large_request_is_refused_before_it_is_read(client):
    answer = client.post("/account/sign-in", data=b"x" * (1024 * 1024 + 1))
    assert answer.status_code in (413, 401)
    answer = client.post("/account/sign-in", data={"name": "x" * (1024 * 1024)})
    assert answer.status_code == 413


def test_the_log_names_routes_and_no_codes_names_or_secrets(client, desk, log):
    client.get("/account/sign-in/canary-code?x=canary-query")
    client.post("/account/sign-in", data={"name": "canary-name", "secret": "canary-secret"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"/account/sign-in/<token>", "/account/sign-in"} <= {line["route"] for line in lines}
    assert all(line["request_id"] and "status" in line and "ms" in line for line in lines)
    assert "canary" not in log.getvalue()
    assert "Maria" not in log.getvalue()


def test_an_unforeseen_error_shows_a_number_and_no_data(app: Flask, client, log):
    def broken():
        raise KeyError("Jonas Berg, cabin 7")

    broken.__policy__ = app.view_functions["account.help_page"].__policy__
    app.view_functions["account.help_page"] = broken
    answer = client.get("/help")
    assert answer.status_code == 500
    number = answer.headers["X-Request-Id"]
    assert number in answer.text
    assert number in log.getvalue()
    assert "KeyError" in log.getvalue()
    assert "Jonas" not in answer.text + log.getvalue()


def test_health_is_told_to_anyone(client):
    assert client.get("/healthz").text == "ok"


def test_every_page_route_answers_something_of_ours(app: Flask, owner):
    for path in (path for path in policies(app) if "<" not in path):
        answer = owner.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert len(re.findall(r"<h1[ >]", answer.text)) == 1, path


def test_the_web_never_loads_what_belongs_to_the_nightly_work():
    code = "import sys, web; print([m for m in ('sklearn', 'scipy.optimize') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
