"""The tables, one file per matter. Importing this package makes them all known."""

from storage.models.agreements import Agreement, AgreementStatus, TermChange
from storage.models.audit import AuditEntry
from storage.models.commitments import Commitment, Recurrence
from storage.models.contacts import Contact
from storage.models.evaluations import Evaluation
from storage.models.funding import Decision, Grant, Payment
from storage.models.installation import HandledRequest, Installation, MethodPause
from storage.models.key_figures import KeyFigure
from storage.models.meetings import BoardMeeting, ClosedPeriod
from storage.models.members import Member, Role
from storage.models.outbox import OutboxKind, OutboxRow, OutboxState
from storage.models.parties import Party, PartyKind, PartyRole
from storage.models.people import Erasure, PartnerToken

__all__ = [
    "Agreement",
    "AgreementStatus",
    "AuditEntry",
    "BoardMeeting",
    "ClosedPeriod",
    "Commitment",
    "Contact",
    "Decision",
    "Erasure",
    "Evaluation",
    "Grant",
    "HandledRequest",
    "Installation",
    "KeyFigure",
    "Member",
    "MethodPause",
    "OutboxKind",
    "OutboxRow",
    "OutboxState",
    "PartnerToken",
    "Party",
    "PartyKind",
    "PartyRole",
    "Payment",
    "Recurrence",
    "Role",
    "TermChange",
]
