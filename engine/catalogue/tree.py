"""The files under `seed/` as one plain tree that can be kept, compared and read again."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import engine
from engine.catalogue.translations import with_translations
from engine.errors import Problem, SeedError

Tree = dict[str, Any]
"""Path below the seed folder to the parsed TOML, or to the text of a Markdown file."""

VERSION_LENGTH = 12
"""Hex digits of a version: 48 bits tell all trees of one house apart, and fit on a label."""

_SUFFIXES = (".toml", ".md")


def seed_folder() -> Path:
    """Return the folder that holds the trade: `TACT_SEED`, else `seed/` beside the engine."""
    named = os.environ.get("TACT_SEED")
    return Path(named) if named else Path(engine.__file__).parents[1] / "seed"


def read_tree(folder: Path) -> Tree:
    """Read all TOML and Markdown below `folder` into one JSON-able tree, sorted by path.

    Parameters
    ----------
    folder : Path
        The seed folder. Hidden files and folders are left out.

    Returns
    -------
    dict
        Relative path, with forward slashes, to parsed table or text. Dates are ISO strings. The
        files of `texts/` are laid over the texts that they translate.

    Raises
    ------
    SeedError
        If the folder is missing, or files in it cannot be read; names all of them.
    """
    if not folder.is_dir():
        raise SeedError([Problem("", "", "", f"there is no seed folder at {folder}")])
    tree: Tree = {}
    problems: list[Problem] = []
    for name, path in sorted(_paths(folder)):
        try:
            tree[name] = _content(path)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(Problem(name, "", "", f"cannot be read: {error}"))
    if problems:
        raise SeedError(problems)
    return with_translations(tree)


def version_of(tree: Mapping[str, Any]) -> str:
    """Return the short hash of a tree; equal content has an equal version."""
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: dates and times become ISO strings."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    return value


def _paths(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in inside.parts)
        if path.suffix in _SUFFIXES and not is_hidden and path.is_file():
            yield inside.as_posix(), path


def _content(path: Path) -> Any:
    # utf-8-sig: some Windows editors put a mark before the first letter.
    text = path.read_text(encoding="utf-8-sig")
    return plain(tomllib.loads(text)) if path.suffix == ".toml" else text
