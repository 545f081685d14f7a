"""Who else does the same work, where it is installed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec


def absent(packages: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each package that is not installed here."""
    return {
        package: f"{package} is not installed; pip install 'tact[bench]' adds it."
        for package in packages
        if find_spec(package) is None
    }


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of each package that is installed here."""
    return {package: version(package) for package in packages if find_spec(package)}
