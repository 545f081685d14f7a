"""An own house that has learned once, from guests unlike its rules, for the tests of its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from engine.bootstrap import open_context
from engine.store import LearningState
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.learning.learn import learn
from engine.usecases.rules.tune_rules import rules_room
from tests.audit.taught_stays import flipped, stays_of
from tests.usecases.own_stays import OWN, count, open_house

NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)
ROOM = "/owner/guests-say"


def learned_in(folder: Path) -> Path:
    """Make a database whose own house has learned once, from guests unlike its rules."""
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://localhost", now=NOW)
    open_house(ctx, NOW)
    with ctx.store.read() as work:
        guests = flipped(adviser_in_force(ctx, work))
    count(ctx, stays_of(guests, 400, seed=11))
    learn(ctx, now=NOW, by="Tact")
    ctx.store.close()
    return folder


def opened_copy(learned: Path, tmp_path: Path) -> Iterator[Context]:
    """Open a copy of it, and close it in the end."""
    shutil.copytree(learned, tmp_path / "copy")
    path = tmp_path / "copy" / "profiles.db"
    opened = open_context(f"sqlite:///{path}", base_url="http://localhost", now=NOW)
    yield opened
    opened.store.close()


def rule(ctx: Context, id: str = "tired"):
    return next(one for one in rules_room(ctx).draft_rules if one.id == id)


def row(page: str, id: str = "tired") -> str:
    return page.split(f'id="rule-{id}"')[1].split("</article>", maxsplit=1)[0]


def post(client: FlaskClient, path: str, **form: object):
    return client.post(f"{ROOM}/{path}", data={"house": OWN, **form})


def mend(ctx: Context, **document: object) -> None:
    """Keep a run of the day before with another document."""
    with ctx.store.begin() as work:
        run = work.learning_runs.of(OWN, NOW.date())
        content = {**run.content, "document": {**run.content["document"], **document}}
        work.learning_runs.put(
            OWN,
            NOW.date() + timedelta(days=1),
            state=LearningState.CANDIDATE,
            content=content,
            by="Tact",
            at=NOW,
        )
