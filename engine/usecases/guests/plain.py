"""Markdown of packs for mails: as simple HTML, and as text that reads well without it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


def html_of(markdown: str) -> str:
    """Return Markdown as HTML: raw HTML and pictures stay text, headings begin at the second."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(2, int(token.tag[1]))}"
    return str(parser.renderer.render(tokens, parser.options, {})).strip()


def text_of(markdown: str) -> str:
    """Return Markdown as plain text: lists keep their signs and numbers, emphasis goes."""
    return "\n".join(_lines(_parser().parse(markdown))).strip()


def _lines(tokens: list[Token]) -> Iterator[str]:
    signs: list[str] = []
    sign = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            signs.append(token.type)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            signs.pop()
            yield ""
        elif token.type == "list_item_open":
            sign = f"{token.info}. " if signs[-1].startswith("ordered") else "- "
        elif token.type == "inline":
            yield "  " * (len(signs) - 1) + sign + _words(token)
            sign = ""
        elif token.type in ("paragraph_close", "heading_close") and not signs:
            yield ""
        elif token.type in ("fence", "code_block"):
            yield from (*token.content.splitlines(), "")


def _words(token: Token) -> str:
    """Return the words of one paragraph; a link is followed by its address."""
    said, addresses = [], []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            said.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            said.append(" ")
        elif child.type == "link_open":
            addresses.append(str(child.attrs["href"]))
        elif child.type == "link_close":
            said.append(f" ({addresses.pop()})")
    return "".join(said)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
