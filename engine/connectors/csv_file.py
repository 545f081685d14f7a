"""CSV files of any shape: a mapping says which column is what.

>>> mapping = read_mapping(open("mapping.toml").read(), catalogue.facts)    # doctest: +SKIP
>>> for result in drafts(data, mapping, catalogue.facts, "las_cabanas"):    # doctest: +SKIP
...     print(result)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engine.connectors.base import RecordError, Refused, Result, Skipped
from engine.connectors.csv_cells import (
    Texts,
    date_of,
    fact_of,
    hour_of,
    number_of,
    text_of,
)
from engine.connectors.csv_mapping import Cell, Cells, CsvMapping, near
from engine.connectors.csv_mapping_reader import read_mapping
from engine.connectors.csv_text import Row, Sheet, open_sheet
from engine.domain.cues import Fact, Value
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import MappingError, Problem
from engine.sentences import Sentence

__all__ = ["MOST_NIGHTS", "CsvMapping", "drafts", "read_mapping"]

SOURCE = "csv"

YEARS = range(2000, 2200)
"""Years in which a stay may begin; another one is a slip of the pen."""

MOST_NIGHTS = 1000
"""Longer stays are slips of the pen."""

LEAST_GROUP = 5
"""Adults from which a party is a group."""


def drafts(
    data: bytes,
    mapping: CsvMapping,
    facts: Mapping[str, Fact],
    house: str,
    *,
    units: Collection[str] | None = None,
    name: str = "mapping",
) -> Iterator[Result]:
    """Yield one result per row, in the order of the file.

    Parameters
    ----------
    data : bytes
        The file, at most 64 MB. Rows are read one by one.
    mapping : CsvMapping
        From `read_mapping`.
    facts : mapping of str to Fact
        The same as the mapping was read with.
    house : str
        Id of the house that the stays belong to.
    units : collection of str, optional
        Codes of the rooms or cabins; others are refused. None: every code is taken.
    name : str
        Name of the mapping file, for messages.

    Raises
    ------
    UnreadableError
        The file is not CSV text, or too large.
    MappingError
        The mapping names a column that the file does not have.
    """
    sheet = open_sheet(data, mapping.encoding, mapping.delimiter)
    _refuse_columns(sheet, mapping, name)
    return _Drafting(mapping, facts, house, units).results(sheet)


def _refuse_columns(sheet: Sheet, mapping: CsvMapping, name: str) -> None:
    counts = Counter(sheet.header)
    wrong = [
        Problem(name, "", key, _column_problem(column, counts))
        for column, key in mapping.columns().items()
        if counts[column] != 1
    ]
    if wrong:
        exist = ", ".join(repr(column) for column in sheet.header if column)
        has = Problem(name, "", "", Sentence("The file has: {columns}.", columns=exist))
        told = " ".join(problem.sentence() for problem in wrong)
        raise MappingError(" ".join((told, has.message)), (*wrong, has))


def _column_problem(column: str, counts: Counter[str]) -> Sentence:
    if counts[column]:
        return Sentence(
            "the file has {n} columns named '{column}'.", n=counts[column], column=column
        )
    hint = near(column, list(counts))
    return Sentence("the file has no column '{column}'.{hint}", column=column, hint=hint)


@dataclass
class _Drafting:
    """Turns rows into drafts, and remembers which bookings it has met."""

    mapping: CsvMapping
    facts: Mapping[str, Fact]
    house: str
    units: Collection[str] | None
    first_lines: dict[str, int] = field(default_factory=dict)
    """Booking to the line it was first met on: about 10 MB for 100,000 bookings."""
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    """Person to what was first told of her, where the mapping has `guest_key`."""

    def results(self, sheet: Sheet) -> Iterator[Result]:
        for row in sheet.rows():
            yield row if isinstance(row, Refused) else self._result(row)

    def _result(self, row: Row) -> Result:
        if not any(cell.strip() for cell in row.cells.values()):
            return Skipped(row.record, "all cells are empty")
        try:
            draft = self._draft(row.cells)
        except RecordError as error:
            return Refused(row.record, error.message)
        first = self.first_lines.setdefault(draft.ref, row.line)
        if first != row.line:
            return Skipped(
                row.record,
                Sentence("the same booking stands on line {line}, which counts", line=first),
            )
        return self._as_first_told(draft)

    def _as_first_told(self, draft: StayDraft) -> StayDraft:
        # Two spellings of one person in one file would else overwrite each other at every import.
        if draft.guest_key is None:
            return draft
        first = self.people.setdefault(draft.guest_key, {})
        told = {key: getattr(draft, key) for key in ("guest_name", "language", "email")}
        for key, text in told.items():
            if text is not None:
                first.setdefault(key, text)
        return replace(
            draft,
            guest_name=first["guest_name"],
            language=first.get("language"),
            email=first.get("email"),
        )

    def _draft(self, row: Texts) -> StayDraft:
        ref = text_of(row, self._cells("ref"))
        if not ref:
            raise RecordError("the reference of the booking is empty")
        arrival_on = date_of(row, self._cells("arrival"))
        if arrival_on is None:
            raise RecordError("the arrival date is empty")
        if arrival_on.year not in YEARS:
            raise RecordError(
                Sentence(
                    "an arrival in the year {year} cannot be; {first} to {last} are allowed",
                    year=arrival_on.year,
                    first=YEARS[0],
                    last=YEARS[-1],
                )
            )
        departure_on = self._departure(row, arrival_on)
        expected_hour = hour_of(row, self._cells("expected_hour"))
        return StayDraft(
            house=self.house,
            ref=ref,
            guest_name=text_of(row, self._cells("guest_name"), " ") or ref,
            language=self._language(row),
            email=self._email(row),
            unit=self._unit(row),
            arrival_on=arrival_on,
            departure_on=departure_on,
            status=self._status(row),
            facts=self._facts(row, arrival_on, departure_on, expected_hour),
            source=SOURCE,
            expected_hour=expected_hour,
            guest_key=text_of(row, self._cells("guest_key")) or None,
        )

    def _cells(self, key: str) -> Cells:
        return self.mapping.stay.get(key, ())

    def _departure(self, row: Texts, arrival_on: date) -> date:
        nights = number_of(row, self._cells("nights"), self.mapping.decimal)
        departure_on = date_of(row, self._cells("departure"))
        if departure_on is not None:
            nights = (departure_on - arrival_on).days
        if nights is None:
            raise RecordError("neither nights nor a departure date are told")
        if not 0 <= nights <= MOST_NIGHTS:
            raise RecordError(
                Sentence(
                    "a stay of {nights} nights cannot be; 0 to {most} are allowed",
                    nights=nights,
                    most=MOST_NIGHTS,
                )
            )
        return arrival_on + timedelta(days=nights)

    def _language(self, row: Texts) -> str | None:
        text = text_of(row, self._cells("language")).replace("_", "-")
        base, _, region = text.partition("-")
        if not (base.isascii() and base.isalpha() and 2 <= len(base) <= 3):
            return None
        return f"{base.lower()}-{region}" if region else base.lower()

    def _email(self, row: Texts) -> str | None:
        # An arrival counts more than its e-mail: what is no address is left out.
        text = text_of(row, self._cells("email"))
        before, _, after = text.rpartition("@")
        return text if before and "." in after and " " not in text else None

    def _unit(self, row: Texts) -> str | None:
        code = text_of(row, self._cells("unit"))
        if not code:
            return None
        if self.units is not None and code not in self.units:
            hint = near(code, self.units)
            raise RecordError(
                Sentence("unit '{unit}' is not one of this house.{hint}", unit=code, hint=hint)
            )
        return code

    def _status(self, row: Texts) -> StayStatus:
        cells = self._cells("status")
        told = text_of(row, tuple(_untranslated(cells)))
        text = text_of(row, cells).lower()
        if not told:
            return StayStatus.EXPECTED
        if text not in {status.value for status in StayStatus}:
            raise RecordError(
                Sentence(
                    "status '{status}' has no meaning in the mapping (stay.status.values)",
                    status=told,
                )
            )
        return StayStatus(text)

    def _facts(
        self, row: Texts, arrival_on: date, departure_on: date, expected_hour: int | None
    ) -> dict[str, Value]:
        told = {
            id: fact_of(row, cells, self.facts[id], self.mapping.decimal)
            for id, cells in self.mapping.facts.items()
        }
        known = {id: value for id, value in told.items() if value is not None}
        booked_on = date_of(row, self._cells("booked_on"))
        derived = {
            "nights": (departure_on - arrival_on).days,
            "party": party_of(known),
            "lead_days": None if booked_on is None else (arrival_on - booked_on).days,
            "arrival_hour": expected_hour,
        }
        return {**self._fitting(derived), **known}

    def _fitting(self, derived: Mapping[str, Value | None]) -> dict[str, Value]:
        """Return what is known, not mapped to a column, and a fact of the catalogue."""
        return {
            id: value
            for id, value in derived.items()
            if value is not None
            and id in self.facts
            and id not in self.mapping.facts
            and not (isinstance(value, int) and value < 0)
        }


def _untranslated(cells: Cells) -> Iterator[Cell]:
    for cell in cells:
        yield replace(cell, values=None)


def party_of(facts: Mapping[str, Value]) -> str | None:
    """Return the party that adults and children make, or None where they do not tell.

    Five adults are a group; three or four without children may be friends or a family.
    """
    adults, children = facts.get("adults"), facts.get("children")
    if not isinstance(adults, int) or adults < 1:
        return None
    if adults >= LEAST_GROUP:
        return "group"
    if not isinstance(children, int):
        return None
    return "family" if children else {1: "solo", 2: "couple"}.get(adults)
