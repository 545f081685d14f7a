"""An export as one page to be read: in the guest's language, without script, in a single file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from engine.domain.catalogue import Catalogue

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:auto;padding:1rem;"
    "color:#1d1d1b;background:#fff}"
    "h2{margin-top:2rem}dl{display:grid;grid-template-columns:minmax(8rem,1fr) 2fr;"
    "gap:.25rem 1rem;border-top:1px solid #bbb;padding-top:.5rem}dd{margin:0;"
    "overflow-wrap:anywhere}.whence{color:#555}"
)


def page_of(document: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Return the page of an export.

    Parameters
    ----------
    document : mapping
        As `export_of` made it.
    catalogue : Catalogue
        Its words name the columns; a column without words is named as in the database.
    """
    words = _Words(catalogue, document["language"])
    title = words.of("export.title", house=document["house"]["name"])
    direction = "rtl" if document["language"] in RIGHT_TO_LEFT else "ltr"
    return "\n".join(
        (
            f'<!doctype html>\n<html lang="{document["language"]}" dir="{direction}">',
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'\">",
            f"<title>{title}</title>\n<style>{STYLE}</style>",
            f"<h1>{title}</h1>\n<p>{words.of('export.lead')}</p>",
            f"<p>{words.of('export.made', at=document['made_at'])}</p>",
            *_kept(document["kept"], words),
            *_advice(document["advice"], words),
            "</html>\n",
        )
    )


class _Words:
    """Words of one language, safe to put into HTML."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._tags = (language, *catalogue.languages)

    def of(self, key: str, **values: object) -> str:
        told = self.found(key) or key
        return escape(told.format(**values) if values else told)

    def found(self, key: str) -> str | None:
        texts = (self._catalogue.words.get(tag, {}).get(key) for tag in self._tags)
        return next((text for text in texts if text), None)

    def column(self, name: str) -> str:
        return escape(self.found(f"export.column_{name}") or name.replace("_", " "))

    def fact(self, id: str) -> str:
        known = self._catalogue.facts.get(id)
        labels = (known.label.get(tag) for tag in self._tags) if known else ()
        return escape(next((label for label in labels if label), id))

    def value(self, value: object) -> str:
        if isinstance(value, bool):
            return self.of("export.yes" if value else "export.no")
        return f"<bdi>{escape(str(value))}</bdi>"


def _kept(rows: Iterable[Mapping[str, Any]], words: _Words) -> Iterator[str]:
    last = ""
    for row in rows:
        if row["table"] != last:
            last = row["table"]
            heading = words.found(f"export.table_{last}") or last.replace("_", " ")
            yield f"<h2>{escape(heading)}</h2>"
        yield "<dl>"
        for name, value in row["data"].items():
            if value not in (None, "", {}, []):
                yield f"<dt>{words.column(name)}</dt><dd>{_told(name, value, words)}</dd>"
        yield "</dl>"
        source = words.found(f"my_data.from_{row['source']}") or row["source"]
        basis = words.of(f"my_data.basis_{row['basis']}")
        yield f'<p class="whence">{escape(source)}; {basis}</p>'


def _told(name: str, value: object, words: _Words) -> str:
    if isinstance(value, dict):
        pairs = (
            f"<li>{words.fact(str(key)) if name == 'facts' else escape(str(key))}: "
            f"{_told('', inner, words)}</li>"
            for key, inner in value.items()
        )
        return f"<ul>{''.join(pairs)}</ul>"
    if isinstance(value, list):
        return "<ul>" + "".join(f"<li>{_told('', one, words)}</li>" for one in value) + "</ul>"
    return words.value(value)


def _advice(given: Iterable[Mapping[str, Any]], words: _Words) -> Iterator[str]:
    yield f"<h2>{words.of('my_data.thought_title')}</h2>"
    for one in given:
        yield f"<p><bdi>{escape(one['at'])}</bdi>: {escape(one['style'])}</p>\n<ul>"
        yield from (f"<li>{escape(reason['words'])}</li>" for reason in one["reasons"])
        yield "</ul>"
    yield f"<p>{words.of('my_data.thought_only')}</p>"
