"""What follows from a change: the plan of evaluations and the reminders are brought up to date.

Done in the transaction of every change that moves a day, at the start, and every hour. Doing it
twice changes nothing: evaluations are known by their number, reminders by their natural key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot.agreements import term_of
from bot.clock import local_day
from bot.evaluations.planning import (
    EvaluationRule,
    ExistingEvaluation,
    PlannedEvaluation,
    parse_months,
    plan_evaluations,
    reconcile,
)
from bot.office import Office
from bot.reminders.planning import (
    OpenEvaluation,
    RemindedAgreement,
    WantedReminder,
    parse_steps,
    plan_for_partners,
    plan_reminders,
)
from bot.working_days import WorkingDays
from storage import evaluations as storage
from storage import installation, planning
from storage.models import OutboxKind, OutboxState
from storage.rows import AnyRow
from storage.types import PartialDate

_TOLD = {OutboxState.sending, OutboxState.unknown, OutboxState.bundled, OutboxState.sent}
_AT_A_TIME = 500  # agreements: bounds the statements' parameters and the time of a transaction


def keep_up(session: Session, office: Office, agreement_ids: Sequence[int]) -> None:
    """Bring evaluations and reminders of these agreements up to date, in this transaction."""
    calendar = office.calendar(session.connection())
    for ids in _batches(agreement_ids):
        terms = storage.terms(session, ids)
        _plan_evaluations(session, office, terms, calendar)
        _plan_reminders(session, office, terms, calendar)


def keep_up_all(office: Office, progress: Callable[[], None] = lambda: None) -> None:
    """Do the same for the whole register, some agreements a transaction."""
    after: int | None = 0
    while after is not None:
        progress()
        with office.database.writing() as session:
            after = _keep_up_next(session, office, after)


def keep_up_every(session: Session, office: Office) -> None:
    """Do the same for the whole register in one transaction, which a preview takes back."""
    after: int | None = 0
    while after is not None:
        after = _keep_up_next(session, office, after)


def _keep_up_next(session: Session, office: Office, after: int) -> int | None:
    ids = storage.every_agreement(session, after, _AT_A_TIME)
    keep_up(session, office, ids)
    return ids[-1] if len(ids) == _AT_A_TIME else None


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_A_TIME):
        yield ids[start : start + _AT_A_TIME]


def _by_agreement(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    grouped: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        grouped[row.agreement_id].append(row)
    return grouped


def _plan_evaluations(
    session: Session, office: Office, terms: Sequence[AnyRow], calendar: WorkingDays
) -> None:
    existing = _by_agreement(storage.of_agreements(session, [row.id for row in terms]))
    today, now = office.today(), office.now()
    added: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    dropped: list[int] = []
    for row in terms:
        registered_on = local_day(row.registered_at, office.settings.time_zone)
        rows = {found.number: found for found in existing[row.id]}
        plan = plan_evaluations(_rule(row), calendar, today)
        changes = reconcile(plan, [_existing(found) for found in existing[row.id]])
        for planned in changes.add:
            label = {"agreement_id": row.id, "number": planned.number, "label": str(planned.number)}
            added.append(label | _days(planned, registered_on, now))
        for planned in changes.move:
            row_id = {"row_id": rows[planned.number].id}
            moved.append(row_id | _days(planned, registered_on, now))
        dropped += [rows[number].id for number in changes.drop]
    storage.drop(session, dropped)
    storage.move(session, moved)
    storage.add(session, added)
    storage.run(session, [run for row in terms for run in _run(row)])


def _rule(row: AnyRow) -> EvaluationRule:
    per_year = 2 if row.evaluations_per_year is None else row.evaluations_per_year
    return EvaluationRule(term_of(row), per_year, parse_months(row.evaluation_months or ""))


def _existing(row: AnyRow) -> ExistingEvaluation:
    typed = row.typed or row.booked_on is not None
    return ExistingEvaluation(row.number, row.due_on, typed, row.held_on is not None)


def _days(planned: PlannedEvaluation, registered_on: date, now: datetime) -> dict[str, Any]:
    return {
        "due": PartialDate.of(planned.due_on),
        "due_on": planned.due_on,
        "agreed_on": planned.agreed_on if planned.moved else None,
        "known_at": now,
        "before_register": planned.due_on < registered_on,
        "typed": False,
        "revision": 1,
    }


def _run(row: AnyRow) -> Iterator[dict[str, Any]]:
    """Give the days an agreement runs, if they are not kept so already."""
    term = term_of(row)
    anchor, last = term.anchor(), term.end().day
    first = anchor.day if anchor else None
    if (first, last) != (row.runs_from, row.runs_until):
        yield {"row_id": row.id, "first": first, "last": last}


def _plan_reminders(
    session: Session, office: Office, terms: Sequence[AnyRow], calendar: WorkingDays
) -> None:
    ids = [row.id for row in terms]
    evaluations = _by_agreement(_named(session, ids))
    told = _by_agreement(planning.told(session, ids))
    channels = planning.linked_channels(session, ids)
    now, key = office.now(), installation.key(session)
    how: dict[str, Any] = {"rules": office.rules(), "calendar": calendar, "now": now}
    wanted: dict[str, dict[str, Any]] = {}
    for row in terms:
        about = _reminded(row, office)
        ahead = [_open(found) for found in evaluations[row.id] if found.held_on is None]
        plans = {
            OutboxKind.evaluation: plan_reminders(about, ahead, **how),
            OutboxKind.partner: plan_for_partners(about, ahead, channels.get(row.id), **how),
        }
        for kind, reminders in plans.items():
            before = [one for one in told[row.id] if one.kind == kind]
            for reminder in _still_to_tell(reminders, before, now):
                made = _row(reminder, row.id, office, key, kind)
                wanted[reminder.natural_key] = made
    unwanted = [
        row.id
        for row in planning.not_sent(session, ids)
        if row.natural_key not in wanted and row.in_place_of not in wanted
    ]
    planning.cancel(session, unwanted, "not_wanted")
    planning.plan(session, list(wanted.values()))


def _named(session: Session, ids: Sequence[int]) -> Sequence[AnyRow]:
    """Give every evaluation; one that came without a label gets its number, or a random word."""
    rows = storage.of_agreements(session, ids)
    unnamed = [row for row in rows if row.label is None]
    if not unnamed:
        return rows
    labels = [
        {"row_id": row.id, "new_label": str(row.number or f"x{secrets.token_hex(4)}")}
        for row in unnamed
    ]
    storage.label(session, labels)
    return storage.of_agreements(session, ids)


def _reminded(row: AnyRow, office: Office) -> RemindedAgreement:
    return RemindedAgreement(
        uid=row.uid,
        coordinator=row.coordinator,
        deputy=row.deputy,
        steps=parse_steps(row.steps) if row.steps else None,
        term=term_of(row),
        status=row.status,
        registered_on=local_day(row.registered_at, office.settings.time_zone),
    )


def _open(row: AnyRow) -> OpenEvaluation:
    return OpenEvaluation(row.label, row.due_on, row.typed, row.known_at)


def _still_to_tell(
    reminders: Sequence[WantedReminder], told: Sequence[AnyRow], now: datetime
) -> Iterator[WantedReminder]:
    """Leave out what must not be told again.

    A row that stands stays. Of new rows, and of cancelled ones that are wanted again, whose moment
    has passed: a step that somebody has been told of is not told to a successor, and only the
    newest step goes out. A step whose row was cancelled unsent has been told to nobody.
    """
    keys = {row.natural_key for row in told if row.state is not OutboxState.cancelled}
    steps_told = {(row.label, row.step) for row in told if row.state in _TOLD}
    newest = {reminder.number: reminder.step for reminder in reminders if reminder.due_at <= now}
    for reminder in reminders:
        is_new = reminder.natural_key not in keys
        if is_new and reminder.due_at <= now:
            was_told = (reminder.number, reminder.step) in steps_told
            if was_told or newest[reminder.number] != reminder.step:
                continue
        yield reminder


def _row(
    reminder: WantedReminder, agreement_id: int, office: Office, key: str, kind: OutboxKind
) -> dict[str, Any]:
    return outbox_row(
        office,
        key,
        kind=kind,
        natural_key=reminder.natural_key,
        recipient=reminder.recipient,
        due_at=reminder.due_at,
        label=reminder.number,
    ) | {"agreement_id": agreement_id, "step": reminder.step}


def outbox_row(
    office: Office,
    key: str,
    *,
    kind: OutboxKind,
    natural_key: str,
    recipient: str,
    due_at: datetime,
    label: str | None = None,
) -> dict[str, Any]:
    """Make a row of a message that is owed; ``key`` is the installation's."""
    zone = office.settings.time_zone
    due_local = due_at.astimezone(zone).replace(tzinfo=None)
    return {
        "natural_key": natural_key,
        "wire_key": wire_key(key, natural_key),
        "kind": kind.value,
        "agreement_id": None,
        "label": label,
        "step": None,
        "recipient": recipient,
        "due_local": due_local.isoformat(timespec="minutes"),
        "zone": str(zone),
        "due_at": due_at,
        "next_at": due_at,
        "planned_at": office.now(),
        "state": OutboxState.planned.value,
        "fence": 0,
        "attempts": 0,
        "cancel_requested": False,
        "edit_wanted": False,
    }


def wire_key(installation_key: str, natural_key: str) -> str:
    """Give the key that Slack sees: it tells nothing, and is always the same for the same row."""
    digest = hmac.new(installation_key.encode(), natural_key.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:16]
