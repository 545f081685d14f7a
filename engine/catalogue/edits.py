"""What owners say otherwise of questions, styles and packs, laid over the seed.

A *thing* is a question, style or pack, named by where it stands: `questions/welcome`,
`packs/wifi`. It has *fields*: texts by language (`text.de`, `script.by_phone.greet.text.en`), the
page of a pack (`body.de`), and for a question its numbers and where it is asked. An edit is a
mapping of fields to values; whatever else stands in the seed no edit can reach. The order of
questions is a thing of its own, `questions`, with one field; so is the model, with the one number
of it that is the owner's to set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

from engine.catalogue.shape import FALLBACK_LANGUAGE
from engine.catalogue.texts import text_tables
from engine.catalogue.tree import Tree
from engine.errors import NotFoundError

Fields = dict[str, Any]

QUESTIONS, STYLES, PACKS = "questions", "styles", "packs"
KINDS = (QUESTIONS, STYLES, PACKS)
ORDER = "order"
"""The one field of the thing `questions`: ids, first asked first."""
MODEL, FORGETTING = "model", "forgetting"
"""The thing `model` and its one field: what remains of a memory after a year, as a share."""
BODY = "body"
"""The page of a pack: `body.de` stands in `packs/wifi/de.md`."""
NUMBERS = ("discrimination", "thresholds")
PLACES = ("on_prompt", "at_desk")
"""Where a question is asked; in neither: it is switched off."""


def ids_of(tree: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Return the ids of all things of one kind, in the order of their files."""
    paths = [PurePosixPath(path) for path in sorted(tree)]
    if kind == PACKS:
        return tuple(path.parts[1] for path in paths if path.match("packs/*/pack.toml"))
    return tuple(path.stem for path in paths if path.match(f"{kind}/*.toml"))


def file_of(thing: str) -> str:
    """Return the path of the table of a thing."""
    return f"{thing}/pack.toml" if thing.startswith(f"{PACKS}/") else f"{thing}.toml"


def fields_of(tree: Mapping[str, Any], thing: str, languages: Sequence[str]) -> Fields:
    """Return every field of a thing with its value.

    Parameters
    ----------
    tree : mapping
        The seed, with or without edits.
    thing : str
        Such as questions/welcome.
    languages : sequence of str
        Each text has a field for each of them, None where it is not written.

    Raises
    ------
    NotFoundError
        If there is no such thing.
    """
    kind, _, id = thing.partition("/")
    table = tree.get(file_of(thing))
    if thing == QUESTIONS:
        return {ORDER: list(order_of(tree))}
    if thing == MODEL and isinstance(table, Mapping):
        return {FORGETTING: table["prior"][FORGETTING]}
    if kind not in KINDS or id not in ids_of(tree, kind) or not isinstance(table, Mapping):
        raise NotFoundError("There is no such question, style or pack.")
    fields = dict(_texts(table, languages))
    if kind == QUESTIONS:
        fields |= {name: deepcopy(table[name]) for name in NUMBERS}
        fields |= {name: table.get(name, True) for name in PLACES}
    if kind == PACKS:
        fields |= {f"{BODY}.{tag}": tree.get(f"{thing}/{tag}.md") for tag in languages}
    return fields


def order_of(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of all questions in the order in which they are listed."""
    ids = ids_of(tree, QUESTIONS)
    return tuple(sorted(ids, key=lambda id: (tree[f"{QUESTIONS}/{id}.toml"].get(ORDER, 0), id)))


def difference(shipped: Mapping[str, Any], told: Mapping[str, Any]) -> Fields:
    """Return the fields of `told` that say something else than the shipped ones.

    Raises
    ------
    NotFoundError
        If a field is told that the thing does not have.
    """
    if not told.keys() <= shipped.keys():
        raise NotFoundError("There is no such question, style or pack.")
    return {name: value for name, value in told.items() if value != shipped[name]}


def applied(tree: Mapping[str, Any], edits: Mapping[str, Mapping[str, Any]]) -> Tree:
    """Return the tree with the edits of each thing laid over it; the given one stays as it is.

    A field that the tree does not have, since a later Tact dropped it, is passed over.
    """
    made = dict(tree)
    for thing, told in edits.items():
        if thing == QUESTIONS:
            _put_order(made, told.get(ORDER, ()))
        elif thing == MODEL:
            _put_forgetting(made, told)
        elif isinstance(made.get(file_of(thing)), Mapping):
            _lay_over(made, thing, told)
    return made


def _lay_over(made: Tree, thing: str, told: Mapping[str, Any]) -> None:
    made[file_of(thing)] = table = deepcopy(made[file_of(thing)])
    for name, value in told.items():
        first, _, language = name.partition(".")
        if first == BODY and thing.startswith(f"{PACKS}/"):
            _put_body(made, f"{thing}/{language}.md", value)
        elif name in (*NUMBERS, *PLACES):
            table[name] = deepcopy(value)
        else:
            _put_text(table, name, value)


def _put_forgetting(made: Tree, told: Mapping[str, Any]) -> None:
    """Lay what an owner says of forgetting over the constants of the model, and nothing else."""
    table = made[file_of(MODEL)]
    if FORGETTING in told:
        made[file_of(MODEL)] = {**table, "prior": {**table["prior"], FORGETTING: told[FORGETTING]}}


def _put_order(made: Tree, ids: Sequence[str]) -> None:
    """Number the questions as told; one that is not named comes last."""
    for id in ids_of(made, QUESTIONS):
        path = f"{QUESTIONS}/{id}.toml"
        place = ids.index(id) if id in ids else len(ids)
        made[path] = {**made[path], ORDER: place}


def _put_body(made: Tree, path: str, text: str | None) -> None:
    if text is None:
        made.pop(path, None)
    else:
        made[path] = text


def _put_text(table: Mapping[str, Any], name: str, text: str | None) -> None:
    *steps, language = name.split(".")
    texts = _reached(table, steps)
    if not isinstance(texts, dict) or FALLBACK_LANGUAGE not in texts:
        return
    if text is None:
        texts.pop(language, None)
    else:
        texts[language] = text


def _reached(table: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(table, Mapping):
            table = table.get(step)
        elif isinstance(table, list) and step.isdigit() and int(step) < len(table):
            table = table[int(step)]
        else:
            return None
    return table


def _texts(table: Mapping[str, Any], languages: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    for _, key, texts in text_tables(table):
        for language in languages:
            yield f"{key}.{language}", texts.get(language)
