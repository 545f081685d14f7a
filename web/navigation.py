"""The links at the top, by role; a room that is not built yet has no link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from web.policy import MAY_ALSO
from web.work import signed_in

ROOMS: tuple[tuple[str, str, str], ...] = (
    ("common.nav_arrivals", "/desk", "desk"),
    ("common.nav_in_house", "/desk/in-house", "desk"),
    ("common.nav_promises", "/desk/promises", "desk"),
    ("common.nav_packs", "/desk/packs", "desk"),
    ("common.nav_practice", "/desk/practice", "desk"),
    ("common.nav_owner", "/owner", "owner"),
    ("common.nav_reservations", "/owner/reservations", "owner"),
    ("common.nav_rules", "/owner/rules", "owner"),
    ("common.nav_questions", "/owner/questions", "owner"),
    ("common.nav_voice", "/owner/voice", "owner"),
    ("common.nav_fairness", "/owner/fairness", "owner"),
    ("common.nav_privacy", "/owner/privacy", "owner"),
    ("common.nav_health", "/owner/health", "owner"),
    ("common.nav_people", "/owner/people", "owner"),
)
"""Trade word, path, role; the order is the same on every page."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link at the top."""

    word: str
    path: str
    is_here: bool


def navigation() -> tuple[Link, ...]:
    """Return the links for who is signed in."""
    person = signed_in()
    if person is None:
        return ()
    held = MAY_ALSO.get(person.role.value, frozenset({person.role.value}))
    open_rooms = [(word, path) for word, path, role in ROOMS if role in held and _exists(path)]
    here = _here([path for _, path in open_rooms])
    return tuple(Link(word, path, path == here) for word, path in open_rooms)


def _exists(path: str) -> bool:
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


def _here(paths: list[str]) -> str | None:
    """Return the longest path that this page lies in: /desk/7 lies in /desk."""
    inside = [path for path in paths if f"{request.path}/".startswith(f"{path}/")]
    return max(inside, key=len, default=None)


def here() -> str:
    """Return the address to come back to after a small form such as the choice of language."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def safe_path(target: str | None, otherwise: str = "/") -> str:
    """Return `target` if it is a path of ours, so that no link can lead people elsewhere."""
    path = target or ""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path else otherwise
