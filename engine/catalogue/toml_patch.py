"""Lines of a table brought to what the table shall say; only those that differ are touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.catalogue.toml_pieces import Keys, Piece, line
from engine.catalogue.tree import plain

NOTHING = object()
"""Stands where a table has no such key."""


def patched(
    pieces: Iterable[Piece],
    wanted: Mapping[str, Any],
    newline: str,
    *,
    spread: Sequence[str] = (),
    instead: Mapping[str, str] | None = None,
) -> list[Piece]:
    """Return the lines of a table so that they say what is wanted.

    Parameters
    ----------
    pieces : iterable of Piece
        Lines of one table and the tables in it, each with the keys that it stands under.
    wanted : mapping
        What the table shall say.
    newline : str
        Ends new lines.
    spread : sequence of str
        Keys of tables that get a line for each of their values where they are new.
    instead : mapping of str to str, optional
        Key that takes the line of another one where that one is gone.
    """
    lines = list(pieces)
    kept = [one for piece in lines for one in _brought(piece, wanted)]
    for gone, fresh in (instead or {}).items():
        kept = _in_its_place(lines, kept, wanted, (gone, fresh), newline)
    for path, value in list(_missing(wanted, kept, spread)):
        _insert(kept, path, value, wanted, newline)
    for group in spread:
        kept = _in_order(kept, group, wanted)
    return kept


def core_and_rest(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Part lines from the blank and comment lines at their end: those belong to what follows."""
    n_core = max((at for at, one in enumerate(pieces, start=1) if one.sort != "note"), default=0)
    return list(pieces[:n_core]), list(pieces[n_core:])


def same(one: Any, other: Any) -> bool:
    """Whether two values of TOML say the same; a day may be written as a text."""
    left, right = plain(one), plain(other)
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _at(table: Any, path: Keys) -> Any:
    for key in path:
        table = table.get(key, NOTHING) if isinstance(table, Mapping) else NOTHING
    return table


def _brought(piece: Piece, wanted: Mapping[str, Any]) -> Iterator[Piece]:
    """The line as it is, or with its new value; nothing where it is not wanted."""
    value = _at(wanted, piece.path)
    if piece.sort == "note" or (piece.sort == "table" and isinstance(value, Mapping)):
        yield piece
    elif piece.sort == "value" and value is not NOTHING:
        yield piece if same(piece.value, value) else piece.saying(value)


def _in_its_place(
    lines: Sequence[Piece],
    kept: list[Piece],
    wanted: Mapping[str, Any],
    keys: tuple[str, str],
    newline: str,
) -> list[Piece]:
    gone, fresh = ((key,) for key in keys)
    place = next((at for at, one in enumerate(lines) if one.path == gone), None)
    is_there = any(one.path in (gone, fresh) for one in kept)
    if place is None or is_there or _at(wanted, fresh) is NOTHING:
        return kept
    old, new = lines[place], line(fresh, _at(wanted, fresh), newline)
    note = old.text[len(old.text) - old.n_after :]
    moved = Piece(new.text[: len(new.text) - new.n_after] + note, "value", fresh)
    before = [one for piece in lines[:place] for one in _brought(piece, wanted)]
    return [*before, moved, *kept[len(before) :]]


def _missing(
    wanted: Mapping[str, Any], kept: Sequence[Piece], spread: Sequence[str], above: Keys = ()
) -> Iterator[tuple[Keys, Any]]:
    """Yield what no line says, with where it belongs."""
    said = {one.path for one in kept if one.sort == "value"}
    for key, value in wanted.items():
        path = (*above, key)
        is_begun = any(one.path[: len(path)] == path for one in kept if one.sort != "note")
        if path in said:
            continue
        if isinstance(value, Mapping) and (is_begun or (path[0] in spread and not above)):
            yield from _missing(value, kept, (), path)
        else:
            yield path, value


def _insert(
    kept: list[Piece], path: Keys, value: Any, wanted: Mapping[str, Any], newline: str
) -> None:
    heads = [one.path for one in kept if one.sort == "table" and path[: len(one.path)] == one.path]
    above = max(heads, key=len, default=())
    fresh = line(path[len(above) :], value, newline).under(above)
    kept.insert(_place(kept, fresh, wanted), fresh)


def _place(kept: Sequence[Piece], fresh: Piece, wanted: Mapping[str, Any]) -> int:
    """Behind what comes before it, among its like where it has some."""
    inside = [at for at, one in enumerate(kept) if one.sort == "value" and one.above == fresh.above]
    alike = [at for at in inside if kept[at].path[:-1] == fresh.path[:-1] != ()]
    rank = _rank(fresh.path, wanted)
    before = [at for at in alike or inside if _rank(kept[at].path, wanted) < rank]
    if before:
        return before[-1] + 1
    if alike:
        return _with_comments(kept, alike[0])
    heads = [at for at, one in enumerate(kept) if one.sort == "table" and one.path == fresh.above]
    return heads[0] + 1 if heads else 0


def _rank(path: Keys, wanted: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(
        list(_at(wanted, path[:depth])).index(key)
        if _at(wanted, path[: depth + 1]) is not NOTHING
        else -1
        for depth, key in enumerate(path)
    )


def _with_comments(pieces: Sequence[Piece], at: int) -> int:
    """Return where the comments right above a line begin."""
    while at and pieces[at - 1].is_comment:
        at -= 1
    return at


def _in_order(kept: list[Piece], group: str, wanted: Mapping[str, Any]) -> list[Piece]:
    """Bring the lines of a group into the wanted order, each with its comments."""
    places = [at for at, one in enumerate(kept) if one.sort == "value" and one.path[:1] == (group,)]
    ends = sorted(places, key=lambda at: _rank(kept[at].path, wanted))
    if ends == places:
        return kept
    chunk = {at: kept[_with_comments(kept, at) : at + 1] for at in places}
    moved: list[Piece] = []
    done = 0
    for old, new in zip(places, ends, strict=True):
        moved += [*kept[done : _with_comments(kept, old)], *chunk[new]]
        done = old + 1
    return moved + kept[done:]
