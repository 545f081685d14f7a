"""One pass over a tree: loads tables, and collects every problem instead of stopping at one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.exceptions import SCHEMA

from engine.catalogue.near import spelled
from engine.catalogue.shape import Fault, unknown
from engine.errors import Problem
from engine.sentences import Sentence

Table = dict[str, Any]


class Reading:
    """The tree being read, and what is wrong with it so far.

    Parameters
    ----------
    tree : mapping
        As made by `engine.catalogue.tree.read_tree`.
    """

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        """Ids that exist and could not be read."""
        self._first_file: dict[tuple[str, str], str] = {}

    def tell(self, file: str, id: str, key: str, message: str, allowed: Sequence[str] = ()) -> None:
        """Note one problem."""
        self.problems.append(Problem(file, id, key, worded(message), tuple(allowed)))

    def tables(self, pattern: str) -> Iterator[tuple[str, Table]]:
        """Yield path and content of the TOML files that match `pattern`, in order of path."""
        depth = pattern.count("/")
        for path in sorted(self.tree):
            is_table = isinstance(self.tree[path], Mapping)
            if is_table and path.count("/") == depth and PurePosixPath(path).match(pattern):
                yield path, self.tree[path]

    def load(self, shape: Schema, data: object, file: str, id: str = "") -> Table | None:
        """Return `data` in its shape, or None after telling what is wrong with it."""
        try:
            loaded: Table = shape.load(data)  # type: ignore[arg-type]  # the shape refuses it
        except ValidationError as error:
            self.problems.extend(problems_of(error.messages, file, id, data=data))
            self.unread.add(id)
            return None
        return loaded

    def load_partly(
        self, shape: Schema, data: Mapping[str, Any], file: str, id: str = "", key: str = ""
    ) -> Table:
        """Return the fields of `data` that are right, after telling what is wrong with others.

        Problems bear the dotted `key` of the table itself before theirs.
        """
        try:
            loaded: Table = shape.load(data)
        except ValidationError as error:
            self.problems.extend(problems_of(error.messages, file, id, key, data))
            return dict(error.valid_data)  # type: ignore[arg-type]  # a table's part is a table
        return loaded

    def takes(self, kind: str, id: str, file: str) -> bool:
        """Take an id, and return whether it was still free; told where it was not."""
        first = self._first_file.get((kind, id))
        self._first_file.setdefault((kind, id), file)
        if not id or first is None:
            return True
        self.tell(file, id, "id", f"is used twice, first in {first}")
        return False

    def item(self, kind: str, shape: Schema, data: object, file: str) -> Table | None:
        """Load one thing with an id of its own; an id is used once."""
        id = str(data.get("id", "")) if isinstance(data, Mapping) else ""
        is_first = self.takes(kind, id, file)
        loaded = self.load(shape, data, file, id)
        return loaded if is_first else None

    def file_item(self, kind: str, shape: Schema, data: Table, file: str) -> Table | None:
        """Load a file that holds one thing and is named after it."""
        loaded = self.item(kind, shape, data, file)
        path = PurePosixPath(file)
        named = path.parent.name if path.stem == "pack" else path.stem
        if loaded is not None and loaded["id"] != named:
            self.tell(file, loaded["id"], "id", "differs from the name of its file", [named])
        return loaded

    def must_know(
        self, what: str, names: Sequence[str], known: Collection[str], at: tuple[str, str, str]
    ) -> None:
        """Tell which of `names`, found at (file, id, key), are not known.

        An id whose own table is broken is passed over: that table has been told already.
        """
        for name in names:
            if name not in known and name not in self.unread:
                told = unknown(what, name, known)
                self.tell(*at, told, told.allowed)


def worded(message: str) -> str:
    """Return a message as a plain text, unless it is a sentence that pages can translate."""
    return message if isinstance(message, Sentence) else str(message)


def problems_of(
    messages: object, file: str, id: str, key: str = "", data: object = None
) -> Iterator[Problem]:
    """Yield the messages of a schema as problems, each with its dotted key.

    `data` is what was given at `key`: messages that lack the value are told with it.
    """
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            below = key if name == SCHEMA else f"{key}.{name}".strip(".")
            given = data if name == SCHEMA else _given(data, name)
            yield from problems_of(inner, file, id, below, given)
    elif isinstance(messages, list):
        for inner in messages:
            yield from problems_of(inner, file, id, key, data)
    else:
        allowed = messages.allowed if isinstance(messages, Fault) else ()
        yield Problem(file, id, key, _worded(str(messages), data), allowed)


def _given(data: object, name: object) -> object:
    """Return what stands under a key of a table, or at a place of a list."""
    if isinstance(data, Mapping):
        return data.get(name)
    is_place = isinstance(data, list) and isinstance(name, int) and name < len(data)
    return data[name] if is_place else None  # type: ignore[index]  # is_place


def _worded(message: str, given: object) -> str:
    """Return marshmallow's own messages in the form of ours."""
    worded = _OUR_WORDS.get(message)
    return worded.format(given=spelled(given)) if worded else message


_OUR_WORDS = {
    "Missing data for required field.": "is missing",
    "Field may not be null.": "may not be empty",
    "Invalid input type.": "must be a table, not {given}",
    "Not a valid mapping type.": "must be a table, not {given}",
    "Not a valid list.": "must be a list, not {given}",
    "Not a valid integer.": "must be a whole number, not {given}",
    "Not a valid string.": "must be a text, not {given}",
}
