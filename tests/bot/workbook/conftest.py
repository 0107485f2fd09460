"""Workbooks made on the spot, imported, and looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from bot.office import Office
from bot.workbook.importing import ImportReport, import_register
from storage import tables

Sheets = Mapping[str, Sequence[Sequence[Any]]]

KULTUR = {
    "Överenskommelser": [["Nummer", "Namn"], ["IOP-1", "Kultur 1740"]],
    "Parter": [
        ["Nummer", "Organisation", "Roll"],
        ["IOP-1", "Tranemo kommun", "offentlig"],
        ["IOP-1", "Kultur 1740", "idéburen"],
    ],
}


def write(path: Path, sheets: Sheets) -> Path:
    """Write a workbook: each sheet's rows, headings first. Text is text, formula or not."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for title, rows in sheets.items():
        made: Any = book.create_sheet(title)
        for at, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                cell = made.cell(at, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read every cell of a workbook: its value and whether it is text, number or date."""
    book = load_workbook(path)
    return {
        sheet.title: [
            tuple((cell.value, cell.data_type) for cell in row) for row in sheet.iter_rows()
        ]
        for sheet in book.worksheets
    }


def rows(office: Office, matter: str, *columns: str) -> list[Any]:
    """Read columns of a table, in the order its rows were written."""
    table = getattr(tables, matter)
    with office.database.reading() as connection:
        found = connection.execute(
            select(*(table.c[column] for column in columns)).order_by(table.c.id)
        ).all()
    return [row[0] if len(columns) == 1 else tuple(row) for row in found]


def bring_in(office: Office, path: Path, **named: Any) -> ImportReport:
    """Import a file in a transaction of its own, as the terminal does."""
    with office.database.writing() as session:
        return import_register(session, office, path, actor="terminal", **named)


Importer = Callable[..., ImportReport]


@pytest.fixture
def take(office: Office, tmp_path: Path) -> Importer:
    """Import sheets into the register, on both databases."""
    return _importer(office, tmp_path)


@pytest.fixture
def take_sqlite(sqlite_office: Office, tmp_path: Path) -> Importer:
    """Import sheets into the register, on SQLite."""
    return _importer(sqlite_office, tmp_path)


def _importer(office: Office, folder: Path) -> Importer:
    def take(sheets: Sheets, **named: Any) -> ImportReport:
        return bring_in(office, write(folder / "register.xlsx", sheets), **named)

    return take


def keys(report: ImportReport) -> list[tuple[str | None, int | None, str | None, str]]:
    """Give where each error stands and which it is."""
    return [(found.sheet, found.row, found.column, found.key) for found in report.errors]


def warned(report: ImportReport) -> list[tuple[str | None, int | None, str | None, str]]:
    """Give where each warning stands and which it is."""
    return [(found.sheet, found.row, found.column, found.key) for found in report.warnings]
