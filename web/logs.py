"""One JSON line per request; no address with codes in it, no guest data."""

from __future__ import annotations

import secrets
import sys
import time
import traceback
from pathlib import Path
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, request

from engine.errors import EnvironmentFaultError


def logger() -> Any:
    """Return the log of this application."""
    return current_app.extensions["tact_log"]


def begin_request() -> None:
    """Number the request and start its watch."""
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()


def end_request(response: Response) -> Response:
    """Write the line of a request."""
    rule = request.url_rule.rule if request.url_rule else "none"
    logger().info(
        "request",
        request_id=g.get("request_id"),
        method=request.method,
        route=rule,
        status=response.status_code,
        ms=round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 1),
    )
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def note_failure(error: Exception) -> None:
    """Write where an unforeseen error happened: places of code, never its words or values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    logger().error(
        "failure", request_id=g.get("request_id"), kind=type(error).__name__, places=places
    )


def note_fault(error: EnvironmentFaultError) -> None:
    """Write what is wrong with database or disk: those who run Tact must be able to find it."""
    logger().error(
        "fault", request_id=g.get("request_id"), kind=type(error).__name__, what=error.message
    )


def write_logs(app: Flask) -> None:
    """Give `app` its log."""
    app.extensions["tact_log"] = structlog.wrap_logger(
        structlog.PrintLogger(file=cast(Any, app.config["LOG_TO"]) or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        cache_logger_on_first_use=True,
    )
    app.before_request(begin_request)
    app.after_request(end_request)
