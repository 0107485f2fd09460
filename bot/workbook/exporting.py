"""Exporting the whole register as the workbook that an import reads back the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from bot.workbook.sheets import SHEETS
from bot.workbook.values import Extra, OpenEnd
from bot.workbook.writing import Values, write_workbook
from storage import register

_OF_PARTY: Final = {"contact", "commitment"}
_PLAIN: Final = ("grant", "payment", "key_figure", "board_meeting", "closed_period")


def export_register(connection: Connection, target: Path) -> None:
    """Write everything that the register holds of agreements, meetings and closed days.

    Of evaluations only those that a person has spoken of: the rest follow from the plan.
    """
    numbers = {row.id: row.number for row in register.all_rows(connection, "agreement")}
    write_workbook(target, _all(connection, numbers))


def _all(connection: Connection, numbers: Mapping[int, str]) -> dict[str, Iterator[Values]]:
    rows: dict[str, Iterator[Values]] = {
        "agreement": _agreements(connection),
        "party": _parties(connection, numbers),
        "evaluation": _evaluations(connection, numbers),
    }
    rows |= {matter: _plain(connection, matter, numbers) for matter in _PLAIN}
    rows |= {matter: _of_parties(connection, matter, numbers) for matter in _OF_PARTY}
    assert rows.keys() == {sheet.matter for sheet in SHEETS}
    return rows


def _agreements(connection: Connection) -> Iterator[Values]:
    for row in register.all_rows(connection, "agreement"):
        values = row._asdict()
        if row.open_ended:
            values["ends_on"] = OpenEnd.open
        yield values


def _parties(connection: Connection, numbers: Mapping[int, str]) -> Iterator[Values]:
    names = _names(connection)
    for row in register.rows_by_agreement(connection, "party"):
        yield _numbered(row, numbers) | {"umbrella": names.get(row.umbrella_id)}


def _of_parties(
    connection: Connection, matter: str, numbers: Mapping[int, str]
) -> Iterator[Values]:
    names = _names(connection)
    for row in register.rows_by_agreement(connection, matter):
        yield _numbered(row, numbers) | {"organisation": names[row.party_id]}


def _evaluations(connection: Connection, numbers: Mapping[int, str]) -> Iterator[Values]:
    for row in register.rows_by_agreement(connection, "evaluation"):
        said = row.typed or row.booked_on or row.held_on or row.outcome
        if said:
            place = Extra.extra if row.number is None else row.number
            yield row._asdict() | {"number": numbers[row.agreement_id], "place": place}


def _plain(connection: Connection, matter: str, numbers: Mapping[int, str]) -> Iterator[Values]:
    if matter in {"board_meeting", "closed_period"}:
        yield from (row._asdict() for row in register.all_rows(connection, matter))
    else:
        for row in register.rows_by_agreement(connection, matter):
            yield _numbered(row, numbers)


def _numbered(row: Any, numbers: Mapping[int, str]) -> dict[str, Any]:
    return {**row._asdict(), "number": numbers[row.agreement_id]}


def _names(connection: Connection) -> dict[int, str]:
    return {row.id: row.organisation for row in register.all_rows(connection, "party")}
