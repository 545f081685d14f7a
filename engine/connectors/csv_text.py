"""From the bytes of a CSV file to its rows: encoding, separator, header, line numbers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.connectors.base import Refused
from engine.errors import UnreadableError
from engine.sentences import Sentence

MOST_BYTES = 64 * 1024 * 1024
"""Largest file that is read: about four times 120,000 bookings of 32 columns."""

ENCODINGS = ("auto", "utf-8", "utf-8-sig", "cp1252", "iso8859-1", "iso8859-15")
"""Encodings that are read; `auto` takes UTF-8 where the bytes allow it, else Windows-1252."""

DELIMITERS = (",", ";", "\t")
"""Separators that are tried, in this order, where the mapping names none."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it starts on and its cells by column."""

    line: int
    cells: dict[str, str]

    @property
    def record(self) -> str:
        """How the record is named in a report."""
        return record_of(self.line)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file that can be read: nothing of its rows is held in memory."""

    data: bytes
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[Row | Refused]:
        """Yield each row after the header; blank lines do not count."""
        reader = _reader(self.data, self.encoding, self.delimiter)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Refused(
                    record_of(line),
                    Sentence("cannot be read: {reason}; is a quotation mark open?", reason=error),
                )
                continue
            if cells:
                yield self._row(line, cells)

    def _row(self, line: int, cells: Sequence[str]) -> Row | Refused:
        if len(cells) == len(self.header):
            return Row(line, dict(zip(self.header, cells, strict=True)))
        message = Sentence(
            "has {n} cells where the header has {columns}; "
            "is a separator or a quotation mark astray?",
            n=len(cells),
            columns=len(self.header),
        )
        return Refused(record_of(line), message)


def record_of(line: int) -> Sentence:
    """Return how the record on a line is named in a report."""
    return Sentence("line {line}", line=line)


class _Reader(Iterator[list[str]], Protocol):
    """What `csv.reader` returns; its own class has no public name."""

    @property
    def line_num(self) -> int: ...


def open_sheet(data: bytes, encoding: str = "auto", delimiter: str = "") -> Sheet:
    """Return the sheet in `data`, its encoding and separator found out where not given.

    Parameters
    ----------
    data : bytes
        At most `MOST_BYTES`.
    encoding : str
        One of `ENCODINGS`. A byte order mark of UTF-8 counts more.
    delimiter : str
        Empty: the one of `DELIMITERS` that splits the header most often.

    Raises
    ------
    UnreadableError
        Too large, not text, another encoding, or no header line.
    """
    _refuse_unreadable(data)
    found = _encoding(data, encoding)
    best = delimiter or max(DELIMITERS, key=lambda mark: _n_columns(data, found, mark))
    header = _header(data, found, best)
    if not any(header):
        raise UnreadableError("The file has no header line: its first line must name the columns.")
    return Sheet(data, found, best, header)


def _refuse_unreadable(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // (1024 * 1024)
        raise UnreadableError(
            Sentence("The file is larger than {most} MB; import it in parts.", most=most)
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError(
            "The file is written in UTF-16; save it as 'CSV UTF-8' and try again."
        )
    if b"\0" in data:
        raise UnreadableError(
            "The file holds NUL bytes, so it is no CSV text; save it as 'CSV UTF-8' and try again."
        )


def _encoding(data: bytes, wanted: str) -> str:
    if data.startswith(codecs.BOM_UTF8):
        wanted = "utf-8-sig"
    for encoding in ("utf-8", "cp1252") if wanted == "auto" else (wanted,):
        if _decodes(data, encoding):
            return encoding
    if wanted == "auto":
        raise UnreadableError("The file is written neither in UTF-8 nor in Windows-1252.")
    raise UnreadableError(
        Sentence('The file is not written in {encoding}. Try encoding = "auto".', encoding=wanted)
    )


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _n_columns(data: bytes, encoding: str, delimiter: str) -> int:
    """How many columns a separator makes of the header; none where it does not fit at all."""
    try:
        return len(_header(data, encoding, delimiter))
    except UnreadableError:
        return 0  # a quoted header, as R writes it, ends its names only at its own separator


def _header(data: bytes, encoding: str, delimiter: str) -> tuple[str, ...]:
    try:
        first: list[str] = next(_reader(data, encoding, delimiter), [])
    except csv.Error as error:
        raise UnreadableError(
            Sentence("The header line cannot be read: {reason}.", reason=error)
        ) from error
    return tuple(" ".join(name.split()) for name in first)


def _reader(data: bytes, encoding: str, delimiter: str) -> _Reader:
    # Read through a window on the bytes, so that a large file is never held as text.
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    # Strict: an open quotation mark would else swallow the rest of the file without a word.
    return csv.reader(text, delimiter=delimiter, strict=True)
