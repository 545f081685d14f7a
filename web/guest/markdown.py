"""Markdown of packs becomes HTML: no raw HTML, no pictures, headings below the page's own."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

TOP_HEADING = 2
"""The title of the page is its only `<h1>`."""


def to_html(text: str) -> Markup:
    """Return `text` as HTML that is safe to show, whoever wrote it."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(TOP_HEADING, int(token.tag[1]))}"
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(html)  # noqa: S704  # raw HTML is off, links to scripts are refused by the parser


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
