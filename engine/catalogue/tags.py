"""Language tags as rules write them (RFC 5646, the tags of BCP 47)."""

from __future__ import annotations

import re

_WELL_FORMED = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}"  # language, with up to three of its own extensions
    r"(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"  # script, region
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"  # extensions, private use
)
"""Section 2.1, in lower case. A language of five letters or more is left out: none is registered,
and `german` would be one."""

_SCRIPT, _REGION = 4, 2
"""Letters of those parts."""


def usual_tag(written: str) -> str | None:
    """Return a language tag in its usual spelling, None if `written` is none.

    Letters may be large or small, and an underscore may stand for a hyphen, as other programs
    write them: `DE` is `de`, `pt_br` is `pt-BR` (section 2.1.1 of RFC 5646).
    """
    small = written.strip().lower().replace("_", "-")
    if not _WELL_FORMED.fullmatch(small):
        return None
    language, *parts = small.split("-")
    told = [language]
    for part in parts:
        is_extension = any(len(before) == 1 for before in told)  # behind a singleton all is small
        told.append(part if is_extension else _as_usual(part))
    return "-".join(told)


def _as_usual(part: str) -> str:
    if len(part) == _REGION:
        return part.upper()
    return part.title() if len(part) == _SCRIPT and part.isalpha() else part
