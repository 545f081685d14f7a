"""`seed/model.toml`: the constants of the model."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from engine.catalogue.questions import increases
from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Number, SeedFile, Shape, Text, Whole, YesNo
from engine.domain.exploration import LIMITS, Exploration
from engine.domain.model import CostConstants, Model, OutcomeConstants, PriorConstants
from engine.domain.outcomes import Satisfaction
from engine.domain.rules import Sureness

MODEL_FILE = "model.toml"

MOST_QUESTIONS = 3
"""Promise 4 of the product: no seed may ask a guest more than this in one stay."""

OLD_SDS = {"fit_log_sd": 0.5, "cut_sd": 0.4}
"""What seeds that do not say them were advised by: they are kept, so that past advice can be made
again."""

SurenessShape = Shape.from_dict(
    {sure.value: Number(1e-6, 10, required=True) for sure in Sureness}, name="SurenessShape"
)


class PriorShape(Shape):
    """Constants of the latent regression."""

    trait_variance = Number(1e-6, 1, required=True)
    occasion_variance = Number(1e-6, 1, required=True)
    least_variance = Number(1e-6, 1, required=True)
    most_shift = Number(0, 10, required=True)
    sureness_sd = fields.Nested(SurenessShape, required=True)
    culture_weight_limit = Number(0, 10, required=True)
    forgetting = Number(0, 1, required=True)


class OutcomeShape(Shape):
    """Constants of satisfaction."""

    thresholds = fields.List(Number(), required=True)
    fit = Number(0, 100, required=True)
    fit_radius = Number(1e-6, 100, required=True)
    cuts = fields.List(Number(), required=True)
    points = fields.List(Number(), required=True)
    fit_log_sd = Number(1e-6, 10, load_default=OLD_SDS["fit_log_sd"])
    cut_sd = Number(1e-6, 10, load_default=OLD_SDS["cut_sd"])


class CostShape(Shape):
    """Constants of what asking and contact cost."""

    contact_first = Number(required=True)
    contact_after_problem = Number(required=True)
    question_base = Number(required=True)
    question_slope = Number(required=True)
    question_while_waiting = Number(0, 1000, required=True)
    observe = Number(required=True)
    most_questions = Whole(0, MOST_QUESTIONS, required=True)


class ExplorationShape(Shape):
    """What an owner who says yes to exploration begins with; no seed says yes for her."""

    control_share = Number(0, LIMITS["control_share"])
    test_share = Number(0, LIMITS["test_share"])
    has_thompson = YesNo()
    reach = Number(0, LIMITS["reach"])
    floor = Number(0, LIMITS["floor"])
    monthly_budget = Number(0, LIMITS["monthly_budget"])


class ModelFile(SeedFile):
    """All constants."""

    version = Text(required=True)
    prior = fields.Nested(PriorShape, required=True)
    outcome = fields.Nested(OutcomeShape, required=True)
    cost = fields.Nested(CostShape, required=True)
    exploration = fields.Nested(ExplorationShape)
    """Seeds from before exploration have none."""


def read_model(reading: Reading) -> Model | None:
    """Return the constants, or None after telling what is wrong with them."""
    if MODEL_FILE not in reading.tree:
        reading.tell(MODEL_FILE, "", "", "is missing")
        return None
    table = reading.load(ModelFile(), reading.tree[MODEL_FILE], MODEL_FILE)
    return _model(reading, table) if table else None


def _model(reading: Reading, table: Table) -> Model:
    _tell_outcome(reading, table["outcome"])
    return Model(
        version=table["version"],
        prior=PriorConstants(**table["prior"]),
        outcome=OutcomeConstants(**_frozen(table["outcome"])),
        cost=CostConstants(**table["cost"]),
        exploration=Exploration(**table.get("exploration", {})),
    )


def _tell_outcome(reading: Reading, outcome: Table) -> None:
    wanted = {"thresholds": len(Satisfaction) - 1, "points": len(Satisfaction)}
    for key, count in wanted.items():
        if len(outcome[key]) != count:
            message = f"{len(outcome[key])} numbers for {len(Satisfaction)} grades of satisfaction"
            reading.tell(MODEL_FILE, "", f"outcome.{key}", message, [f"{count} numbers"])
    for key in ("thresholds", "cuts", "points"):
        if not increases(outcome[key]):
            reading.tell(MODEL_FILE, "", f"outcome.{key}", "must increase")


def _frozen(table: Table) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
