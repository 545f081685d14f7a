"""The only SQL of Tact: rows in, domain objects out.

::

    with store.begin() as work:          # queues; returning commits, raising rolls back
        stay = work.stays.get("las_cabanas", "B-1042")
        work.ledger.append(stay.id, evidence)
    with store.read() as work:           # cannot write
        entries = work.ledger.of(stay.id)
"""

from engine.store.records import (
    DecisionRecord,
    DraftRecord,
    HistoryRecord,
    Job,
    LearningRunRecord,
    RecommendationRecord,
    RuleSetRecord,
    SessionRecord,
    TraitRecord,
)
from engine.store.rows import LearningState, RuleSetState
from engine.store.store import Store
from engine.store.work import Work

__all__ = [
    "DecisionRecord",
    "DraftRecord",
    "HistoryRecord",
    "Job",
    "LearningRunRecord",
    "LearningState",
    "RecommendationRecord",
    "RuleSetRecord",
    "RuleSetState",
    "SessionRecord",
    "Store",
    "TraitRecord",
    "Work",
]
