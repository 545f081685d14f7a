"""What every answer carries and every request must pass, before a view sees it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest

from engine.errors import NotAllowedError
from web.policy import current_policy

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types tact",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # With no-referrer Chromium posts `Origin: null`, and the same-origin rule would refuse it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
A_YEAR = "max-age=31536000"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = ("127.0.0.1", "localhost")


def allowed_hosts(base_url: str) -> frozenset[str]:
    """Return the Host headers that belong to `base_url`; loopback has two names."""
    split = urlsplit(base_url)
    names = LOOPBACK if split.hostname in LOOPBACK else (split.hostname or "",)
    port = f":{split.port}" if split.port else ""
    return frozenset(name + port for name in names)


def is_private(base_url: str) -> bool:
    """Whether a cookie on the way to `base_url` can be read by nobody else."""
    split = urlsplit(base_url)
    return split.scheme == "https" or split.hostname in LOOPBACK


def check_host() -> None:
    """Refuse requests that were sent to another name (DNS rebinding, wrong links).

    Raises
    ------
    BadRequest
        If the Host header is not that of the base URL.
    """
    if request.host not in allowed_hosts(current_app.config["BASE_URL"]):
        raise BadRequest("This address is not the one that Tact was set up for (TACT_BASE_URL).")


def check_same_origin() -> None:
    """Refuse posts that another site sends with our cookies.

    Browsers tell where a post comes from; what tells nothing is no browser of ours.

    Raises
    ------
    NotAllowedError
        If an unsafe method comes from elsewhere.
    """
    policy = current_policy()
    if request.method in SAFE_METHODS or (policy is not None and not policy.uses_cookies):
        return
    if not _is_from_here():
        raise NotAllowedError("This came from another site and was not done.")


def _is_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    split = urlsplit(request.headers.get("Origin", ""))
    ours = urlsplit(current_app.config["BASE_URL"])
    return split.scheme == ours.scheme and split.netloc == request.host


def add_headers(response: Response) -> Response:
    """Give every answer its headers; what no view marked as public is not stored anywhere."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["BASE_URL"].startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", A_YEAR)
    return response


def secure(app: Flask) -> None:
    """Put the checks before every view of `app` and the headers on every answer."""
    app.before_request(check_host)
    app.before_request(check_same_origin)
    app.after_request(add_headers)
