"""Signing in, signing out, language, help."""

from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.people import Role
from engine.errors import FormError, LinkError, NotAllowedError, SignInError
from engine.usecases.accounts.people import add_person, choose_language
from engine.usecases.accounts.sign_in import open_session, sign_in, sign_out, use_link
from web import i18n
from web.account.blueprint import bp
from web.account.pages import HelpPage, LinkPage, SignInPage, WelcomePage
from web.errors import status_of
from web.navigation import safe_path
from web.policy import allow
from web.security import is_private
from web.sessions import give, session_token, take_back
from web.work import by, context, now, signed_in

KEYS = (
    ("/", "account.key_find"),
    ("j k", "account.key_move"),
    ("Enter", "account.key_accept"),
    ("1-9", "account.key_cue"),
    ("o", "account.key_other"),
    ("r 1-4", "account.key_reaction"),
    ("u", "account.key_undo"),
    ("e", "account.key_packs"),
    ("p", "account.key_privacy"),
    ("n", "account.key_next"),
    ("?", "account.key_help"),
)


@bp.get("/")
@allow("anyone")
def home() -> ResponseReturnValue:
    """Lead to the work of the day."""
    return redirect("/desk", 303)


@bp.get("/healthz")
@allow("anyone")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return "ok", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/help")
@allow("anyone")
def help_page() -> ResponseReturnValue:
    """Show the keys and where to ask."""
    return render_template("account/help.html", page=HelpPage(KEYS))


@bp.get("/account/sign-in")
@allow("anyone")
def sign_in_form() -> ResponseReturnValue:
    """Ask for name and PIN or password."""
    page = SignInPage(next=safe_path(request.args.get("next")))
    return render_template("account/sign_in.html", page=page)


@bp.post("/account/sign-in")
@allow("anyone")
def sign_in_post() -> ResponseReturnValue:
    """Start a session, or show the form again with the name kept."""
    _only_in_private()
    name, target = request.form.get("name", ""), safe_path(request.form.get("next"))
    try:
        token, person = sign_in(
            context(), name, request.form.get("secret", ""), now=now(), earlier=session_token()
        )
    except SignInError as error:
        page = SignInPage(name, target, error.message)
        return render_template("account/sign_in.html", page=page), status_of(error)
    response = give(make_response(redirect(target, 303)), token)
    return _speak(response, person.language, target)


@bp.get("/account/sign-in/<token>")
@allow("anyone")
def link_form(token: str) -> ResponseReturnValue:
    """Show one button: mail scanners follow links, but they press no buttons."""
    return render_template("account/link.html", page=LinkPage())


@bp.post("/account/sign-in/<token>")
@allow("anyone")
def link_post(token: str) -> ResponseReturnValue:
    """Use up the link."""
    _only_in_private()
    try:
        session, role = use_link(context(), token, now=now())
    except LinkError:
        return render_template("account/link.html", page=LinkPage(is_dead=True)), 404
    target = "/account/welcome" if role is Role.OWNER else "/"
    return give(make_response(redirect(target, 303)), session)


@bp.get("/account/welcome")
@allow("owner")
def welcome_form() -> ResponseReturnValue:
    """Ask an owner who came by a link for a name and a password."""
    if _has_account():
        return redirect("/", 303)
    return render_template("account/welcome.html", page=WelcomePage())


@bp.post("/account/welcome")
@allow("owner")
def welcome_post() -> ResponseReturnValue:
    """Make the account of this owner and go on under it."""
    if _has_account():
        return redirect("/", 303)
    name, secret = request.form.get("name", ""), request.form.get("secret", "")
    try:
        person = add_person(context(), name, Role.OWNER, secret, by=by(), now=now())
    except FormError as error:
        page = WelcomePage(name, error.problems)
        return render_template("account/welcome.html", page=page), 422
    token = open_session(context(), person, now=now(), earlier=session_token())
    return give(make_response(redirect("/", 303)), token)


@bp.post("/account/sign-out")
@allow("anyone")
def sign_out_post() -> ResponseReturnValue:
    """End the session here and on the server."""
    token = session_token()
    if token:
        sign_out(context(), token)
    return take_back(make_response(redirect("/account/sign-in", 303)))


@bp.post("/account/language")
@allow("anyone")
def language_post() -> ResponseReturnValue:
    """Speak another language from now on."""
    tag, target = request.form.get("language", ""), safe_path(request.form.get("next"))
    person = signed_in()
    if tag in i18n.languages() and person is not None and person.person_id is not None:
        choose_language(context(), person.person_id, tag)
    return _speak(make_response(redirect(target, 303)), tag, target)


def _speak(response: ResponseReturnValue, tag: str | None, target: str) -> ResponseReturnValue:
    return i18n.remember(make_response(response), tag, target)


def _has_account() -> bool:
    person = signed_in()
    return person is not None and person.person_id is not None


def _only_in_private() -> None:
    if not is_private(current_app.config["BASE_URL"]):
        raise NotAllowedError(
            "Signing in over the network needs https: anybody on it could read the cookie."
        )
