"""`seed/questions/<id>.toml`: what a guest may be asked, with rising grades."""

from __future__ import annotations

import math
from itertools import pairwise
from operator import itemgetter

from marshmallow import fields

from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Id, Number, SeedFile, Shape, Text, Texts, Whole, YesNo
from engine.domain.questions import Grade, Item, Question

LEAST_GRADES = 2
"""One answer alone tells nothing."""


class GradeShape(Shape):
    """One answer and what the house then does."""

    text = Texts(required=True)
    we_will = Texts(required=True)
    most_style = Text(load_default="")
    least_style = Text(load_default="")
    asks_to_be_left = YesNo(load_default=False)
    closes_topic = YesNo(load_default=False)


class ItemFile(SeedFile):
    """What questions and offers share: a graded response item."""

    id = Id(required=True)
    topic = Id(required=True)
    # An item that tells nothing, or points the other way, is no item.
    discrimination = Number(0.01, 10, required=True)
    thresholds = fields.List(Number(), required=True)
    source = Text(required=True)
    spoken = Texts(required=True)


class QuestionFile(ItemFile):
    """One question."""

    text = Texts(required=True)
    grade = fields.List(fields.Nested(GradeShape), required=True)
    instruction = YesNo(load_default=False)
    on_prompt = YesNo(load_default=True)
    at_desk = YesNo(load_default=True)
    order = Whole(load_default=0)


def read_questions(reading: Reading) -> dict[str, Question]:
    """Return all questions by id, in the order in which they are listed."""
    shape = QuestionFile()
    questions: list[tuple[int, Question]] = []
    for file, data in reading.tables("questions/*.toml"):
        loaded = reading.file_item("question", shape, data, file)
        if loaded:
            tell_item(reading, loaded, file, n_grades=len(loaded["grade"]))
            questions.append((loaded["order"], _question(loaded)))
    # of equal place: the order of the files, since sorting is stable
    return {question.id: question for _, question in sorted(questions, key=itemgetter(0))}


def tell_item(reading: Reading, table: Table, file: str, *, n_grades: int) -> None:
    """Tell where the thresholds of an item do not fit its grades."""
    id, thresholds = table["id"], table["thresholds"]
    if n_grades < LEAST_GRADES:
        reading.tell(file, id, "grade", f"needs {LEAST_GRADES} grades or more")
    if len(thresholds) != n_grades - 1:
        message = f"{len(thresholds)} thresholds for {n_grades} grades"
        reading.tell(file, id, "thresholds", message, [f"{n_grades - 1} thresholds"])
    if not increases(thresholds):
        reading.tell(file, id, "thresholds", "must increase")


def increases(numbers: list[float] | tuple[float, ...]) -> bool:
    """Return whether each number is larger than the one before."""
    return all(left < right for left, right in pairwise((-math.inf, *numbers)))


def item_of(table: Table) -> Item:
    """Return the graded response item of a question or offer."""
    return Item(table["discrimination"], tuple(table["thresholds"]))


def _question(table: Table) -> Question:
    return Question(
        id=table["id"],
        topic=table["topic"],
        item=item_of(table),
        text=table["text"],
        spoken=table["spoken"],
        grades=tuple(Grade(**grade) for grade in table["grade"]),
        source=table["source"],
        is_instruction=table["instruction"],
        on_prompt=table["on_prompt"],
        at_desk=table["at_desk"],
    )
