"""Accounts, for owners: add, new PIN or password, take out of use, bring back."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.people import Person, Role
from engine.errors import BadInputError, FormError, NotFoundError
from engine.usecases.accounts.people import add_person, change_secret, people, set_active
from web.account.blueprint import bp
from web.account.pages import PeoplePage, SecretPage
from web.policy import allow
from web.work import by, context, now, once, signed_in

HERE = "/owner/people"


@bp.get("/owner/people")
@allow("owner")
def people_list() -> ResponseReturnValue:
    """Show all accounts."""
    return render_template("account/people.html", page=PeoplePage(people(context()), _me()))


@bp.post("/owner/people")
@allow("owner")
def people_add() -> ResponseReturnValue:
    """Add one account, or show the form again with what was typed."""
    name, role = request.form.get("name", ""), _role()
    secret = request.form.get("secret", "")

    def add() -> str:
        add_person(context(), name, role, secret, by=by(), now=now())
        return HERE

    try:
        return once(add)
    except FormError as error:
        page = PeoplePage(people(context()), _me(), name, role, error.problems)
        return render_template("account/people.html", page=page), 422


@bp.get("/owner/people/<int:id>/secret")
@allow("owner")
def secret_form(id: int) -> ResponseReturnValue:
    """Ask for another PIN or password of one account."""
    return render_template("account/secret.html", page=SecretPage(_person(id)))


@bp.post("/owner/people/<int:id>/secret")
@allow("owner")
def secret_post(id: int) -> ResponseReturnValue:
    """Give one account another PIN or password."""
    try:
        change_secret(context(), id, request.form.get("secret", ""), by=by(), now=now())
    except FormError as error:
        page = SecretPage(_person(id), error.problems)
        return render_template("account/secret.html", page=page), 422
    return redirect(HERE, 303)


@bp.post("/owner/people/<int:id>/out")
@allow("owner")
def take_out(id: int) -> ResponseReturnValue:
    """Take one account out of use."""
    set_active(context(), id, False, by=by(), now=now())
    return redirect(HERE, 303)


@bp.post("/owner/people/<int:id>/back")
@allow("owner")
def bring_back(id: int) -> ResponseReturnValue:
    """Bring one account back."""
    set_active(context(), id, True, by=by(), now=now())
    return redirect(HERE, 303)


def _me() -> int | None:
    person = signed_in()
    return person.person_id if person else None


def _person(id: int) -> Person:
    found = next((person for person in people(context()) if person.id == id), None)
    if found is None:
        raise NotFoundError("There is no such account.")
    return found


def _role() -> Role:
    given = request.form.get("role", Role.DESK)
    if given not in set(Role):
        raise BadInputError("This role does not exist.")
    return Role(given)
