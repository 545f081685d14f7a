"""The README tells the truth: its commands run, its files exist, its figures are those shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

from engine.cli import parser
from tests.commands.conftest import Tact, database, tact

__all__ = ["database", "tact"]  # fixtures of the command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_both_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{command}:" in makefile


def test_every_link_leads_to_a_file_that_is_there() -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_command_is_listed_and_every_listed_command_exists() -> None:
    listed = set(re.findall(r"^\| `tact ([\w-]+)", README, re.MULTILINE))
    (commands,) = (
        action.choices for action in parser()._actions if hasattr(action.choices, "keys")
    )
    assert listed == set(commands or ())


def test_the_example_of_scoring_gives_what_the_readme_says(tact: Tact) -> None:
    (stay,) = re.findall(r"^echo '(.*)' \| tact score$", README, re.MULTILINE)
    (shown,) = re.findall(r"^```json\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    (said,) = tact("score", given=stay).lines
    expected = json.loads(shown)
    assert {key: said[key] for key in expected} == expected
