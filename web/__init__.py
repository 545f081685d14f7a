"""The web: HTTP in, use cases, HTML out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from engine.bootstrap import open_context
from engine.usecases.context import Context
from web import account, assets
from web.addresses import address
from web.config import settings
from web.desk.views import bp as desk
from web.errors import answer_errors
from web.guest.views import bp as guest
from web.i18n import speak
from web.logs import write_logs
from web.owner import bp as owner
from web.security import secure
from web.sessions import keep_sessions
from web.templating import help_templates
from web.work import keep_up


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the application; nothing here but wiring.

    Parameters
    ----------
    config : mapping, optional
        Settings by name, see `web.config.SETTINGS`; all else comes from the environment.
    """
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(settings(config))
    app.extensions["tact"] = app.config["CONTEXT"] or _open(app.config)
    parts = (
        write_logs,
        keep_up,
        address,
        secure,
        speak,
        help_templates,
        keep_sessions,
        answer_errors,
    )
    for part in parts:
        part(app)
    for blueprint in (assets.bp, account.bp, desk, guest, owner):
        app.register_blueprint(blueprint)
    return app


def _open(config: Mapping[str, Any]) -> Context:
    return open_context(
        config["DATABASE_URL"],
        base_url=config["BASE_URL"],
        seed=Path(config["SEED"]) if config["SEED"] else None,
    )
