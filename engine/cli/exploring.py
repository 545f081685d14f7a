"""The command of the owner who wants to know whether advice helps: explore."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from engine.bootstrap import open_context
from engine.cli.speaking import DONE, Commands, add, add_json, say_document

NOBODY = "tact explore"
"""Who changes settings where a command is run and nobody is signed in."""

NUMBERS = {
    "control": ("control_share", "share of guests under usual service, without advice, 0 to 1"),
    "test": ("test_share", "share of the others who get any style that is nearly as good, 0 to 1"),
    "reach": ("reach", "points that a style may lie below the best and still be tried"),
    "floor": ("floor", "with --thompson, the least chance of each of these styles, 0 to 0.2"),
    "budget": ("monthly_budget", "points that exploring may cost in a month"),
}
"""Option, the setting behind it, and what it is."""


def add_to(commands: Commands) -> None:
    """Add this command."""
    about = "let a little chance into the choice of style, to learn what helps; off by default"
    tried = add(commands, "explore", explore, about)
    tried.add_argument("--house", help="id of the house; its own one unless told otherwise")
    _add_switch(tried, "is_on", "on", "off", "explore from now on, or no longer")
    for option, (setting, what) in NUMBERS.items():
        tried.add_argument(f"--{option}", dest=setting, type=float, metavar="X", help=what)
    about = "choose the rest by how likely each style is best, or give them the best"
    _add_switch(tried, "has_thompson", "thompson", "no-thompson", about)
    add_json(tried)


def _add_switch(
    command: argparse.ArgumentParser, setting: str, yes: str, no: str, what: str
) -> None:
    switch = command.add_mutually_exclusive_group()
    switch.add_argument(f"--{yes}", dest=setting, action="store_true", default=None, help=what)
    switch.add_argument(f"--{no}", dest=setting, action="store_false", default=None)


def explore(options: argparse.Namespace) -> int:
    """Change what an owner allows, and say how it stands; without changes only the latter."""
    from engine.usecases.learning import exploring  # noqa: PLC0415  # only this command needs it

    document = exploring.explore(
        open_context(), options.house, _changes(options), by=NOBODY, now=datetime.now(UTC)
    )
    say_document(document, exploring.in_words(document), as_json=options.json)
    return DONE


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    settings = ["is_on", "has_thompson", *(setting for setting, _ in NUMBERS.values())]
    given = {setting: getattr(options, setting) for setting in settings}
    return {setting: value for setting, value in given.items() if value is not None}
