"""The seed as shipped, to be broken in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.catalogue import catalogue_from, read_tree, seed_folder
from engine.catalogue.checks import check
from engine.catalogue.translations import text_places
from engine.domain.catalogue import Catalogue
from engine.errors import Problem

Tree = dict[str, Any]


@pytest.fixture(scope="session")
def shipped() -> Tree:
    """The seed in the two languages that stand side by side in its files."""
    return in_two_languages(read_tree(seed_folder()))


def in_two_languages(tree: Tree) -> Tree:
    folders = ("words", "packs", "sensitive", "lint")
    other = [path for path in tree if path.split("/")[0] in folders and _is_other(path, tree[path])]
    kept = {path: deepcopy(content) for path, content in tree.items() if path not in other}
    for _, texts in text_places(kept):
        for tag in texts.keys() - {"en", "de", "all"}:
            del texts[tag]
    return kept


def _is_other(path: str, content: object) -> bool:
    is_by_language = isinstance(content, str) or not path.startswith("packs/")
    return is_by_language and PurePosixPath(path).stem not in ("en", "de")


@pytest.fixture
def tree(shipped: Tree) -> Tree:
    return deepcopy(shipped)


@pytest.fixture(scope="session")
def catalogue(shipped: Tree) -> Catalogue:
    return catalogue_from(shipped)


@pytest.fixture
def only_problem(tree: Tree) -> Callable[[], Problem]:
    """Check the tree after it was broken in one place: exactly one problem is told."""

    def look() -> Problem:
        problems = check(tree)
        assert len(problems) == 1, [problem.sentence() for problem in problems]
        return problems[0]

    return look
