"""What every test may ask for: the seed as shipped, and an adviser with the starter rules."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from engine.bootstrap import first_rule_set
from engine.catalogue.case import CaseReader
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.domain.advice import Recommendation
from engine.domain.catalogue import Catalogue
from engine.domain.stays import Case

settings.register_profile(
    "tact",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tact")

MakeCase = Callable[..., Case]
Recommend = Callable[..., Recommendation]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden decisions anew")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def adviser(catalogue: Catalogue) -> Adviser:
    return Adviser(catalogue, first_rule_set(catalogue))


@pytest.fixture(scope="session")
def make_case(catalogue: Catalogue) -> MakeCase:
    reader = CaseReader(catalogue)

    def make(**told: Any) -> Case:
        return reader.read({"ref": "g", **told})

    return make


@pytest.fixture(scope="session")
def recommend(adviser: Adviser, make_case: MakeCase) -> Recommend:
    def advise(**told: Any) -> Recommendation:
        return adviser.recommend(make_case(**told))

    return advise


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's browser; where there is none the test says how to get it, and CI insists."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        missing = "No Chromium here. On Debian: apt-get install chromium."
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    args = ["--no-sandbox", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": path, "args": args}
