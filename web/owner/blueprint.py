"""The blueprint that the routes of this folder join."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("owner", __name__, url_prefix="/owner")
