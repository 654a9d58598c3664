"""Every table of the records, one file per subject."""

from casedb.models.assessment import AssessmentCycle, LostPoint, Measure
from casedb.models.cases import Case, PersonalData
from casedb.models.duties import Obligation, Outbox
from casedb.models.events import Event
from casedb.models.filing import Filing, Snapshot
from casedb.models.learning import (
    AnswerNotice,
    Draft,
    DutyDay,
    Gap,
    GapQuestion,
    LessonAnswer,
    LessonSuggestion,
    PaperChange,
    PassageMark,
)
from casedb.models.materials import ExclusionRequest, Finding, Material, Review
from casedb.models.people import Account, Chat, Invitation, LeaderDay, Person, Unit
from casedb.models.talks import Handoff, PageMessage, Question, Thread
from casedb.models.tallies import CaseCount

__all__ = [
    "Account",
    "AnswerNotice",
    "AssessmentCycle",
    "Case",
    "CaseCount",
    "Chat",
    "Draft",
    "DutyDay",
    "Event",
    "ExclusionRequest",
    "Filing",
    "Finding",
    "Gap",
    "GapQuestion",
    "Handoff",
    "Invitation",
    "LeaderDay",
    "LessonAnswer",
    "LessonSuggestion",
    "LostPoint",
    "Material",
    "Measure",
    "Obligation",
    "Outbox",
    "PageMessage",
    "PaperChange",
    "PassageMark",
    "Person",
    "PersonalData",
    "Question",
    "Review",
    "Snapshot",
    "Thread",
    "Unit",
]
