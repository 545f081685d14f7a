"""Rules as a file that people edit: read from TOML, and written back with their comments."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import date
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from engine.catalogue.reading import Reading
from engine.catalogue.rules import LEANINGS, rule_from_dict, rule_to_dict, rules_of_file
from engine.catalogue.tree import plain
from engine.domain.cues import Fact
from engine.domain.rules import STRENGTHS, Rule, Sureness
from engine.errors import RuleError, UnreadableError


def rules_from_toml(
    text: str, facts: Mapping[str, Fact], *, file: str = "", culture_limit: float = math.inf
) -> tuple[Rule, ...]:
    """Return the rules of one file.

    Raises
    ------
    UnreadableError
        If the text is no TOML.
    RuleError
        With every problem of every rule.
    """
    try:
        data = plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"{file}: cannot be read: {error}") from error
    reading = Reading({})
    rules = tuple(rules_of_file(reading, data, file, facts, culture_limit=culture_limit))
    if reading.problems:
        raise RuleError(reading.problems)
    return rules


def rules_to_toml(rules: Iterable[Rule], earlier: str = "") -> str:
    """Return the rules as TOML.

    Parameters
    ----------
    rules : iterable of Rule
        With ids that differ.
    earlier : str
        The file as it was. Its order, comments and ways of writing stay where a rule is the same;
        rules that are gone are taken out, new ones come last.
    """
    document = tomlkit.parse(earlier)
    document.setdefault("schema", 1)
    tables = document.setdefault("rule", tomlkit.aot())
    wanted = {rule.id: rule for rule in rules}
    for place in reversed(range(len(tables))):
        rule = wanted.get(str(tables[place].get("id")))
        if rule is None:
            del tables[place]
        elif not _says(tables[place], rule):
            _merge(tables[place], _in_words(tables[place], rule))
    _append(tables, wanted)
    return tomlkit.dumps(document)


def _append(tables: AoT, wanted: Mapping[str, Rule]) -> None:
    present = {str(table.get("id")) for table in tables}
    for id, rule in wanted.items():
        if id not in present:
            fresh = tomlkit.table()
            _merge(fresh, rule_to_dict(rule))
            tables.append(fresh)


def _says(table: Table, rule: Rule) -> bool:
    """Return whether a table already says exactly this rule, in whatever words."""
    try:
        return rule_from_dict(table.unwrap()) == rule
    except RuleError:
        return False


def _in_words(table: Table, rule: Rule) -> dict[str, Any]:
    """Return the written rule; what stayed the same keeps its words, or goes on unsaid."""
    written = rule_to_dict(rule)
    if "sure" not in table and rule.sure is Sureness.USUAL:
        del written["sure"]
    words = {key: str(table.get(key, "")) for key in ("strength", "leaning")}
    size, sign = STRENGTHS.get(words["strength"]), LEANINGS.get(words["leaning"])
    if size is None or sign is None or size * sign != rule.weight:
        return written
    del written["weight"]
    return {**written, **words}


def _merge(table: MutableMapping[str, Any], written: Mapping[str, Any]) -> None:
    """Bring a rule to what is written, touching only what differs.

    A group whose keys change is written anew as a whole: tomlkit loses count when one of several
    dotted keys is deleted.
    """
    for key in [key for key in table if key not in written]:
        del table[key]
    for key, value in written.items():
        old = _plain_at(table, key)
        if isinstance(old, dict) and isinstance(value, Mapping) and old.keys() == value.keys():
            _set_changed(table[key], value)
        elif old != value or type(old) is not type(value):
            if isinstance(value, Mapping | list):
                table.pop(key, None)
            table[key] = _item(key, value)


def _set_changed(group: MutableMapping[str, Any], written: Mapping[str, Any]) -> None:
    for key, value in written.items():
        old = _plain_at(group, key)
        if old != value or type(old) is not type(value):
            group[key] = _item(key, value)


def _plain_at(table: MutableMapping[str, Any], key: str) -> Any:
    return plain(tomlkit.item(table[key]).unwrap()) if key in table else None


def _item(key: str, value: Any) -> Any:
    """Return a value as TOML writes it best."""
    if key in ("from", "until"):
        return date.fromisoformat(value)
    if key == "test" and isinstance(value, list):
        return _tables(value)
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update({name: _item(name, inner) for name, inner in value.items()})
        return inline
    return value


def _tables(examples: Iterable[Mapping[str, Any]]) -> AoT:
    tables = tomlkit.aot()
    for example in examples:
        table = tomlkit.table()
        _merge(table, example)
        tables.append(table)
    return tables
