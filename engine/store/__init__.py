"""The only SQL of Tact: rows in, domain objects out.

::

    with store.begin() as work:          # queues; returning commits, raising rolls back
        stay = work.stays.get("las_cabanas", "B-1042")
        work.ledger.append(stay.id, evidence)
    with store.read() as work:           # cannot write
        entries = work.ledger.of(stay.id)
"""

from engine.store.publications import PublicationRecord
from engine.store.records import (
    AssignmentRecord,
    DecisionRecord,
    DraftRecord,
    GuestRecord,
    HistoryRecord,
    Job,
    LearningRunRecord,
    Overrides,
    RecommendationRecord,
    RuleSetRecord,
    SessionRecord,
    TraitRecord,
)
from engine.store.rollouts import TriedStay
from engine.store.rows import (
    LearningState,
    MailState,
    ObjectionKind,
    PublicationState,
    RuleSetState,
)
from engine.store.store import Store
from engine.store.work import Work

__all__ = [
    "AssignmentRecord",
    "DecisionRecord",
    "DraftRecord",
    "GuestRecord",
    "HistoryRecord",
    "Job",
    "LearningRunRecord",
    "LearningState",
    "MailState",
    "ObjectionKind",
    "Overrides",
    "PublicationRecord",
    "PublicationState",
    "RecommendationRecord",
    "RuleSetRecord",
    "RuleSetState",
    "SessionRecord",
    "Store",
    "TraitRecord",
    "TriedStay",
    "Work",
]
