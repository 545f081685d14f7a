"""From the text of a cell to its test: the grammar of S-FEEL unary tests, read from the left.

::

    cell      -  |  tests
    tests     test , test , …
    test      not( tests )  |  sign value  |  value  |  [value..value]  |  [tests]  |  ( tests )
    value     1.5  "text"  true  false  null  date("…")  time("…")  date and time("…")
              duration("…")  @"…"
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from engine.errors import UnreadableTestError
from engine.rules.sfeel.calls import called, unescaped
from engine.rules.sfeel.slips import near_at
from engine.rules.sfeel.tests import Anything, Compared, Either, Listed, Not, Test, Within
from engine.rules.sfeel.tokens import A_TEST, A_VALUE, CALLS, Token, tokens_of
from engine.rules.sfeel.values import Literal

MOST_DEPTH = 50
"""Brackets within brackets: nobody writes more, and reading goes that deep into the stack."""

MOST_DIGITS = 300
"""Larger and finer numbers are slips; written out as whole numbers they could fill the memory."""

_WORDS: dict[str, Literal] = {"true": True, "false": False, "null": None}


def parse_unary(text: str | None) -> Test:
    """Return the test that a cell holds; an empty cell asks nothing, as `-` does.

    Parameters
    ----------
    text : str or None
        Such as `[1..3]`, `> 5`, `"a","b"`, `not("x")` or `-`. None is an empty cell: so
        spreadsheets and JSON write it. What asks for an unknown value is the text `null`.

    Raises
    ------
    UnreadableTestError
        With the column, what was found there, what was expected, and a near miss.
    """
    reader = _Reader(tokens_of("" if text is None else text))
    if reader.sees_end or reader.takes_lonely_dash():
        return Anything()
    test = reader.tests()
    reader.must_end()
    return test


def parse_literal(text: str) -> Literal:
    """Return the one value that a cell holds, such as `"Approved"` or `98.83`.

    Raises
    ------
    UnreadableTestError
        As `parse_unary`.
    """
    reader = _Reader(tokens_of(text))
    value = reader.value()
    reader.must_end()
    return value


class _Reader:
    """Goes over the pieces of one cell once, from the left."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    @property
    def sees_end(self) -> bool:
        return self._next.kind == "end"

    def takes_lonely_dash(self) -> bool:
        kinds = [token.kind for token in self._tokens]
        return kinds == ["mark", "end"] and self._tokens[0].text == "-"

    def must_end(self) -> None:
        if not self.sees_end:
            raise self._unexpected(",", "the end")

    def tests(self) -> Test:
        """Tests between commas; one alone stands for itself."""
        found = [self._test()]
        while self._takes(","):
            found.append(self._test())
        flat = [one for test in found for one in _alternatives(test)]
        return flat[0] if len(flat) == 1 else Either(tuple(flat))

    def _test(self) -> Test:
        if self._depth > MOST_DEPTH:
            raise self._unexpected("fewer brackets")
        self._depth += 1
        test = self._bracket() if self._next.text in ("[", "]", "(") else self._plain()
        self._depth -= 1
        return test

    def _plain(self) -> Test:
        if self._next.text == "not" and self._next.kind == "word":
            return self._not()
        if self._next.kind == "sign":
            sign = self._step().text
            return Compared(sign, self.value())
        return Compared("=", self.value(A_TEST))

    def _not(self) -> Test:
        self._step()
        self._must_take("(")
        test = self.tests()
        self._must_take(")")
        return Not(test)

    def _bracket(self) -> Test:
        """A span, else a list in square or tests in round brackets."""
        start, opening = self._place, self._step().text
        if opening == "]" or self._sees_span():
            return self._within(with_low=opening == "[")
        self._place = start + 1
        test = self.tests()
        self._must_take("]" if opening == "[" else ")")
        if opening == "(":
            return test
        return Listed(_alternatives(test))

    def _sees_span(self) -> bool:
        """Whether two dots stand before the next comma or bracket that ends a test."""
        depth = 0
        for token in self._tokens[self._place :]:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
            if token.kind != "mark" or depth > 0:
                continue
            if token.text == "..":
                return True
            if depth < 0 or token.text == ",":
                return False
        return False

    def _within(self, *, with_low: bool) -> Test:
        low = self.value()
        self._must_take("..")
        high = self.value()
        if self._next.text not in ("]", ")", "["):
            raise self._unexpected("]", ")", "[")
        return Within(low, high, with_low, with_high=self._step().text == "]")

    def value(self, expected: tuple[str, ...] = A_VALUE) -> Literal:
        """One value."""
        token = self._next
        if token.kind == "number" or (token.text == "-" and token.kind == "mark"):
            return self._number()
        if token.kind == "text":
            return unescaped(self._step())
        if token.kind == "word" and token.text in _WORDS:
            return _WORDS[self._step().text]
        if token.kind == "word" and token.text in CALLS:
            return self._call()
        if self._takes("@"):
            return called("@", self._text())
        raise self._unexpected(*expected)

    def _number(self) -> Decimal:
        sign = "-" if self._takes("-") else ""
        if self._next.kind != "number":
            raise self._unexpected("a number")
        token = self._step()
        try:
            number = Decimal(sign + token.text)
        except InvalidOperation:  # an exponent that not even a decimal number can hold
            number = None
        if number is None or abs(number.adjusted()) > MOST_DIGITS:
            raise UnreadableTestError(
                token.column, token.text, ["a number of less than 300 digits"]
            )
        return number

    def _call(self) -> Literal:
        name = self._step().text
        self._must_take("(")
        value = called(name, self._text())
        self._must_take(")")
        return value

    def _text(self) -> Token:
        if self._next.kind != "text":
            raise self._unexpected('a text such as "2026-06-12"')
        return self._step()

    def _step(self) -> Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, mark: str) -> bool:
        is_next = self._next.kind == "mark" and self._next.text == mark
        self._place += is_next
        return is_next

    def _must_take(self, mark: str) -> None:
        if not self._takes(mark):
            raise self._unexpected(mark)

    def _unexpected(self, *expected: str) -> UnreadableTestError:
        token, near = self._next, near_at(self._tokens, self._place)
        return UnreadableTestError(token.column, token.text, expected, near)


def _alternatives(test: Test) -> tuple[Test, ...]:
    return test.tests if isinstance(test, Either) else (test,)
