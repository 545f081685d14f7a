"""All bookings of two real hotels, read and advised: what Tact would have said.

The data: N. Antonio, A. de Almeida, L. Nunes (2019), Hotel booking demand datasets, Data in Brief
22:41-49, https://doi.org/10.1016/j.dib.2018.11.126, CC BY 4.0; as one gzipped CSV file.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.figure import Figure, Numbers, SkippedError, tell
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.connectors.base import Result
from engine.connectors.csv_file import drafts, read_mapping
from engine.decision.advise import Adviser
from engine.domain.advice import Recommendation
from engine.domain.catalogue import Catalogue
from engine.domain.stays import Case, StayDraft

FOLDER = "TACT_BENCH_DATA"
FILE = "hotel_bookings.csv.gz"
MAPPING = Path(__file__).with_suffix(".toml")

N_ROWS_QUICK = 1_000


def source() -> Path:
    """Return the file with the bookings.

    Raises
    ------
    SkippedError
        If it is not there; tells where it comes from.
    """
    folder = os.environ.get(FOLDER)
    path = Path(folder or "", FILE)
    if folder and path.is_file():
        return path
    why = f"{folder} holds no {FILE}" if folder else f"{FOLDER} is not set"
    raise SkippedError(
        f"{why}. Put the hotel booking demand data (doi.org/10.1016/j.dib.2018.11.126, H1 and H2 "
        f"in one CSV file, gzipped as {FILE}) into a folder and name it in {FOLDER}."
    )


def numbered(path: Path, most: int | None) -> bytes:
    """Return the rows with what the source lacks: a number of the booking, in front.

    The source tells the number of a company, or NULL; that becomes yes or no.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        company = header.index("company")
        writer.writerow(["booking", *header])
        for number, row in enumerate(islice(rows, most), start=1):
            row[company] = "no" if row[company] == "NULL" else "yes"
            writer.writerow([number, *row])
    return out.getvalue().encode()


def read(data: bytes, catalogue: Catalogue) -> list[Result]:
    """Read every row through the connector that `tact import` uses."""
    facts = catalogue.facts
    mapping = read_mapping(MAPPING.read_text(encoding="utf-8"), facts, name=MAPPING.name)
    return list(drafts(data, mapping, facts, next(iter(catalogue.houses)), name=MAPPING.name))


def advised(adviser: Adviser, stays: Sequence[StayDraft]) -> Iterator[Recommendation]:
    """Yield the advice on every stay, from the reservation alone: nothing seen, nothing asked."""
    for number, stay in enumerate(stays, start=1):
        yield adviser.recommend(Case(stay.ref, stay.house, facts=stay.facts))
        if number % 20_000 == 0:
            tell(f"{number} bookings advised")


def by_hotel(recommendations: Sequence[Recommendation]) -> dict[str, Any]:
    """Count advice and styles of each hotel, whose name begins the reference."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for told in recommendations:
        hotel = told.ref.partition("-")[0]
        of_hotel = counts.setdefault(hotel, {"advice": Counter(), "style": Counter()})
        of_hotel["advice"][told.advice.value] += 1
        of_hotel["style"][told.style] += 1
    return {
        hotel: {kind: dict(sorted(counted.items())) for kind, counted in of_hotel.items()}
        for hotel, of_hotel in sorted(counts.items())
    }


def run(is_quick: bool) -> Numbers:
    """Read the whole file, advise on every stay."""
    path, catalogue = source(), load_catalogue()
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    data = numbered(path, N_ROWS_QUICK if is_quick else None)
    start = perf_counter()
    results = read(data, catalogue)
    is_read = perf_counter()
    tell(f"{len(results)} rows read")
    stays = [result for result in results if isinstance(result, StayDraft)]
    told = list(advised(adviser, stays))
    end = perf_counter()
    return {
        "rows": len(results),
        "refused": len(results) - len(stays),
        "seconds": round(end - start, 1),
        "stays_a_second": round(len(stays) / (end - start)),
        "rows_read_a_second": round(len(results) / (is_read - start)),
        "stays_advised_a_second": round(len(stays) / (end - is_read)),
        "hotels": by_hotel(told),
    }


FIGURE = Figure(
    "hotel_bookings", "119,390 real bookings of two hotels, read from CSV and advised", run
)
