"""Sentences that remember what they were made of, so that pages can say them in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping

_GAP = re.compile(r"[ \t\n\r\f\v]+")
"""Not what `str.split` takes for one: French puts spaces that do not break before its marks."""


class Sentence(str):
    """One sentence for people, filled in English.

    It is a plain text to all who print or store it. Who speaks another language translates
    `template` and fills in `values`.

    Parameters
    ----------
    template : str
        With a `{name}` for each value.
    **values
        What the sentence speaks of; a value may be a `Sentence` itself.

    Examples
    --------
    >>> told = Sentence("There are no rules with the version {version}.", version=7)
    >>> print(told)
    There are no rules with the version 7.
    >>> told.template, told.values
    ('There are no rules with the version {version}.', {'version': 7})
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Sentence:
        """Fill the sentence in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made


def one_line(text: str) -> str:
    """Return `text` on one line, with single spaces; spaces that do not break stay as they are."""
    return _GAP.sub(" ", text).strip()
