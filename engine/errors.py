"""Every error that Tact raises on purpose.

::

    TactError
    ├── BadInputError            a person can mend it: what, where, what is allowed
    │   ├── SeedError            a file under seed/ is wrong
    │   ├── RuleError            a rule is wrong
    │   ├── MappingError         an import mapping is wrong
    │   ├── CaseError            one stay to be scored is wrong
    │   ├── FormError            fields of a form are wrong: which, and what is allowed
    │   ├── UnreadableTestError  a cell of a decision table is wrong: at which column
    │   └── UnreadableError      a file or line cannot be read at all
    ├── NotFoundError            the thing asked for is not here
    │   └── LinkError            a link is wrong, used, expired or revoked: always the same reply
    ├── NotAllowedError          this person may not do this
    │   └── SignInError          nobody is signed in, or the proof was wrong
    │       └── TooManyTriesError    too many wrong proofs; wait
    ├── ConflictError            somebody else was faster; nothing was overwritten
    │   └── ClosedTopicError     a refused topic is not offered again
    ├── MailError                a mail could not be handed over: why, and whether that may pass
    └── EnvironmentFaultError    database, port or disk
        ├── StoreLockedError     another process holds the database
        ├── StoreReadOnlyError   the database cannot be written
        ├── StoreDamagedError    the file is not a database, or is damaged
        ├── StoreNewerError      made by a newer Tact
        ├── ClockAheadError      the clock cannot be right; nothing old is deleted by it
        └── PortTakenError       the address is in use
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.sentences import Sentence


class TactError(Exception):
    """Root of all errors raised on purpose.

    Parameters
    ----------
    message : str
        One sentence that a person can act on. Holds no guest data. A `Sentence` where it holds
        values, so that pages can say it in other languages.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in a form for people and for machines."""

    file: str
    id: str
    key: str
    message: str
    allowed: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return the problem as one line: where, what, what is allowed."""
        where = ": ".join(part for part in (self.file, self.id, self.key) if part)
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{where}: {self.message}{allowed}" if where else f"{self.message}{allowed}"


class BadInputError(TactError):
    """What was given cannot be used as it is."""


class SeedError(BadInputError):
    """Files under `seed/` do not hold together.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.sentence() for problem in problems))
        self.problems = tuple(problems)


class RuleError(SeedError):
    """A rule does not hold together."""


class MappingError(BadInputError):
    """An import mapping names a column, fact or value that does not exist.

    Parameters
    ----------
    message : str
        All that is wrong, for the command line.
    problems : sequence of Problem
        The same one by one, for pages.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class FormError(BadInputError):
    """Fields of a form are wrong; the key of each problem is the name of the field.

    Parameters
    ----------
    *problems : Problem
        At least one.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


class UnreadableTestError(BadInputError):
    """The text of one cell of a decision table is no test.

    Parameters
    ----------
    column : int
        Where in the text, counted from 1.
    found : str
        What stands there; empty at the end of the text.
    expected : sequence of str
        What could stand there; at least one.
    near : str
        What was probably meant.
    """

    def __init__(self, column: int, found: str, expected: Sequence[str], near: str = "") -> None:
        said = {"column": column, "found": found or Sentence("the end")}
        said["expected"] = ", ".join(expected)
        told = Sentence(
            "At column {column}: {found} cannot stand here; allowed: {expected}", **said
        )
        if near:
            told = Sentence("{told}; did you mean {near}?", told=told, near=near)
        super().__init__(told)
        self.column = column
        self.found = found
        self.expected = tuple(expected)
        self.near = near


class CaseError(BadInputError):
    """One stay to be scored cannot be used.

    Parameters
    ----------
    kind : str
        `json`, `unknown_id`, `bad_value` or `missing`.
    message : str
        What is wrong, with the near miss.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class UnreadableError(BadInputError):
    """A file cannot be opened or decoded."""


class NotFoundError(TactError):
    """The thing asked for is not here."""


class LinkError(NotFoundError):
    """A link is wrong, used, expired or revoked; the reply never says which."""


class NotAllowedError(TactError):
    """This person may not do this."""


class SignInError(NotAllowedError):
    """Nobody is signed in, or the proof was wrong."""


class TooManyTriesError(SignInError):
    """Too many wrong proofs for one name; it takes none for a while."""


class ConflictError(TactError):
    """Somebody else was faster; nothing was overwritten."""


class ClosedTopicError(ConflictError):
    """The guest closed this topic; staff do not open it again."""


class MailError(TactError):
    """A mail could not be handed over to the mail server.

    Parameters
    ----------
    reason : str
        In a word, such as `server_away`; pages have a sentence for each.
    may_pass : bool
        Whether trying again later may help.
    """

    def __init__(self, reason: str, *, may_pass: bool) -> None:
        super().__init__("The mail could not be handed over to the mail server.")
        self.reason = reason
        self.may_pass = may_pass


class EnvironmentFaultError(TactError):
    """The database, the port or the disk is not as needed."""


class StoreLockedError(EnvironmentFaultError):
    """Another process holds the database for too long."""


class StoreReadOnlyError(EnvironmentFaultError):
    """The database file or its folder cannot be written."""


class StoreDamagedError(EnvironmentFaultError):
    """The file is not a database, or it is damaged."""


class StoreNewerError(EnvironmentFaultError):
    """The database was made by a newer Tact."""


class ClockAheadError(EnvironmentFaultError):
    """The clock is far ahead of whatever was done last: nothing is deleted by it."""


class PortTakenError(EnvironmentFaultError):
    """The address is in use by another program."""


EXIT_STATUS: dict[type[TactError], int] = {
    EnvironmentFaultError: 5,
    UnreadableError: 4,
    SeedError: 1,
    BadInputError: 2,
    NotFoundError: 2,
    TactError: 1,
}
"""Exit status of a command that ends in an error; the first class that matches counts."""


def exit_status(error: TactError) -> int:
    """Return the exit status for `error`."""
    return next(status for kind, status in EXIT_STATUS.items() if isinstance(error, kind))
