"""What a process that delivers makes sure of before its first round.

That ownership really holds here, and that the register has not forgotten what was sent: a file
copied back from a backup, or another server that took over, knows less than Slack does.
"""

from __future__ import annotations

import structlog

from bot.clock import real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm
from bot.reminders.messenger import Matter
from storage import condition, installation, outbox
from storage.errors import DatabaseProblem
from storage.ownership import keeps_sessions
from storage.sent_file import sent_file

_log = structlog.get_logger("delivery")


def begin(office: Office) -> None:
    """Refuse a database that cannot be delivered from; mark one that knows too little.

    Raises :class:`DatabaseProblem` ``database.pooled`` where sessions are shared between clients,
    and ``database.far_away`` for an SQLite file on a network's disk: locks mean nothing there.
    """
    if not condition.is_on_this_machine(office.database):
        raise DatabaseProblem("database.far_away")
    if not keeps_sessions(office.database):
        raise DatabaseProblem("database.pooled")
    if _has_forgotten(office) or _is_another_server(office):
        mark_restored(office)


def mark_restored(office: Office) -> None:
    """Note that Slack may know more than the register, and tell those who run the bot."""
    now = real_now()
    with office.database.writing() as session:
        installation.mark_restored(session, now, office.now())
        raise_alarm(session, office, Matter.restored, now.isoformat())
    _log.warning("register_may_have_forgotten")


def _has_forgotten(office: Office) -> bool:
    """Say whether the last message that was sent is not known to have been sent."""
    beside = sent_file(office.database)
    last = None if beside is None else beside.last()
    if last is None:
        return False
    with office.database.reading() as connection:
        return not outbox.may_be_sent(connection, last)


def _is_another_server(office: Office) -> bool:
    found = condition.server(office.database)
    if found is None:
        return False
    with office.database.writing() as session:
        return installation.change_system(session, found)
