"""The lines of one rule in a file, brought to what the rule says now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from engine.catalogue.rule_shape import GROUPS
from engine.catalogue.rules import LEANINGS, rule_from_dict, rule_to_dict
from engine.catalogue.toml_patch import core_and_rest, patched
from engine.catalogue.toml_pieces import Keys, Piece, line
from engine.domain.rules import STRENGTHS, Rule, Sureness
from engine.errors import RuleError

RULE: Keys = ("rule",)
EXAMPLE: Keys = ("rule", "test")

_SPREAD = (*GROUPS, "because")
"""Tables that are written as one line a value: `when.nights = 2`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rule in a file: from its line `[[rule]]` to the last line that says something."""

    pieces: tuple[Piece, ...]

    @property
    def written(self) -> Mapping[str, Any]:
        """What the rule says, as in the file."""
        (rule,) = tomllib.loads(text_of(self.pieces))["rule"]
        written: Mapping[str, Any] = rule
        return written


def text_of(pieces: Sequence[Piece]) -> str:
    """Return lines as one text."""
    return "".join(piece.text for piece in pieces)


def fresh_block(rule: Rule, newline: str) -> Block:
    """Return a rule in the form of our own files."""
    written = _with_days(rule_to_dict(rule))
    examples = written.pop("test", [])
    head = Piece(f"[[rule]]{newline}", "array", RULE)
    lines = patched((), written, newline, spread=_SPREAD)
    tests = [one for example in examples for one in _fresh_example(example, newline)]
    return Block((head, *lines, *tests))


def patched_block(block: Block, rule: Rule, newline: str) -> Block:
    """Return the lines of a rule brought to what it says now; written anew where that fails."""
    if _read(block.written) == rule:
        return block
    head, *body = block.pieces
    own, examples = _parted(body)
    wanted = _wanted(block.written, rule)
    is_inline = any(one.path == ("test",) for one in own)
    told = [] if is_inline else wanted.pop("test", [])
    lines = patched(
        own, wanted, newline, spread=_SPREAD, instead={"strength": "weight", "leaning": "weight"}
    )
    core, gap = core_and_rest(lines)
    fresh = Block((head, *core, *_examples(examples, told, gap, newline)))
    return fresh if _says(fresh, rule) else fresh_block(rule, newline)


def _says(block: Block, rule: Rule) -> bool:
    try:
        return _read(block.written) == rule
    except (tomllib.TOMLDecodeError, ValueError):
        return False


def _read(written: Mapping[str, Any]) -> Rule | None:
    try:
        return rule_from_dict(written)
    except (RuleError, OverflowError):  # a weight of hundreds of digits
        return None


def _wanted(written: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    """Return what the lines shall say; what stayed the same keeps its words, or goes on unsaid."""
    wanted, before = _with_days(rule_to_dict(rule)), _read(written)
    if "sure" not in written and rule.sure is Sureness.USUAL:
        del wanted["sure"]
    if "on" in written and rule.is_on:
        wanted["on"] = True
    for group in GROUPS if before else ():
        for test in set(getattr(before, group)) & set(getattr(rule, group)):
            wanted[group][test.fact] = written[group][test.fact]
    words = {key: str(written.get(key, "")) for key in ("strength", "leaning")}
    size, sign = STRENGTHS.get(words["strength"]), LEANINGS.get(words["leaning"])
    if size is None or sign is None or size * sign != rule.weight:
        return wanted
    del wanted["weight"]
    return {**wanted, **words}


def _with_days(written: dict[str, Any]) -> dict[str, Any]:
    days = {key: date.fromisoformat(day) for key, day in written.get("valid", {}).items()}
    return {**written, "valid": days} if days else written


def _parted(body: Sequence[Piece]) -> tuple[list[Piece], list[list[Piece]]]:
    """Part the lines of a rule from those of each example; keys count from the table they fill."""
    own: list[Piece] = []
    examples: list[list[Piece]] = []
    above: Keys = ()
    into = own
    for piece in body:
        if piece.sort == "array" and piece.keys == EXAMPLE:
            into, above = [piece], ()
            examples.append(into)
        elif piece.sort in ("table", "array"):
            is_example = bool(examples) and piece.keys[:2] == EXAMPLE
            into = examples[-1] if is_example else own
            above = piece.keys[2 if is_example else 1 :]
            into.append(Piece(piece.text, piece.sort, above))
        else:
            into.append(piece.under(above))
    return own, examples


def _examples(
    old: Sequence[list[Piece]], new: Sequence[Mapping[str, Any]], gap: list[Piece], newline: str
) -> Iterator[Piece]:
    """The lines of the examples; those that stayed, and what stands between them, stay."""
    parts = [core_and_rest(lines) for lines in old]
    was = [_mark(_example_of(core)) for core, _ in parts]
    pairs = SequenceMatcher(None, was, [_mark(one) for one in new], autojunk=False)
    for how, first, last, begin, end in pairs.get_opcodes():
        gone, fresh = parts[first:last], list(new[begin:end])
        for core, rest in gone:
            yield from gap if fresh else ()
            gap = rest if fresh else [*gap, *rest]
            if fresh:
                yield from core if how == "equal" else _changed(core, fresh[0], newline)
                fresh.pop(0)
        for one in fresh:
            yield from _fresh_example(one, newline)
    yield from gap


def _changed(core: Sequence[Piece], example: Mapping[str, Any], newline: str) -> Iterator[Piece]:
    head, *lines = core
    yield head
    yield from patched(lines, example, newline)


def _fresh_example(example: Mapping[str, Any], newline: str) -> Iterator[Piece]:
    yield Piece(f"[[rule.test]]{newline}", "array", EXAMPLE)
    for key, value in example.items():
        yield line((key,), value, newline)


def _example_of(core: Sequence[Piece]) -> Mapping[str, Any]:
    (example,) = tomllib.loads(text_of(core))["rule"]["test"]
    found: Mapping[str, Any] = example
    return found


def _mark(example: Mapping[str, Any]) -> str:
    """By this two examples are told apart; the order of facts says nothing."""
    guest = example.get("guest")
    facts = sorted(guest.items()) if isinstance(guest, Mapping) else guest
    return repr((facts, example.get("expect"), list(example.get("missing") or ())))
