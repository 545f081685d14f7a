"""What routes take from an address: `<stay:ref>` and whole numbers."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

from web.desk.address import StayPart


class Number(IntegerConverter):
    """`<int:id>`: a number that a database can hold; nothing is at any other."""

    regex = r"\d{1,9}"


def address(app: Flask) -> None:
    """Give the routes of `app` their kinds of parts; comes before the routes."""
    app.url_map.converters.update(int=Number, stay=StayPart)
