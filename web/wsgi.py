"""The application as a WSGI server finds it: `granian --interface wsgi web.wsgi:app`."""

from __future__ import annotations

from web import create_app

app = create_app()
