"""Every setting: what it is called, where it comes from, what it means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.work import clock

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table below."""

    name: str
    env: str
    """Environment variable; empty where only code may set it."""
    default: Any
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", "TACT_DATABASE_URL", None, "Database; none: profiles.db beside seed/"),
    Setting("BASE_URL", "TACT_BASE_URL", None, "Scheme, host and port of every link"),
    Setting("HOST", "HOST", "127.0.0.1", "Address that the server listens on"),
    Setting("PORT", "PORT", "8000", "Port that the server listens on"),
    Setting("SEED", "TACT_SEED", None, "Folder of the trade; none: seed/ beside engine/"),
    Setting("SMTP_URL", "TACT_SMTP_URL", None, "Mail server; none: mails wait in the outbox"),
    Setting("MAIL_FROM", "TACT_MAIL_FROM", None, "Address that mails come from"),
    Setting("MAX_CONTENT_LENGTH", "", MIB, "Largest request in bytes; uploads raise it themselves"),
    Setting("MAX_FORM_MEMORY_SIZE", "", MIB // 4, "Largest form without files, in bytes"),
    Setting("MAX_FORM_PARTS", "", 500, "Most fields of a form"),
    Setting("CONTEXT", "", None, "A ready context, for tests"),
    Setting("NOW", "", clock, "The clock, for tests"),
    Setting("LOG_TO", "", None, "File object for the log lines; none: standard error"),
)


def settings(given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return all settings: those given, else from the environment, else their defaults.

    Parameters
    ----------
    given : mapping, optional
        May hold further settings of Flask, such as `TESTING`.
    """
    found = {setting.name: os.environ.get(setting.env) or setting.default for setting in SETTINGS}
    merged = {**found, **(given or {})}
    base_url = merged["BASE_URL"] or f"http://127.0.0.1:{merged['PORT']}"
    return {**merged, "BASE_URL": base_url.rstrip("/")}
