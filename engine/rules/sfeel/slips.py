"""What somebody meant who typed a cell that is no test: the nearest test, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.rules.sfeel.tokens import Token, near_word

_MEANT_BY_SIGN: Mapping[str, str] = {
    "=>": ">= {}",
    "=<": "<= {}",
    "==": "= {}",
    "<>": "not({})",
    "><": "not({})",
    "!": "not({})",
    ">=": ">= {}",
    "<=": "<= {}",
    "!=": "!= {}",
}
"""Signs of other languages, or cut in two by a space, and the test that says the same."""

_MEANT_BY_WORD: Mapping[str, str] = {
    **dict.fromkeys(("nan", "na", "none", "nil", "undefined", "unknown", "empty"), "null"),
    **dict.fromkeys(("yes", "ja", "y", "j", "on"), "true"),
    **dict.fromkeys(("no", "nein", "n", "off"), "false"),
    **dict.fromkeys(("any", "anything", "all", "always"), "-"),
}

_OPENING: Mapping[str, str] = {">=": "[", ">": "("}
_CLOSING: Mapping[str, str] = {"<=": "]", "<": ")"}
_OR = ("or", "oder")
_AND = ("and", "und")
_UP_TO = ("..", "-", "to", "bis")
_BETWEEN = ("between", "zwischen")
_NOT = ("not",)


def near_at(tokens: Sequence[Token], place: int) -> str:
    """Return what was probably meant where `tokens[place]` cannot stand; else nothing.

    Parameters
    ----------
    tokens : sequence of Token
        The whole cell, its end included.
    place : int
        The first token that cannot stand where it stands.
    """
    looks = (_sign, _span, _joined, _negated)
    found = next((near for look in looks if (near := look(tokens, place))), "")
    token = tokens[place]
    if found or token.kind != "word":
        return found
    return _MEANT_BY_WORD.get(token.text.casefold()) or near_word(token.text)


def _sign(tokens: Sequence[Token], place: int) -> str:
    """`=> 5`, and `> = 5`."""
    before = tokens[place - 1].text if place and tokens[place - 1].kind == "sign" else ""
    if tokens[place].kind not in ("sign", "slip"):
        return ""
    meant = _MEANT_BY_SIGN.get(before + tokens[place].text, "")
    value, _ = _value_from(tokens, place + 1)
    return meant.format(value or "5")


def _span(tokens: Sequence[Token], place: int) -> str:
    """`5..7` and `5 to 7`, which lack their brackets or their dots, and `between 5 and 7`."""
    word = tokens[place].text.casefold()
    if word in _BETWEEN:
        low, middle = _value_from(tokens, place + 1)
        high, _ = _value_from(tokens, middle + 1)
        return f"[{low}..{high}]" if low and high and _says(tokens, middle, _AND) else ""
    low, start = _value_before(tokens, place)
    high, _ = _value_from(tokens, place + 1)
    if word not in _UP_TO or not low or not high:
        return ""
    is_open = _says(tokens, start - 1, ("[", "(", "]")) and not _says(tokens, start - 2, _NOT)
    return ".." if is_open else f"[{low}..{high}]"


def _joined(tokens: Sequence[Token], place: int) -> str:
    """`"a" or "b"`, and `> 5 and <= 9`, two signs that are a span."""
    low, start = _value_before(tokens, place)
    if low and _says(tokens, place, _OR):
        high, _ = _value_from(tokens, place + 1)
        return f"{low}, {high}" if high else ","
    high, _ = _value_from(tokens, place + 2)
    if not low or not high or not _says(tokens, place, _AND):
        return ""
    opening, closing = _OPENING.get(tokens[start - 1].text), _CLOSING.get(tokens[place + 1].text)
    return f"{opening}{low}..{high}{closing}" if start and opening and closing else ""


def _negated(tokens: Sequence[Token], place: int) -> str:
    """`not 5`, which lacks its brackets."""
    value, _ = _value_from(tokens, place)
    return f"not({value})" if value and _says(tokens, place - 1, _NOT) else ""


def _says(tokens: Sequence[Token], place: int, words: Sequence[str]) -> bool:
    return 0 <= place < len(tokens) and tokens[place].text.casefold() in words


def _value_from(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """Return the value that begins at `place`, or nothing, and the place behind it."""
    if place >= len(tokens):
        return "", len(tokens) - 1
    token = tokens[place]
    if token.text == "-" and place + 1 < len(tokens) and tokens[place + 1].kind == "number":
        return f"-{tokens[place + 1].text}", place + 2
    return (token.text, place + 1) if _is_value(token) else ("", place)


def _value_before(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """Return the value that ends just before `place`, or nothing, and where it begins."""
    if place < 1 or not _is_value(tokens[place - 1]):
        return "", place
    is_minus = place > 1 and tokens[place - 2].text == "-" and tokens[place - 1].kind == "number"
    text = tokens[place - 1].text
    return (f"-{text}", place - 2) if is_minus else (text, place - 1)


def _is_value(token: Token) -> bool:
    is_known = token.kind == "word" and token.text in ("true", "false", "null")
    return token.kind in ("number", "text") or is_known
