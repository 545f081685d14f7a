"""Who may open which route: declared at the view, refused where nothing is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowedError, SignInError

ANYONE = "anyone"
ROLES = frozenset({ANYONE, "desk", "owner"})
MAY_ALSO: Mapping[str, frozenset[str]] = {"owner": frozenset({"owner", "desk"})}
"""Owners may do all that the desk may."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Policy:
    """What one view declares about itself."""

    roles: frozenset[str]
    uses_cookies: bool = True
    """False: the route ignores cookies, so the same-origin rule does not apply (API, hooks)."""
    extends_session: bool = True
    """False: a poll, which keeps nobody signed in."""

    def admits(self, role: str | None) -> bool:
        """Whether somebody of `role` (None: not signed in) may enter."""
        held = MAY_ALSO.get(role, frozenset({role})) if role else frozenset()
        return ANYONE in self.roles or bool(held & self.roles)


def allow(
    *roles: str, uses_cookies: bool = True, extends_session: bool = True
) -> Callable[[View], View]:
    """Declare who may open a view; stands below the route decorator.

    Parameters
    ----------
    *roles : {'anyone', 'desk', 'owner'}
        At least one.
    uses_cookies : bool
        False for routes that prove themselves in another way.
    extends_session : bool
        False for polls.

    Raises
    ------
    ValueError
        If a role is unknown or none is given.
    """
    if not roles or not set(roles) <= ROLES:
        raise ValueError(f"Roles are {sorted(ROLES)}, not {sorted(roles)}.")

    def declare(view: View) -> View:
        policy = Policy(frozenset(roles), uses_cookies, extends_session)
        view.__policy__ = policy  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return declare


def policy_of(app: Flask, endpoint: str | None) -> Policy | None:
    """Return what the view behind `endpoint` declares, None where it declares nothing."""
    view = app.view_functions.get(endpoint or "")
    return getattr(view, "__policy__", None)


def policies(app: Flask) -> dict[str, frozenset[str]]:
    """Return route to roles for the whole application; empty where nothing is declared."""
    declared = ((rule, policy_of(app, rule.endpoint)) for rule in app.url_map.iter_rules())
    return {rule.rule: policy.roles if policy else frozenset() for rule, policy in declared}


def current_policy() -> Policy | None:
    """Return the policy of the view that answers this request."""
    return policy_of(current_app, request.endpoint)


def enforce(role: str | None) -> ResponseReturnValue | None:
    """Refuse this request unless its view admits `role`.

    Raises
    ------
    NotAllowedError
        If the view declares nothing, or declares other roles.
    SignInError
        If nobody is signed in and the request is not a plain page view.
    """
    if request.endpoint is None:
        return None  # no such route: the 404 comes by itself
    policy = current_policy()
    if policy is not None and policy.admits(role):
        return None
    if policy is None or role is not None:
        raise NotAllowedError("This page is not for your role. Ask an owner.")
    if request.method in ("GET", "HEAD") and "X-Fragment" not in request.headers:
        target = request.full_path.rstrip("?")
        return redirect("/account/sign-in?" + urlencode({"next": target}), 303)
    raise SignInError("You are signed out. Sign in again, then repeat this.")
