"""A register in which so many reminders are owed, written at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from bot import installation, upkeep
from bot.clock import StandingClock
from bot.folding import fold, in_order
from bot.office import Office
from bot.settings import Settings
from storage import tables
from storage.bulk import add_many
from storage.database import Database
from storage.models import OutboxState
from storage.types import PartialDate

BEFORE: Final = datetime.fromisoformat("2021-09-01T10:00:00+02:00")
NINE: Final = datetime.fromisoformat("2021-10-20T09:00:00+02:00")
"""When every reminder falls due: nine o'clock on a working day."""
PEOPLE: Final = 20


def person(number: int, people: int = PEOPLE) -> str:
    """Give the Slack id of the person that the n:th agreement's reminders go to."""
    return f"U_PERSON{number % people:02}"


def owe(
    url: str, reminders: int, *, over: timedelta = timedelta(), people: int = PEOPLE
) -> list[str]:
    """Register as many agreements with one reminder each, and give the keys that Slack will see.

    They go to so many ``people``. ``over``: so long after nine the last one may be tried for the
    first time; the others are spread evenly before it.
    """
    settings = Settings(_env_file=None, DATABASE_URL=url, FOLJSAM_MESSAGES_A_WEEK="0")
    office = Office(settings, StandingClock(BEFORE), Database(url))
    try:
        with office.database.writing() as session:
            installation.ensure(session, office.now())
            rows = [_agreement(number, people) for number in range(1, reminders + 1)]
            add_many(session.connection(), tables.agreement, rows)
        upkeep.keep_up_all(office)
        return _spread(office, reminders, over)
    finally:
        office.database.close()


def states(database: Database) -> dict[str, int]:
    """Count what is owed by its state: to see when all is done, never to judge by."""
    table = tables.outbox
    found: dict[str, int] = {}
    with database.reading() as connection:
        for row in connection.execute(select(table.c.state).where(table.c.due_at <= NINE)):
            found[row.state.value] = found.get(row.state.value, 0) + 1
    return found


def _spread(office: Office, reminders: int, over: timedelta) -> list[str]:
    table = tables.outbox
    keys = []
    with office.database.writing() as session:
        question = select(table.c.id, table.c.wire_key).where(table.c.due_at <= NINE)
        rows = session.connection().execute(question.order_by(table.c.id)).all()
        assert len(rows) == reminders
        for place, row in enumerate(rows):
            keys.append(row.wire_key)
            if over:
                values = {"next_at": NINE + over * place / reminders}
                where = (table.c.id == row.id, table.c.state == OutboxState.planned)
                session.connection().execute(update(table).where(*where).values(values))
    return keys


def _agreement(number: int, people: int) -> dict[str, Any]:
    name = f"Avtal {number}"
    return {
        "uid": f"{number:032x}",
        "number": f"IOP-{number}",
        "number_folded": fold(f"IOP-{number}"),
        "name": name,
        "name_folded": fold(name),
        "name_ordered": in_order(name),
        "coordinator": person(number, people),
        "starts_on": PartialDate.from_iso("2021-06-01"),
        "ends_on": PartialDate.from_iso("2022-05-31"),
        "open_ended": False,
        "evaluations_per_year": 2,
        "steps": "-30",
        "sheltered": False,
        "funding_visible": False,
        "registered_at": BEFORE,
        "revision": 1,
    }
