"""Runs the figures: `python -m benchmarks [--json] [--quick] [NAME ...]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import (
    adaptive_questions,
    analysis,
    batch_scoring,
    calibration,
    contextual_choice,
    erase,
    hotel_bookings,
    import_rows,
    learning_curve,
    next_question,
    one_guest,
    pooling,
    refit,
    replay,
    score_lines,
)
from benchmarks.figure import Figure, SkippedError, tell

FIGURES: Mapping[str, Figure] = {
    module.FIGURE.name: module.FIGURE
    for module in (
        analysis,
        adaptive_questions,
        one_guest,
        score_lines,
        import_rows,
        erase,
        hotel_bookings,
        next_question,
        calibration,
        batch_scoring,
        replay,
        contextual_choice,
        refit,
        pooling,
        learning_curve,
    )
}
"""By name, the quickest first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the figures asked for, all of them unless some are named."""
    options = parser().parse_args(arguments)
    report = measured(options.names or list(FIGURES), is_quick=options.quick)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        show(report)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    lines = [f"  {figure.name:19} {figure.about}" for figure in FIGURES.values()]
    root = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure Tact on this machine.",
        epilog="\n".join(["figures:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("names", nargs="*", metavar="NAME", type=known, help="all unless named")
    root.add_argument("--json", action="store_true", help="one JSON document on stdout")
    root.add_argument("--quick", action="store_true", help="only show that the figures run")
    return root


def known(name: str) -> str:
    """Return the name of a figure, refusing others in words."""
    if name not in FIGURES:
        raise argparse.ArgumentTypeError(f"no figure {name!r}; there are: {', '.join(FIGURES)}")
    return name


def measured(names: Sequence[str], *, is_quick: bool) -> dict[str, Any]:
    """Run each figure in turn and gather numbers, and reasons where one was skipped."""
    report: dict[str, Any] = {
        "machine": machine(),
        "is_quick": is_quick,
        "figures": {},
        "skipped": {},
    }
    for name in names:
        tell(f"{name}: {FIGURES[name].about}")
        try:
            report["figures"][name] = FIGURES[name].run(is_quick)
        except SkippedError as reason:
            report["skipped"][name] = str(reason)
    return report


def machine() -> dict[str, Any]:
    """Say where the numbers were made; the load is how many others wanted the cores."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": None if load is None else round(load, 1),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def show(report: Mapping[str, Any]) -> None:
    """Print one table per figure."""
    console = Console()
    told = ", ".join(f"{key} {value}" for key, value in report["machine"].items())
    console.print(f"{told}{' (quick: these numbers mean nothing)' if report['is_quick'] else ''}")
    for name, numbers in report["figures"].items():
        console.print(f"\n{name}: {FIGURES[name].about}")
        table = Table("what", "value")
        table.columns[1].justify = "right"
        for key, value in flat(numbers):
            table.add_row(key, f"{value:,}" if type(value) in (int, float) else str(value))
        console.print(table)
    for name, reason in report["skipped"].items():
        console.print(f"{name} was skipped: {reason}")


def flat(numbers: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every number with the names that lead to it."""
    for key, value in numbers.items():
        name = f"{above}{key.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{name}, ")
        else:
            yield name, value


if __name__ == "__main__":
    sys.exit(main())
