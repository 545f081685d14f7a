"""`seed/texts/<language>.toml`: every text of the content in one more language, in one file.

The languages that the texts were first written in stand beside each other in the files of the
content. A further one is a file that mirrors them: the folder and the file are the table, and a
thing of a list is named by its id, or by its place where it has none::

    [questions.welcome]
    text = "Hvad passer dig bedst, når du ankommer?"
    grade.0.text = "Bare nøglen, tak"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from engine.catalogue.shape import FALLBACK_LANGUAGE

FOLDER = "texts"
Place = tuple[str, ...]


def with_translations(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree in which each text stands in every language, and its files of texts are gone.

    Parameters
    ----------
    tree : mapping
        As read from the files.

    Returns
    -------
    dict
        What says a text that is nowhere in the content stays under the path of its file, so that
        it can be told.
    """
    whole = {path: content for path, content in tree.items() if not _is_translation(path)}
    texts = dict(text_places(whole))
    for path in sorted(tree.keys() - whole.keys()):
        strange = _lay_over(texts, PurePosixPath(path).stem, tree[path])
        if strange:
            whole[path] = strange
    return whole


def text_places(tree: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, str]]]:
    """Yield the place and the texts of every text of the content."""
    for path, content in sorted(tree.items()):
        folder = PurePosixPath(path).parts[0]
        if isinstance(content, Mapping) and folder not in ("demo", "words", "lint", FOLDER):
            yield from _texts_in(content, _table_of(path))


def _is_translation(path: str) -> bool:
    return PurePosixPath(path).match(f"{FOLDER}/*.toml")


def _table_of(path: str) -> Place:
    """Return the table that mirrors a file: a pack is named by its folder."""
    return tuple(part for part in PurePosixPath(path).with_suffix("").parts if part != "pack")


def _texts_in(content: Any, place: Place) -> Iterator[tuple[Place, dict[str, str]]]:
    if isinstance(content, dict):
        if isinstance(content.get(FALLBACK_LANGUAGE), str):
            yield place, content
            return
        for name, inner in content.items():
            yield from _texts_in(inner, (*place, name))
    elif isinstance(content, list):
        for number, inner in enumerate(content):
            name = inner.get("id", number) if isinstance(inner, dict) else number
            yield from _texts_in(inner, (*place, str(name)))


def _lay_over(texts: Mapping[Place, dict[str, str]], language: str, told: Any) -> dict[str, Any]:
    """Write the texts of one language where they belong; return those that belong nowhere."""
    strange: dict[str, Any] = {}
    for place, text in _flat(told):
        if place in texts:
            texts[place][language] = text
        else:
            strange[".".join(place)] = text
    return strange


def _flat(told: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(told, Mapping):
        for name, inner in told.items():
            yield from _flat(inner, (*place, name))
    else:
        yield place, told
