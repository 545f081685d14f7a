"""The import contracts hold, and each would notice if it were broken."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

VIOLATIONS = {
    "layers": ("engine/domain/axis.py", "import engine.store"),
    "web": ("engine/usecases/context.py", "import web"),
    "pure": ("engine/decision/options.py", "import os"),
    "domain": ("engine/domain/axis.py", "import numpy"),
    "no-mathematics-outside": ("engine/connectors/base.py", "import numpy"),
    "web-talks-to-use-cases": ("web/config.py", "import engine.store"),
}
"""Contract, the file that breaks it, and how."""


def contracts() -> dict[str, str]:
    """Name in setup.cfg to the name that is reported."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): config[section]["name"]
        for section in config.sections()
        if section.startswith(prefix)
    }


def lint(folder: Path) -> tuple[int, str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("engine", "web"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def test_each_contract_has_a_violation_that_proves_it() -> None:
    assert set(VIOLATIONS) == set(contracts())


def test_the_project_keeps_its_contracts(copy: Path) -> None:
    status, told = lint(copy)
    assert status == 0, told


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_is_noticed(copy: Path, contract: str) -> None:
    file, line = VIOLATIONS[contract]
    path = copy / file
    text = path.read_text(encoding="utf-8")
    marker = "from __future__ import annotations\n"
    assert marker in text
    path.write_text(text.replace(marker, f"{marker}\n{line}\n", 1), encoding="utf-8")
    status, told = lint(copy)
    assert status == 1
    assert f"{contracts()[contract]} BROKEN" in told


def test_a_folder_without_a_floor_is_noticed(copy: Path) -> None:
    attic = copy / "engine" / "attic"
    attic.mkdir()
    (attic / "__init__.py").write_text("")
    status, told = lint(copy)
    assert status != 0
    assert "attic" in told
