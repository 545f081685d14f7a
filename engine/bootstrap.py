"""Composition root: a database address becomes a migrated, seeded store with its catalogue."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import engine
from engine.catalogue.load import catalogue_from, load_catalogue
from engine.catalogue.rules import rule_set_from_dict, rule_set_to_dict
from engine.catalogue.tree import read_tree, seed_folder
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.domain.rules import RuleSet
from engine.domain.stays import House
from engine.errors import BadInputError
from engine.store import Store, Work
from engine.usecases.advice.learned_weights import learned_in_force
from engine.usecases.advice.score import Scorer
from engine.usecases.context import Context
from engine.usecases.demo import demo_house, seed_demo
from engine.usecases.in_force import content_of, keep_content
from engine.usecases.stays.arrivals import house_today

DEFAULT_PORT = 8000
STARTER = "Starter rules"
SYSTEM = "Tact"
"""Who did what nobody did: the first rules, the demo house."""


def default_database_url() -> str:
    """Return where the database is: `TACT_DATABASE_URL`, else `profiles.db` beside `seed/`."""
    beside_seed = Path(engine.__file__).parents[1] / "profiles.db"
    return os.environ.get("TACT_DATABASE_URL") or f"sqlite:///{beside_seed}"


def default_base_url() -> str:
    """Return the address that links are made of: `TACT_BASE_URL`, else this machine's own."""
    port = os.environ.get("PORT", str(DEFAULT_PORT))
    told = os.environ.get("TACT_BASE_URL")
    return _checked(told).rstrip("/") if told else f"http://127.0.0.1:{port}"


def _checked(address: str) -> str:
    """Return an address that links can be made of.

    Raises
    ------
    BadInputError
        If it has no scheme, host or port that could be meant.
    """
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise BadInputError(
            f"TACT_BASE_URL is scheme and host, such as https://desk.example, not {address!r}."
        )
    return address


def open_context(
    database_url: str | None = None,
    *,
    base_url: str | None = None,
    seed: Path | None = None,
    with_demo: bool = True,
    now: datetime | None = None,
) -> Context:
    """Open the store, bring it up to date, seed it on the first start only.

    Parameters
    ----------
    database_url : str, optional
        SQLAlchemy address; `default_database_url` otherwise.
    base_url : str, optional
        Scheme, host and port of every link.
    seed : Path, optional
        Folder of the seed data; the shipped one otherwise.
    with_demo : bool
        Whether a first start fills a demo house.
    now : datetime, optional
        With time zone; the clock otherwise.

    Raises
    ------
    EnvironmentFaultError
        If the database is locked, read-only, damaged or newer than this program.
    SeedError
        If the files under `seed/` do not hold together.
    """
    tree = read_tree(seed or seed_folder())
    catalogue = catalogue_from(tree)
    store = Store(database_url or default_database_url())
    store.migrate()
    ctx = Context(store, catalogue, store.secret(), base_url or default_base_url())
    moment = now or datetime.now(UTC)
    is_first = _seed_once(ctx, tree, moment)
    ctx.refresh()
    keep_content(store, ctx.content, ctx.seed)
    if is_first and with_demo:
        seed_demo(ctx, today=house_today(demo_house(catalogue), moment), now=moment)
    return ctx


def _seed_once(ctx: Context, tree: dict[str, object], now: datetime) -> bool:
    """Keep the seed as it is now; on the first start also publish its rules."""
    with ctx.store.read() as work:
        is_known = work.seeds.has(ctx.seed.version)
        is_first = not work.rule_sets.all()
    if is_known and not is_first:
        return False
    with ctx.store.begin() as work:
        work.seeds.put(ctx.seed.version, tree)
        if is_first:
            _first_rules(work, ctx.seed, now)
    return is_first


def first_rule_set(catalogue: Catalogue, version: int = 1) -> RuleSet:
    """Return the starter rules with the reference shares frozen as they are now."""
    return RuleSet(version, catalogue.rules, {id: f.usual for id, f in catalogue.facts.items()})


def _first_rules(work: Work, catalogue: Catalogue, now: datetime) -> None:
    content = rule_set_to_dict(first_rule_set(catalogue))
    work.rule_sets.publish(content, reason=STARTER, by=SYSTEM, at=now, based_on=0)
    work.history.add("rules.published", SYSTEM, now, {"version": 1, "reason": STARTER})


def first_house(catalogue: Catalogue) -> House:
    """Return the house that stands for any when none is named."""
    return next(iter(catalogue.houses.values()))


def open_scorer(*, now: datetime) -> Scorer:
    """Return a scorer with rules, content and learning runs in force, or the seed without database.

    Nothing is written and nothing is migrated.
    """
    store = Store(default_database_url())
    if not store.is_there():
        catalogue = load_catalogue()
        return Scorer(Adviser(catalogue, first_rule_set(catalogue)), catalogue.houses, now)
    store.refuse_other_age()
    with store.read() as work:
        record = work.rule_sets.published()
        own = {house.id: house for house in work.houses.all()}
        runs = {house: learned_in_force(work, house, record.version) for house in own}
        catalogue = content_of(work, load_catalogue()).catalogue
    adviser = Adviser(catalogue, rule_set_from_dict(record.content, record.version))
    learned = {house: run for house, run in runs.items() if run}
    return Scorer(adviser, _default_first(own, catalogue), now, learned)


def _default_first(own: dict[str, House], catalogue: Catalogue) -> dict[str, House]:
    """Order the houses so that the only one, or else the first of the seed, comes first."""
    everything = own | {id: house for id, house in catalogue.houses.items() if id not in own}
    default = next(iter(own)) if len(own) == 1 else first_house(catalogue).id
    return {default: everything[default]} | everything
