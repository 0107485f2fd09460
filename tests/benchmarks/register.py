"""A seeded register of any size, the same each time, written by Core's bulk inserts.

Each agreement has two parties and a member, six contacts, three years of money with twelve
payments, two commitments and the six evaluations that its own plan gives, so that the clock of
``run`` finds nothing to add.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, insert

from bot import installation
from bot.evaluations.planning import EvaluationRule, plan_evaluations
from bot.folding import fold, in_order
from bot.periods import Term
from bot.working_days import WorkingDays
from storage import migrations, tables
from storage.database import Database
from storage.models import OutboxState
from storage.types import PartialDate

_PLACES: Final = ("Ängsgården", "Åkershov", "Ölandsgatan", "Hällby", "Björkängen", "Sjövik")
_MATTERS: Final = ("Fritid", "Mötesplats", "Läxhjälp", "Kvinnojour", "Språkcafé", "Kultur")
_PEOPLE: Final = 40
_PAGE: Final = 1_000  # agreements at a time
Rows = dict[str, list[dict[str, Any]]]


def number_of(agreement: int) -> str:
    """Give the number of the n:th agreement."""
    return f"IOP {agreement:06}"


def name_of(agreement: int) -> str:
    """Give the name of the n:th agreement."""
    place = _PLACES[agreement % len(_PLACES)]
    return f"{_MATTERS[agreement // 7 % len(_MATTERS)]} {place} {agreement}"


def make(path: Path, agreements: int) -> Path:
    """Write a register of so many agreements to a new SQLite file."""
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.writing() as session:
        installation.ensure(session, datetime.now(UTC))
        for first in range(1, agreements + 1, _PAGE):
            page = range(first, min(first + _PAGE, agreements + 1))
            _write(session.connection(), page)
    with database.writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
    database.close()  # the last connection to close brings the log into the file
    return path


def _write(connection: Connection, page: range) -> None:
    rows: Rows = defaultdict(list)
    for agreement in page:
        _one(rows, agreement)
    for name in ("agreement", "party", "contact", "grant", "payment", "commitment", "evaluation"):
        connection.execute(insert(getattr(tables, name)), rows[name])


def _one(rows: Rows, agreement: int) -> None:
    chance = random.Random(agreement)
    today = datetime.now(UTC).date()
    start = today - timedelta(days=chance.randint(30, 700))
    end = start + relativedelta(months=36)
    rows["agreement"].append(_agreement(agreement, start, end))
    rows["party"] += _parties(agreement)
    rows["contact"] += _contacts(agreement)
    rows["grant"] += _grants(agreement, start.year, chance)
    rows["payment"] += payments(agreement, start)
    rows["commitment"] += _commitments(agreement, today)
    rows["evaluation"] += _evaluations(agreement, start, end, today)


def _known_at(start: date) -> datetime:
    return datetime(start.year, start.month, start.day, 12, tzinfo=UTC)


def _agreement(agreement: int, start: date, end: date) -> dict[str, Any]:
    number, name = number_of(agreement), name_of(agreement)
    return {
        "id": agreement,
        "uid": f"{agreement:032x}",
        "number": number,
        "number_folded": fold(number),
        "name": name,
        "name_folded": fold(name),
        "name_ordered": in_order(name),
        "registry_number": f"KS {start.year}/{agreement}",
        "decided_on": PartialDate.of(start),
        "decided_by": "Kommunstyrelsen",
        "responsible_board": f"Nämnd {agreement % 8}",
        "signed_on": PartialDate.of(start),
        "starts_on": PartialDate.of(start),
        "ends_on": PartialDate.of(end),
        "open_ended": False,
        "notice_months": 3,
        "evaluations_per_year": 2,
        "purpose": "Att stärka den lokala gemenskapen tillsammans.",
        "coordinator": "U_ANNA" if agreement % _PEOPLE == 0 else f"U{agreement % _PEOPLE:08}",
        "sheltered": False,
        "funding_visible": False,
        "registered_at": _known_at(start),
        "runs_from": start,
        "runs_until": end,
        "revision": 1,
    }


def _parties(agreement: int) -> Iterator[dict[str, Any]]:
    first = 3 * agreement
    association = f"Föreningen {_PLACES[agreement % 5]} {agreement}"
    sides = (
        (first, "Åmåls kommun", "public", "municipality", None),
        (first + 1, association, "civil", "association", None),
        (first + 2, f"{association} ungdom", "civil", "association", first + 1),
    )
    for party, organisation, role, kind, umbrella in sides:
        yield {
            "id": party,
            "agreement_id": agreement,
            "organisation": organisation,
            "organisation_folded": fold(organisation),
            "role": role,
            "kind": kind,
            "coordinating": party == first,
            "umbrella_id": umbrella,
        }


def _contacts(agreement: int) -> Iterator[dict[str, Any]]:
    for place in range(6):
        yield {
            "agreement_id": agreement,
            "party_id": 3 * agreement + place % 2,
            "name": f"Kontakt {place} Åberg",
            "title": "Verksamhetsledare",
            "email": f"kontakt{place}@example.se",
        }


def _grants(agreement: int, first: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for year in range(first, first + 3):
        yield {
            "agreement_id": agreement,
            "year": year,
            "amount_ore": chance.randint(2, 20) * 10_000_000,
            "decision": "decided" if year < first + 2 else "preliminary",
            "revision": 1,
        }


def payments(agreement: int, start: date, how_many: int = 12) -> Iterator[dict[str, Any]]:
    """Give the payments of an agreement: one a quarter, paid once it has come."""
    today = PartialDate.of(datetime.now(UTC).date())
    for quarter in range(how_many):
        planned = PartialDate.of(start + relativedelta(months=3 * (quarter % 40)))
        yield {
            "agreement_id": agreement,
            "year": planned.year,
            "planned_on": planned,
            "amount_ore": 2_500_000 + quarter,
            "paid_on": planned if str(planned) < str(today) else None,
            "reference": f"Faktura {quarter}",
        }


def _commitments(agreement: int, today: date) -> Iterator[dict[str, Any]]:
    for party, due_on in enumerate((today - timedelta(days=40), today + timedelta(days=90))):
        yield {
            "agreement_id": agreement,
            "party_id": 3 * agreement + party,
            "promise": "Lämna en berättelse om verksamheten",
            "due_on": PartialDate.of(due_on),
        }


_calendar = WorkingDays()


def _evaluations(agreement: int, start: date, end: date, today: date) -> Iterator[dict[str, Any]]:
    term = Term(PartialDate.of(start), PartialDate.of(end))
    for planned in plan_evaluations(EvaluationRule(term), _calendar, today).evaluations:
        due = PartialDate.of(planned.due_on)
        yield {
            "agreement_id": agreement,
            "number": planned.number,
            "label": str(planned.number),
            "due": due,
            "due_on": planned.due_on,
            "agreed_on": planned.agreed_on if planned.moved else None,
            "typed": False,
            "before_register": False,
            "known_at": _known_at(start),
            "held_on": due if planned.due_on < today else None,
            "outcome": "Fortsätter som förut." if planned.due_on < today else None,
            "revision": 1,
        }


def owe_reminders(database: Database, how_many: int, *, now: datetime, due: int) -> None:
    """Write planned reminders, so many of them due before ``now`` and the rest after it."""
    step = timedelta(seconds=30)
    moments = (now + step * (place - due + 1) for place in range(how_many))
    rows = [_reminder(place, moment, now) for place, moment in enumerate(moments)]
    with database.writing() as session:
        session.connection().execute(insert(tables.outbox), rows)
        session.connection().exec_driver_sql("ANALYZE")


def _reminder(place: int, moment: datetime, now: datetime) -> dict[str, Any]:
    return {
        "natural_key": f"{place:032x}:evaluation:1:-3:U_ANNA",
        "wire_key": f"{place:016}",
        "kind": "evaluation",
        "agreement_id": 1,
        "label": "1",
        "step": -3,
        "recipient": "U_ANNA",
        "due_local": moment.isoformat()[:16],
        "zone": "Europe/Stockholm",
        "due_at": moment,
        "next_at": moment,
        "planned_at": now,
        "state": OutboxState.planned.value,
        "fence": 0,
        "attempts": 0,
        "cancel_requested": False,
        "edit_wanted": False,
    }
