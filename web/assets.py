"""Our own static files at addresses that change with their content, with their checksum."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

from web.policy import allow

FOLDER = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    name: str
    kind: str
    content: bytes

    @property
    def tag(self) -> str:
        """Part of the address that changes with the content."""
        return hashlib.sha384(self.content).hexdigest()[:16]

    @property
    def integrity(self) -> str:
        """Checksum in the form that browsers compare."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.content).digest()).decode()

    @property
    def url(self) -> str:
        """Address of this content; another content has another address."""
        return f"/assets/{self.tag}/{self.name}"


@cache
def assets() -> dict[str, Asset]:
    """Return all static files by name, read once."""
    files = (file for file in sorted(FOLDER.iterdir()) if file.suffix in KINDS)
    return {file.name: Asset(file.name, KINDS[file.suffix], file.read_bytes()) for file in files}


def asset(name: str) -> Markup:
    """Return the element that loads a style sheet or script of ours."""
    one = assets()[name]
    if one.kind == "text/css":
        form = Markup('<link rel="stylesheet" href="{}" integrity="{}">')
    else:
        form = Markup('<script defer src="{}" integrity="{}"></script>')
    return form.format(one.url, one.integrity)


def asset_url(name: str) -> str:
    """Return the address of a static file of ours."""
    return assets()[name].url


@bp.get("/assets/<tag>/<name>")
@allow("anyone")
def show(tag: str, name: str) -> Response:
    """Send one static file, to be kept for a year."""
    one = assets().get(name)
    if one is None or one.tag != tag:
        abort(404)
    response = Response(one.content, mimetype=one.kind)
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(one.tag)
    response.make_conditional(request)
    return response
