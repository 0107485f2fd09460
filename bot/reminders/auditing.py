"""Looking over all that is owed and sent, once an hour: what cannot be is told, not mended.

The promises are in ``docs/decisions/0003``. Here they are asked of the table itself, so that a
mistake of ours, or a hand in the database, does not stay unseen.
"""

from __future__ import annotations

import structlog

from bot.clock import real_now
from bot.office import Office
from bot.reminders import alarms
from bot.reminders.messenger import Matter
from storage import soundness

_log = structlog.get_logger("delivery")


def look_over(office: Office) -> dict[str, int]:
    """Count what breaks a promise, by name; empty where all is well."""
    with office.database.reading() as connection:
        told = bool(alarms.recipients(office))
        now = office.now()
        return soundness.unsound(connection, now, real_now(), somebody_is_told=told)


def tell_of_what_is_unsound(office: Office) -> None:
    """Log it, and tell those who run the bot, once a day."""
    found = look_over(office)
    if not found:
        return
    _log.error("outbox_unsound", **found)
    about = f"{office.today().isoformat()}:{','.join(sorted(found))}"
    with office.database.writing() as session:
        alarms.raise_alarm(session, office, Matter.unsound, about)
