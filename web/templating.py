"""What every template may call beside its own page."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from web.assets import asset, asset_url
from web.axis import Axis
from web.i18n import number, translated
from web.navigation import here, navigation
from web.words import word
from web.work import idempotency_field, signed_in


def axis_label(axis: Axis) -> Markup:
    """Return the drawing of an axis in one sentence: words first, numbers second."""
    return word(
        "axis.label",
        leans=word(axis.leaning),
        sure=word(axis.sure),
        in_ten=word("axis.in_ten", n=axis.in_ten),
        low=number(axis.low),
        high=number(axis.high),
    )


def help_templates(app: Flask) -> None:
    """Give the templates of `app` their helpers; what a page lacks is an error, not a blank."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        asset_url=asset_url,
        axis_label=axis_label,
        here=here,
        idempotency_field=idempotency_field,
        navigation=navigation,
        signed_in=signed_in,
        translated=translated,
        word=word,
    )
