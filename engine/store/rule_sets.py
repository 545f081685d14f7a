"""Rules as they were published, and the draft that an owner is changing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import ConflictError, NotFoundError
from engine.sentences import Sentence
from engine.store.columns import table_of
from engine.store.records import DraftRecord, RuleSetRecord
from engine.store.rows import RuleDraftRow, RuleSetRow, RuleSetState

MOST_VERSIONS = 2**31 - 1
"""No database holds more; a larger number would not even fit into the question."""
RULE_SET, DRAFT = table_of(RuleSetRow), table_of(RuleDraftRow)
RECORDS = sa.select(
    RULE_SET.c.version,
    RULE_SET.c.state,
    RULE_SET.c.content,
    RULE_SET.c.reason,
    RULE_SET.c.by,
    RULE_SET.c.at,
)
"""The columns of a record in the order of its dataclass."""
IS_PUBLISHED = RULE_SET.c.state == RuleSetState.PUBLISHED
PUBLISHED = RECORDS.where(IS_PUBLISHED)
PUBLISHED_VERSION = sa.select(RULE_SET.c.version).where(IS_PUBLISHED)
NEWEST_FIRST = RECORDS.order_by(RULE_SET.c.version.desc())
THE_DRAFT = sa.select(
    DRAFT.c.content, DRAFT.c.based_on, DRAFT.c.by, DRAFT.c.at, DRAFT.c.version
).where(DRAFT.c.id == 1)


class RuleSets:
    """All numbered sets of rules of this database; exactly one is published at a time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def published(self) -> RuleSetRecord:
        """Return the rules in force.

        Raises
        ------
        NotFoundError
            Before anything was published.
        """
        return self._one(PUBLISHED, "No rules are published yet.")

    def published_version(self) -> int:
        """Return the number of the rules in force, 0 before anything was published."""
        return self._connection.scalar(PUBLISHED_VERSION) or 0

    def version(self, n: int) -> RuleSetRecord:
        """Return the set with the number `n`, in force or retired.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        otherwise = Sentence("There are no rules with the version {version}.", version=n)
        if not 0 < n <= MOST_VERSIONS:
            raise NotFoundError(otherwise)
        return self._one(RECORDS.where(RULE_SET.c.version == n), otherwise)

    def all(self) -> tuple[RuleSetRecord, ...]:
        """Return every set, newest first."""
        return tuple(RuleSetRecord(*row) for row in self._connection.execute(NEWEST_FIRST))

    def publish(
        self, content: Mapping[str, Any], *, reason: str, by: str, at: datetime, based_on: int
    ) -> RuleSetRecord:
        """Put rules in force and retire those before.

        Parameters
        ----------
        content : mapping
            The rules as JSON can hold them.
        reason : str
            Why, in the owner's words.
        by : str
            Account name.
        at : datetime
            Now.
        based_on : int
            The version that `by` saw in force; 0 for the first.

        Raises
        ------
        ConflictError
            When somebody else published in the meantime.
        """
        if self.published_version() != based_on:
            raise ConflictError(self._who_was_faster())
        self._connection.execute(
            sa.update(RULE_SET).where(IS_PUBLISHED).values(state=RuleSetState.RETIRED)
        )
        row = sa.insert(RULE_SET).values(
            state=RuleSetState.PUBLISHED, content=dict(content), reason=reason, by=by, at=at
        )
        self._connection.execute(row)
        return self.published()

    def number(
        self, content: Mapping[str, Any], *, reason: str, by: str, at: datetime
    ) -> RuleSetRecord:
        """Keep rules as a version that is not in force, so that they can be tried."""
        row = sa.insert(RULE_SET).values(
            state=RuleSetState.RETIRED, content=dict(content), reason=reason, by=by, at=at
        )
        key = self._connection.execute(row).inserted_primary_key
        return self.version(int(key[0]) if key else 0)

    def put_in_force(self, version: int, *, by: str, at: datetime, based_on: int) -> RuleSetRecord:
        """Put a version that was tried in force, under its own number; `based_on` as in `publish`.

        Raises
        ------
        ConflictError
            When somebody else published in the meantime.
        """
        if self.published_version() != based_on:
            raise ConflictError(self._who_was_faster())
        retired = sa.update(RULE_SET).where(IS_PUBLISHED).values(state=RuleSetState.RETIRED)
        self._connection.execute(retired)
        chosen = sa.update(RULE_SET).where(RULE_SET.c.version == version)
        self._connection.execute(chosen.values(state=RuleSetState.PUBLISHED, by=by, at=at))
        return self.published()

    def draft(self) -> DraftRecord | None:
        """Return the rules being changed, or None."""
        row = self._connection.execute(THE_DRAFT).first()
        return DraftRecord(*row) if row else None

    def save_draft(
        self,
        content: Mapping[str, Any],
        *,
        based_on: int,
        by: str,
        at: datetime,
        version: int | None,
    ) -> DraftRecord:
        """Keep rules being changed.

        `version` is that of the draft that `by` saw, None for a new one; the other parameters
        are as in `publish`.

        Raises
        ------
        ConflictError
            When somebody else saved or began a draft in the meantime.
        """
        seen = self.draft()
        if (seen.version if seen else None) != version:
            raise ConflictError(_draft_conflict(seen))
        saved = DraftRecord(dict(content), based_on, by, at, (version or 0) + 1)
        self.discard_draft()
        row = {field.name: getattr(saved, field.name) for field in fields(saved)}
        self._connection.execute(sa.insert(DRAFT).values(id=1, **row))
        return saved

    def discard_draft(self) -> None:
        """Drop the rules being changed; nothing happens where there are none."""
        self._connection.execute(sa.delete(DRAFT))

    def _one(self, query: sa.Select[Any], otherwise: str) -> RuleSetRecord:
        row = self._connection.execute(query).first()
        if row is None:
            raise NotFoundError(otherwise)
        return RuleSetRecord(*row)

    def _who_was_faster(self) -> str:
        row = self._connection.execute(PUBLISHED).first()
        if row is None:
            return "No rules are published yet, so there are none to change."
        return Sentence(
            "{who} published version {version} in the meantime. Compare, then repeat.",
            who=row.by,
            version=row.version,
        )


def _draft_conflict(seen: DraftRecord | None) -> str:
    if seen is None:
        return "The draft was published or discarded in the meantime. Start a new one."
    return Sentence(
        "{who} changed the draft in the meantime. Load it again and repeat your change.",
        who=seen.by,
    )
