"""The seed as shipped, to be broken in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from engine.catalogue import catalogue_from, read_tree, seed_folder
from engine.catalogue.checks import check
from engine.domain.catalogue import Catalogue
from engine.errors import Problem

Tree = dict[str, Any]


@pytest.fixture(scope="session")
def shipped() -> Tree:
    return read_tree(seed_folder())


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
