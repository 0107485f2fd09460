"""What was sent, to whom, when, acknowledged, or why not; and sending again what was held."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlmodel import Session

from bot import audit
from bot.access import Actor, Permission, Subject, require
from bot.agreements import Standing, standing, term_of
from bot.errors import Conflict, NotAllowed, NotFound
from bot.office import Office
from bot.reminders.bundling import is_person
from bot.reminders.planning import goes_out_at
from bot.working_days import WorkingDays
from storage import planning
from storage import proof as storage
from storage.models import OutboxState
from storage.rows import AnyRow
from storage.types import PartialDate

SHOWN: Final = 20
"""Messages on one card."""
REMINDER: Final = "evaluation"
"""The kind of a message about one evaluation."""
_LARGEST_ID: Final = 2**31 - 1
_CHANNEL: Final = re.compile(r"[CDG][A-Z0-9_]+")


class Why(enum.StrEnum):
    """Why a message did not go, in as many words as there are things to do about it."""

    archived = "archived"
    channel_missing = "channel_missing"
    not_in_channel = "not_in_channel"
    not_a_member = "not_a_member"
    read_by_others = "read_by_others"
    person_missing = "person_missing"
    person_disabled = "person_disabled"
    no_direct_messages = "no_direct_messages"
    messages_closed = "messages_closed"
    scope = "scope"
    policy = "policy"
    ours = "ours"
    not_seen = "not_seen"
    restored = "restored"
    not_wanted = "not_wanted"
    rerouted = "rerouted"
    late = "late"
    erased = "erased"
    other = "other"


class Remedy(enum.StrEnum):
    """What a person can do about a message that is held."""

    person = "person"  # name another coordinator
    channel = "channel"  # let the bot into the channel, or name another
    readers = "readers"  # let only colleagues into the channel, or name another
    app = "app"  # mend the app's settings in Slack
    look = "look"  # see whether it is there
    ask = "ask"  # ask whoever runs Följsam


_CODES: Final[dict[Why, tuple[str, ...]]] = {
    Why.archived: ("is_archived",),
    Why.channel_missing: ("channel_not_found",),
    Why.not_in_channel: ("not_in_channel",),
    Why.not_a_member: ("not_a_member",),
    Why.read_by_others: ("read_by_others",),
    Why.person_missing: ("user_not_found", "user_not_visible"),
    Why.person_disabled: ("user_disabled", "is_inactive"),
    Why.no_direct_messages: ("cannot_dm_bot", "invalid_user_combination"),
    Why.messages_closed: ("messages_tab_disabled",),
    Why.scope: ("missing_scope", "no_permission"),
    Why.policy: ("ekm_access_denied", "access_denied", "two_factor_setup_required"),
    Why.ours: (
        *("msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large"),
        "invalid_arguments",
    ),
    Why.not_seen: ("no_history", "pages_missing", "not_seen"),
    Why.restored: ("restored",),
    Why.not_wanted: ("not_wanted",),
    Why.rerouted: ("rerouted",),
    Why.late: ("late",),
    Why.erased: ("erased",),
}
_BY_CODE: Final = {code: why for why, codes in _CODES.items() for code in codes}
_BY_START: Final = {
    "invalid_blocks": Why.ours,
    "invalid_metadata": Why.ours,
    "restricted_action": Why.policy,
}
_REMEDIES: Final = {
    Why.archived: Remedy.channel,
    Why.channel_missing: Remedy.channel,
    Why.not_in_channel: Remedy.channel,
    Why.not_a_member: Remedy.person,
    Why.read_by_others: Remedy.readers,
    Why.person_missing: Remedy.person,
    Why.person_disabled: Remedy.person,
    Why.no_direct_messages: Remedy.person,
    Why.messages_closed: Remedy.app,
    Why.scope: Remedy.app,
    Why.policy: Remedy.app,
    Why.not_seen: Remedy.look,
    Why.restored: Remedy.look,
}


def why(code: str) -> Why:
    """Say what a code in the register means: Slack's word, or one of our own."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    starts = (found for start, found in _BY_START.items() if code.startswith(start))
    return next(starts, Why.other)


def remedy(code: str) -> Remedy:
    """Say what can be done about a message that is held for this reason."""
    return _REMEDIES.get(why(code), Remedy.ask)


class Recipient(enum.StrEnum):
    """What a recipient is."""

    coordinator = "coordinator"
    deputy = "deputy"
    person = "person"  # somebody else, or a coordinator of before
    channel = "channel"
    unknown = "unknown"  # taken away, or no id of Slack's


@dataclass(frozen=True, slots=True)
class MessageProof:
    """One message: what it is about, to whom, and what became of it.

    ``step`` is in working days, negative before the day. ``planned_for`` is the time on the wall,
    without a zone. ``since`` (aware) is when a planned one goes out, since when one is held or
    under way, else when it was sent; none where that is not known.
    """

    id: int
    kind: str  # REMINDER, digest, alarm, or what may come
    agreement_number: str | None
    agreement_name: str | None
    label: str | None  # of the evaluation it is about
    number: int | None  # its place in the plan
    due: PartialDate | None  # none: the evaluation is no longer there
    step: int | None
    recipient: str
    to: Recipient
    state: OutboxState
    planned_for: datetime
    since: datetime | None
    sent_at: datetime | None  # by itself or in a digest
    is_bundled: bool  # it goes or went in a digest
    retry_id: int  # what is to be sent again: itself, or the digest that is held with it
    due_at: datetime
    reason: str | None
    attempts: int
    slack_ts: str | None
    held_on: PartialDate | None  # the evaluation, since
    held_by: str | None  # a Slack user id

    @property
    def at(self) -> datetime:
        """When it was sent, else when it is to be: what it is ordered by."""
        return self.sent_at or self.due_at

    @property
    def is_acknowledged(self) -> bool:
        """It went out, and the evaluation it speaks of has been held."""
        gone = {OutboxState.sent, OutboxState.bundled}
        return self.held_on is not None and self.kind == REMINDER and self.state in gone


class NoReminders(enum.StrEnum):
    """Why an agreement has no reminder at all."""

    ended = "ended"
    preparing = "preparing"
    not_begun = "not_begun"
    standing_unknown = "standing_unknown"
    none_agreed = "none_agreed"
    nobody = "nobody"
    none_planned = "none_planned"


@dataclass(frozen=True, slots=True)
class AgreementProof:
    """The messages about one agreement: ``counts`` of all, and the lines that are shown."""

    agreement_id: int
    number: str
    name: str
    lines: tuple[MessageProof, ...]
    counts: Mapping[OutboxState, int]
    none_because: NoReminders | None
    zone: ZoneInfo

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.lines)


def proof_of(
    office: Office, connection: Connection, actor: Actor, agreement_id: int
) -> AgreementProof:
    """Tell what was sent about an agreement, what failed for good first.

    Raises :class:`NotAllowed` the same for what is not there.
    """
    found = storage.subject(connection, agreement_id)
    if found is None:
        raise NotAllowed
    subject = Subject(found.responsible_board, found.coordinator, found.deputy)
    require(actor, Permission.read, subject)
    rows = storage.of_agreement(connection, agreement_id)
    calendar = office.calendar(connection)
    lines = [_line(office, calendar, row, subject) for row in rows]
    return AgreementProof(
        agreement_id=found.id,
        number=found.number,
        name=found.name,
        lines=choose(lines, office.now()),
        counts=Counter(line.state for line in lines),
        none_because=None if lines else _none_because(office, found),
        zone=office.settings.time_zone,
    )


def every(
    office: Office, connection: Connection, *, only_held: bool = False
) -> Iterator[MessageProof]:
    """Go through every message there is, or those that are held, in the order they fall due."""
    calendar = office.calendar(connection)
    nobody = Subject(None, None, None)
    for row in storage.every(connection, OutboxState.held if only_held else None):
        yield _line(office, calendar, row, nobody)


def retry(session: Session, office: Office, *, actor: str, row_id: int) -> None:
    """Plan a held message anew, for the next round, and log it in the same transaction.

    Raises :class:`NotFound` ``proof.retry_unknown`` and :class:`Conflict` ``proof.retry.<state>``,
    both with the id.
    """
    row = storage.one(session, row_id) if 0 < row_id <= _LARGEST_ID else None
    if row is None:
        raise NotFound("proof.retry_unknown", id=row_id)
    if row.state is not OutboxState.held:
        raise Conflict(f"proof.retry.{row.state}", id=row_id)
    if not storage.send_again(session, row_id, office.now()):  # somebody else was quicker
        raise Conflict("proof.retry.planned", id=row_id)
    act = audit.Act(
        "reminder_retried",
        f"reminder:{row.wire_key}",
        row.agreement_id,
        {"state": "held", "reason": row.reason},
        {"state": "planned"},
    )
    audit.record(session, actor, office.now(), [act])
    planning.want_alarm_edits(session, row_id)


def choose(lines: Sequence[MessageProof], now: datetime) -> tuple[MessageProof, ...]:
    """Choose what a card shows: first what is held, then the rest, each newest first.

    Where there is more than fits, what is nearest to now is shown: neither a long plan nor a long
    past may hide the other.
    """
    held = sorted((line for line in lines if line.state is OutboxState.held), key=_newest_first)
    rest = [line for line in lines if line.state is not OutboxState.held]
    rest.sort(key=lambda line: (abs(line.at - now), line.id))
    near = rest[: max(0, SHOWN - len(held))]
    return (*held[:SHOWN], *sorted(near, key=_newest_first))


def _newest_first(line: MessageProof) -> tuple[float, int]:
    return (-line.at.timestamp(), -line.id)


def _line(office: Office, calendar: WorkingDays, row: AnyRow, subject: Subject) -> MessageProof:
    return MessageProof(
        id=row.id,
        kind=row.kind,
        agreement_number=row.agreement_number,
        agreement_name=row.agreement_name,
        label=row.label,
        number=row.number,
        due=row.due,
        step=row.step,
        recipient=row.recipient,
        to=_recipient(row.recipient, subject),
        state=row.state,
        planned_for=datetime.fromisoformat(row.due_local),
        since=_since(office, calendar, row),
        sent_at=row.sent_at or row.digest_sent_at,
        is_bundled=row.digest_id is not None,
        retry_id=row.digest_id if row.digest_state is OutboxState.held else row.id,
        due_at=row.due_at,
        reason=row.reason,
        attempts=row.attempts,
        slack_ts=row.slack_ts,
        held_on=row.held_on,
        held_by=row.held_by if is_person(row.held_by or "") else None,
    )


def _since(office: Office, calendar: WorkingDays, row: AnyRow) -> datetime | None:
    moment: datetime | None
    match row.state:
        case OutboxState.planned:
            rules = office.rules()
            moment = goes_out_at(
                row.next_at, office.now(), calendar=calendar, zone=rules.zone, hour=rules.hour
            )
        case OutboxState.held:
            moment = row.hold_since
        case OutboxState.sending | OutboxState.unknown:
            moment = row.first_send_at
        case _:
            moment = row.sent_at or row.digest_sent_at
    return moment


def _recipient(slack_id: str, subject: Subject) -> Recipient:
    if is_person(slack_id):
        known = {subject.deputy: Recipient.deputy, subject.coordinator: Recipient.coordinator}
        return known.get(slack_id, Recipient.person)
    return Recipient.channel if _CHANNEL.fullmatch(slack_id) else Recipient.unknown


def _none_because(office: Office, found: AnyRow) -> NoReminders:
    """Say why nothing is planned, as far as the agreement and the settings tell."""
    term = term_of(found)
    anchor, end = term.anchor(), term.end()
    stands = standing(found.status, anchor and anchor.day, end.day, office.today())
    rules = office.rules()
    somebody = found.coordinator or found.deputy or rules.operations_channel or rules.admins
    if stands in _NOT_IN_FORCE:
        return _NOT_IN_FORCE[stands]
    if not somebody:
        return NoReminders.nobody
    return NoReminders.none_agreed if found.evaluations_per_year == 0 else NoReminders.none_planned


_NOT_IN_FORCE: Final = {
    Standing.ended: NoReminders.ended,
    Standing.preparing: NoReminders.preparing,
    Standing.not_begun: NoReminders.not_begun,
    Standing.unknown: NoReminders.standing_unknown,
}
