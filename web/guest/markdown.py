"""Markdown of packs becomes HTML: no raw HTML, our own pictures only, headings below the page's."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markupsafe import Markup, escape

TOP_HEADING = 2
"""The title of the page is its only `<h1>`."""
LINKS = re.compile(r"https?://|mailto:|tel:|/(?![/\\])|#", re.IGNORECASE)
"""Where a page may lead: nothing that runs, nothing that carries its content in the address."""
SHOWN = Markup('<img src="{src}" alt="{alt}" width="{width}" height="{height}">')


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that may be shown."""

    src: str
    """Its address, or the picture itself as a data: address."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a page is shown with."""

    pictures: Mapping[str, Shown] = field(default_factory=dict)
    """By the address in the text; of any other only the words are shown."""
    root: str = ""
    """Goes before links within Tact, for a page that is read elsewhere."""


PLAIN = Around()


def to_html(text: str, around: Around = PLAIN) -> Markup:
    """Return `text` as HTML that is safe to show, whoever wrote it."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(TOP_HEADING, int(token.tag[1]))}"
    html = parser.renderer.render(tokens, parser.options, {"around": around})
    return Markup(html)  # noqa: S704  # raw HTML is off, and every address is one of LINKS


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = _may_lead  # type: ignore[method-assign]  # the documented way to set it
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    return parser


def _may_lead(url: str) -> bool:
    return LINKS.match(url.strip()) is not None


def _image(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    place: int,
    options: Any,
    env: MutableMapping[str, Any],
) -> str:
    """Draw a picture of ours; of any other say what it shows."""
    token = tokens[place]
    shown = env["around"].pictures.get(str(token.attrs.get("src")))
    alt = _words(token.children or [])
    if shown is None:
        return str(escape(alt))
    return str(SHOWN.format(src=shown.src, alt=alt, width=shown.width, height=shown.height))


def _link(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    place: int,
    options: Any,
    env: MutableMapping[str, Any],
) -> str:
    href = str(tokens[place].attrs["href"])
    root = env["around"].root if href.startswith("/") else ""
    return str(Markup('<a href="{}">').format(root + href))


def _words(tokens: Sequence[Token]) -> str:
    return "".join(_words(token.children or []) or token.content for token in tokens)
