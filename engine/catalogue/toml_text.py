"""Rules as a file that people edit: read from TOML, and written back with their comments."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.catalogue.reading import Reading
from engine.catalogue.rule_shape import RulesFile
from engine.catalogue.rules import rule_from_dict, rules_of_file
from engine.catalogue.toml_patch import core_and_rest
from engine.catalogue.toml_pieces import Piece, line, pieces_of
from engine.catalogue.toml_rule import RULE, Block, fresh_block, patched_block, text_of
from engine.catalogue.tree import plain
from engine.domain.cues import Fact
from engine.domain.rules import Rule
from engine.errors import RuleError, UnreadableError
from engine.sentences import Sentence


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
    except ValueError as error:  # also a number of thousands of digits
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
        The file as it was. Every line that still says the same stays to the letter, with order
        and comments; rules that are gone are taken out, new ones come last.

    Raises
    ------
    UnreadableError
        If the earlier file is no TOML, or cannot be brought up to date: its rules do not stand
        under lines `[[rule]]`, two have one id, or something else in it is no part of such a file.
    """
    wanted = {rule.id: rule for rule in rules}
    data = _parsed(earlier)
    newline = "\r\n" if "\r\n" in earlier else "\n"
    ended = earlier if earlier.endswith("\n") or not earlier else earlier + newline
    text = _brought(ended, data, wanted, newline)
    _must_say(text, wanted)
    return earlier if text == ended else text


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        told = Sentence("This is no TOML that can be read: {reason}", reason=str(error))
        raise UnreadableError(told) from None


def _brought(text: str, data: Mapping[str, Any], wanted: Mapping[str, Rule], newline: str) -> str:
    head, *parts = _parts(pieces_of(text))
    ids = _ids(data, sum(isinstance(part, Block) for part in parts))
    told, present = [_head(head, data, newline, has_rules=bool(wanted))], iter(ids)
    for part in parts:
        if isinstance(part, Block):
            rule = wanted.get(next(present))
            told.append(text_of(patched_block(part, rule, newline).pieces) if rule else "")
        else:
            told.append(text_of(part))
    fresh = [rule for id, rule in wanted.items() if id not in set(ids)]
    lines = [newline + text_of(fresh_block(rule, newline).pieces) for rule in fresh]
    return "".join([*_without_gaps(told, newline), *lines])


def _head(
    head: Block | list[Piece], data: Mapping[str, Any], newline: str, *, has_rules: bool
) -> str:
    """Return what stands before the first rule; a file without rules says `rule = []`."""
    pieces = head.pieces if isinstance(head, Block) else head
    kept = [one for one in pieces if not (has_rules and one.sort == "value" and one.keys == RULE)]
    core, rest = core_and_rest(kept)
    is_told = has_rules or any(one.keys == RULE for one in core)
    first = [] if "schema" in data else [line(("schema",), 1, newline)]
    none = [] if is_told else [line(RULE, [], newline)]
    return text_of([*first, *core, *none, *rest])


def _parts(pieces: Iterable[Piece]) -> list[Block | list[Piece]]:
    """Part a file into its rules and what stands before and between them."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        is_rule = piece.sort == "array" and piece.keys == RULE
        is_other = piece.sort in ("table", "array") and piece.keys[:1] != RULE
        if is_rule or is_other:
            runs.append([])
        runs[-1].append(piece)
    return [part for run in runs for part in _rule_and_rest(run)]


def _rule_and_rest(run: list[Piece]) -> list[Block | list[Piece]]:
    if not run or run[0].sort != "array" or run[0].keys != RULE:
        return [run]
    core, rest = core_and_rest(run)
    return [Block(tuple(core)), rest]


def _ids(data: Mapping[str, Any], n_blocks: int) -> list[str]:
    """Return the id of each rule of a file, empty where it has none."""
    tables = data.get("rule", [])
    if not isinstance(tables, list) or len(tables) != n_blocks:
        raise UnreadableError(
            "The rules of this file do not stand under lines [[rule]]. "
            "Write each rule as lines under its own line [[rule]], and try again."
        )
    found = (table.get("id") for table in tables)
    ids = [one if isinstance(one, str) else "" for one in found]
    twice = next((id for id, n in Counter(filter(None, ids)).items() if n > 1), "")
    if twice:
        raise UnreadableError(
            Sentence(
                "Two rules of this file have the id {id}. Take one of them out, and try again.",
                id=twice,
            )
        )
    return ids


def _without_gaps(told: Sequence[str], newline: str) -> Iterator[str]:
    """Where a rule is gone, one of the blank lines around it goes too."""
    before, is_gone = newline * 2, False
    for text in told:
        is_double = is_gone and before.endswith(newline * 2)
        shown = text.removeprefix(newline) if is_double else text
        yield shown
        before, is_gone = shown or before, not text


def _must_say(text: str, wanted: Mapping[str, Rule]) -> None:
    """Refuse a file that would not be read as it was meant."""
    data, reading = plain(_parsed(text)), Reading({})
    reading.load_partly(RulesFile(), data, "")
    if reading.problems:
        reason = reading.problems[0].sentence()
    elif {rule.id: rule for rule in map(rule_from_dict, data.get("rule", []))} != wanted:
        reason = "[[rule]]"
    else:
        return
    raise UnreadableError(
        Sentence("This file cannot be brought up to date: {reason}", reason=reason)
    )
