"""Which reminders should exist, and when each goes out.

Pure: an agreement, its open evaluations, the rules and the calendar in, wanted rows
out. Held and not needed evaluations are simply not handed in, and their reminders
are no longer wanted.
Not here: storing, sending and what was already sent (``bot/reminders/delivery.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final

from bot.errors import Invalid
from bot.periods import Term
from bot.working_days import WorkingDays

DEPUTY_FROM: Final = 5
"""From this many working days after the due day the deputy is told too."""

OPERATIONS_FROM: Final = 10
"""From this many working days after the due day the operations channel is told instead."""

PARTNER_STEP: Final = -30
"""The channel of an agreement is told once, so many working days before the day."""

FURTHEST_STEP: Final = 250
"""Working days: about a year, before or after."""


@dataclass(frozen=True, slots=True)
class RemindedAgreement:
    """What planning knows of an agreement.

    ``coordinator`` and ``deputy`` are Slack user ids. ``steps`` are its own, None for
    the common ones. ``status`` is ``preparing``, ``in_force``, ``ended`` or None (the
    dates decide). ``registered_on`` is the day it first came into the register.
    """

    uid: str
    coordinator: str | None
    deputy: str | None
    steps: tuple[int, ...] | None
    term: Term
    status: str | None
    registered_on: date


@dataclass(frozen=True, slots=True)
class OpenEvaluation:
    """An evaluation that has not been held.

    ``number`` is its place in the plan as text, or a name of its own for an extra.
    ``typed``: a person set its day. ``known_at`` (with a zone) is when this due day
    became known or was last changed.
    """

    number: str
    due_on: date
    typed: bool
    known_at: datetime


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """How this workspace reminds.

    ``steps`` count working days: negative before the due day, positive after, 0 on
    it. Messages go at ``hour`` (0 to 23) on the clock of ``zone``. ``horizon_days``
    is how many days ahead rows are made.
    """

    steps: tuple[int, ...]
    zone: tzinfo
    hour: int = 9
    operations_channel: str | None = None
    admins: tuple[str, ...] = ()
    horizon_days: int = 400


@dataclass(frozen=True, slots=True)
class WantedReminder:
    """A reminder that should exist, once, under its natural key.

    ``due_local`` is the time on the wall, without a zone; ``due_at`` the same moment
    in UTC. ``due_on`` is the day of the evaluation it speaks of.
    """

    natural_key: str
    number: str
    step: int
    recipient: str
    due_local: datetime
    due_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class _Step:
    """A step on its working day."""

    step: int
    due_local: datetime
    due_at: datetime


def plan_reminders(
    agreement: RemindedAgreement,
    evaluations: Sequence[OpenEvaluation],
    *,
    rules: ReminderRules,
    calendar: WorkingDays,
    now: datetime,
) -> tuple[WantedReminder, ...]:
    """Say which reminders of an agreement should exist, in the order they go out.

    1. A computed evaluation that fell due before the agreement was registered is
       never reminded of: nobody was asked. A typed one is late.
    2. Of the steps whose moment had passed when the due day became known, only the
       newest goes out.
    3. The agreement must be in force on the day the message goes: the step's own
       day, or today where that has passed.
    4. Each recipient is told once per step.

    Steps already past stay wanted, so that one missed while the bot was down still
    goes. What is beyond the horizon is left for later.
    """
    own = rules.steps if agreement.steps is None else agreement.steps
    wanted = [
        reminder
        for evaluation, step in _wanted_steps(
            agreement, evaluations, own, rules=rules, calendar=calendar, now=now
        )
        for reminder in _to_each(agreement, evaluation, step=step, rules=rules)
    ]
    return _in_order(wanted)


def plan_for_partners(
    agreement: RemindedAgreement,
    evaluations: Sequence[OpenEvaluation],
    channel_id: str | None,
    *,
    rules: ReminderRules,
    calendar: WorkingDays,
    now: datetime,
) -> tuple[WantedReminder, ...]:
    """Say which reminders the channel that is linked to an agreement should have: one of each.

    By the same rules as those of its coordinator, and not of a day that has passed: what was
    missed is for the coordinator to mend.
    """
    if channel_id is None:
        return ()
    today = _local(now, rules.zone).date()
    ahead = [evaluation for evaluation in evaluations if evaluation.due_on >= today]
    steps = _wanted_steps(
        agreement, ahead, (PARTNER_STEP,), rules=rules, calendar=calendar, now=now
    )
    return _in_order(
        [
            _wanted(agreement, evaluation, step, channel_id, matter="partner")
            for evaluation, step in steps
        ]
    )


def _in_order(wanted: Sequence[WantedReminder]) -> tuple[WantedReminder, ...]:
    return tuple(sorted(wanted, key=lambda reminder: (reminder.due_at, reminder.natural_key)))


def recipients(agreement: RemindedAgreement, step: int, *, rules: ReminderRules) -> tuple[str, ...]:
    """Say who is told of a step, each once.

    The coordinator; without one the deputy, else the operations channel, else every
    administrator. From ``DEPUTY_FROM`` the deputy too. From ``OPERATIONS_FROM`` the
    operations channel (else every administrator) instead; where there is neither,
    the coordinator after all, for a reminder nobody gets is none.
    """
    above = _first((rules.operations_channel,)) or rules.admins
    person = _first((agreement.coordinator, agreement.deputy))
    if step >= OPERATIONS_FROM and above:
        chosen = above
    elif step >= DEPUTY_FROM:
        chosen = (person + _first((agreement.deputy,))) or above
    else:
        chosen = person or above
    return tuple(dict.fromkeys(chosen))


def goes_out_at(
    due_at: datetime, now: datetime, *, calendar: WorkingDays, zone: tzinfo, hour: int = 9
) -> datetime:
    """Give the moment (UTC) at which a row that is due at ``due_at`` really goes out.

    Its own moment, if that is ahead and on a working day. Where it has passed: now,
    on a working day from ``hour`` on. Otherwise at ``hour`` on the next working day
    (today, when it is one and still early).
    """
    moment = max(_local(due_at, UTC), _local(now, UTC))
    on_the_wall = moment.astimezone(zone)
    day = calendar.on_or_after(on_the_wall.date())
    is_today = day == on_the_wall.date()
    if is_today and (due_at >= now or on_the_wall.hour >= hour):
        return moment
    return _at_hour(day, hour, zone)


def is_open(moment: datetime, *, calendar: WorkingDays, zone: tzinfo, hour: int = 9) -> bool:
    """Tell whether messages go out at a moment: on a working day, from ``hour`` on."""
    on_the_wall = _local(moment, zone)
    return on_the_wall.hour >= hour and calendar.is_working(on_the_wall.date())


def parse_steps(text: str) -> tuple[int, ...]:
    """Read steps such as ``-30,-14,-3,1,5,10`` into order.

    Whole working days within ±``FURTHEST_STEP``, apart by comma, semicolon or blank,
    each once and at least one. Raises :class:`Invalid` ``invalid.steps`` (text).
    """
    words = [word for word in re.split(r"[,;\s]+", text.replace("\u2212", "-")) if word]
    if not words or not all(re.fullmatch(r"[-+]?[0-9]{1,4}", word) for word in words):
        raise Invalid("invalid.steps", text=text[:60])
    steps = sorted(int(word) for word in words)
    if len(set(steps)) < len(steps) or max(map(abs, steps)) > FURTHEST_STEP:
        raise Invalid("invalid.steps", text=text[:60])
    return tuple(steps)


def _wanted_steps(
    agreement: RemindedAgreement,
    evaluations: Sequence[OpenEvaluation],
    own: Sequence[int],
    *,
    rules: ReminderRules,
    calendar: WorkingDays,
    now: datetime,
) -> Iterator[tuple[OpenEvaluation, _Step]]:
    """Give the steps that are to be told of, by the first three rules of planning."""
    today = _local(now, rules.zone).date()
    in_force = agreement.term.days_in_force(agreement.status)
    if in_force is None:
        return
    first, last = in_force
    for evaluation in evaluations:
        if not evaluation.typed and evaluation.due_on < agreement.registered_on:
            continue
        for step in _steps_to_send(evaluation, own, rules=rules, calendar=calendar):
            day = step.due_local.date()
            if (day - today).days <= rules.horizon_days and first <= max(day, today) <= last:
                yield evaluation, step


def _steps_to_send(
    evaluation: OpenEvaluation,
    own: Sequence[int],
    *,
    rules: ReminderRules,
    calendar: WorkingDays,
) -> Iterator[_Step]:
    """Give the steps still ahead when the due day became known, and the newest before that."""
    steps = [_placed(step, evaluation, rules=rules, calendar=calendar) for step in own]
    passed = [step for step in steps if step.due_at < evaluation.known_at]
    yield from (step for step in steps if step.due_at >= evaluation.known_at)
    if passed:
        yield max(passed, key=lambda step: (step.due_at, step.step))


def _placed(
    step: int, evaluation: OpenEvaluation, *, rules: ReminderRules, calendar: WorkingDays
) -> _Step:
    """Place a step on its working day."""
    day = calendar.shift(evaluation.due_on, step)
    due_at = _at_hour(day, rules.hour, rules.zone)
    return _Step(step, datetime.combine(day, time(rules.hour)), due_at)


def _to_each(
    agreement: RemindedAgreement, evaluation: OpenEvaluation, *, step: _Step, rules: ReminderRules
) -> Iterator[WantedReminder]:
    """Write one reminder for each who is to be told."""
    for recipient in recipients(agreement, step.step, rules=rules):
        yield _wanted(agreement, evaluation, step, recipient, matter="evaluation")


def _wanted(
    agreement: RemindedAgreement,
    evaluation: OpenEvaluation,
    step: _Step,
    recipient: str,
    *,
    matter: str,
) -> WantedReminder:
    return WantedReminder(
        f"{agreement.uid}:{matter}:{evaluation.number}:{step.step}:{recipient}",
        evaluation.number,
        step.step,
        recipient,
        step.due_local,
        step.due_at,
        evaluation.due_on,
    )


def _first(candidates: Sequence[str | None]) -> tuple[str, ...]:
    """Give the first that is set, alone; nothing if none is."""
    return next(((candidate,) for candidate in candidates if candidate), ())


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """Show a moment on the wall of a zone; ``ValueError`` if it has no zone of its own."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(zone)


@lru_cache(maxsize=4096)
def _at_hour(day: date, hour: int, zone: tzinfo) -> datetime:
    """Give the moment in UTC when the clock of a zone shows that hour on that day."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
