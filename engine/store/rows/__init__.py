"""Every table, column by column, each with the class of data it holds.

`by` columns name an account of the house; they are identity, of staff.
"""

from engine.store.rows.accounts import PersonRow, SessionRow, SignInLinkRow
from engine.store.rows.houses import ContentRow, HistoryRow, HouseRow, SeedRow, UnitRow
from engine.store.rows.learning import (
    AssignmentRow,
    ExplorationRow,
    LearningRunRow,
    LearningState,
    PatternRow,
    StayPatternRow,
)
from engine.store.rows.privacy import (
    ConsentTermsRow,
    DeskCodeRow,
    MailRow,
    MailState,
    ObjectionKind,
    ObjectionRow,
    PackCountRow,
    PackUseRow,
    PictureRow,
    RestrictionRow,
    VoiceRow,
)
from engine.store.rows.rules import (
    PublicationRow,
    PublicationState,
    RolloutRow,
    RuleDraftRow,
    RuleSetRow,
    RuleSetState,
    TrialStayRow,
)
from engine.store.rows.stays import (
    ErasingRow,
    EvidenceRow,
    GuestRow,
    RecommendationRow,
    StayRow,
    TraitRow,
)
from engine.store.rows.work import CounterRow, JobRow, JobState, ReplyRow

__all__ = [
    "AssignmentRow",
    "ConsentTermsRow",
    "ContentRow",
    "CounterRow",
    "DeskCodeRow",
    "ErasingRow",
    "EvidenceRow",
    "ExplorationRow",
    "GuestRow",
    "HistoryRow",
    "HouseRow",
    "JobRow",
    "JobState",
    "LearningRunRow",
    "LearningState",
    "MailRow",
    "MailState",
    "ObjectionKind",
    "ObjectionRow",
    "PackCountRow",
    "PackUseRow",
    "PatternRow",
    "PersonRow",
    "PictureRow",
    "PublicationRow",
    "PublicationState",
    "RecommendationRow",
    "ReplyRow",
    "RestrictionRow",
    "RolloutRow",
    "RuleDraftRow",
    "RuleSetRow",
    "RuleSetState",
    "SeedRow",
    "SessionRow",
    "SignInLinkRow",
    "StayPatternRow",
    "StayRow",
    "TraitRow",
    "TrialStayRow",
    "UnitRow",
    "VoiceRow",
]
