"""From cells to rows of values, with everything that is wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.errors import Invalid
from bot.workbook.opening import LONGEST_CELL, MOST_COLUMNS, UNREADABLE, Measured, OpenBook
from bot.workbook.problems import Findings
from bot.workbook.sheets import AGREEMENTS, PROBLEMS, READ_ME, SHEETS, Column, Sheet
from bot.workbook.values import OpenEnd, quoted

Advance = Callable[[int], None]
"""Told how many more rows are done."""

_ESCAPED: Final = re.compile(r"_x(005F|00[01][0-9A-Fa-f])_")
_PIECE: Final = 500  # rows between two words about how far it has come


@dataclass(slots=True)
class Row:
    """One row that was read: its number in the sheet and the values of the columns there are.

    A cell that could not be read is left out of ``values``; an empty one is in it.
    """

    at: int
    values: dict[str, Any]


@dataclass(slots=True)
class SheetRows:
    """One sheet that was read. ``fields`` are those whose column was there."""

    sheet: Sheet
    fields: frozenset[str]
    rows: list[Row] = field(default_factory=list)


def read(book: OpenBook, findings: Findings, advance: Advance) -> dict[str, SheetRows]:
    """Read every sheet of ours; give the rows by matter.

    Raises :class:`Invalid` for a file that holds none of our sheets or breaks off half-way.
    """
    found: dict[str, SheetRows] = {}
    titles = {_folded(sheet.title): sheet for sheet in SHEETS}
    for worksheet in book.book.worksheets:
        sheet = titles.pop(_folded(worksheet.title), None)
        if sheet is not None:
            rows = _unbroken(worksheet.iter_rows())
            measured = book.measured[worksheet.title]
            found[sheet.matter] = _read_sheet(sheet, rows, measured, findings, advance)
        elif _folded(worksheet.title) != _folded(READ_ME):
            findings.warning("workbook.unknown_sheet", worksheet.title[:60], None, None)
    if not found:
        raise Invalid("workbook.no_sheets", sheets=", ".join(sheet.title for sheet in SHEETS))
    return found


def rows_in(book: OpenBook) -> int:
    """Count the rows that :func:`read` will go through."""
    titles = {_folded(sheet.title) for sheet in SHEETS}
    return sum(sheet.rows for title, sheet in book.measured.items() if _folded(title) in titles)


def plain(cell: Any) -> Any:
    """Give what a cell holds: text, a number, a date, a truth value, or ``None``.

    Raises :class:`Invalid` for formulas, error values and more text than a cell can hold.
    """
    value = cell.value
    if value is None or isinstance(value, int | float):
        return value
    kind = cell.data_type
    if kind == "f":
        raise Invalid("workbook.formula")
    if kind == "e":
        raise Invalid("workbook.error_value", text=quoted(value))
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise Invalid("workbook.too_long", length=len(value), longest=LONGEST_CELL)
        return _unescaped(value) if "_x" in value else value
    return value


def _unescaped(text: str) -> str:
    """Undo a workbook's way of writing control characters, ``_x000D_`` for a carriage return."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _unbroken(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Pass the rows on; what breaks on the way is the file's fault, not ours."""
    rows = iter(rows)
    while True:
        try:
            row = next(rows, None)
        except UNREADABLE as error:
            raise Invalid("workbook.broken") from error
        if row is None:
            return
        yield row


def _read_sheet(
    sheet: Sheet,
    rows: Iterator[Sequence[Any]],
    measured: Measured,
    findings: Findings,
    advance: Advance,
) -> SheetRows:
    for merged in measured.merged:
        findings.error("workbook.merged", sheet.title, None, merged)
    columns = _columns(sheet, next(rows, ()), findings)
    read = SheetRows(sheet, frozenset(column.field for _, column in columns))
    done = 1
    for at, cells in enumerate(rows, 2):
        if len(cells) > MOST_COLUMNS and any(c.value is not None for c in cells[MOST_COLUMNS:]):
            raise Invalid("workbook.too_many_columns", most=MOST_COLUMNS)
        row = _read_row(sheet, columns, at, cells, findings)
        if row is not None:
            read.rows.append(row)
        if not at % _PIECE:
            done += _PIECE
            advance(min(_PIECE, max(measured.rows - done + _PIECE, 0)))
    advance(max(measured.rows - done, 0))
    return read


def _columns(sheet: Sheet, headings: Sequence[Any], findings: Findings) -> list[tuple[int, Column]]:
    """Find which column stands where; the place counts from 0."""
    known = {_folded(column.heading): column for column in sheet.columns}
    found: dict[str, int] = {}
    for place, cell in enumerate(headings[:MOST_COLUMNS]):
        heading = _folded(cell.value) if isinstance(cell.value, str) else cell.value
        if heading in known and heading not in found:
            found[heading] = place
        elif heading in found:
            findings.error("workbook.heading_twice", sheet.title, 1, quoted(cell.value))
        elif heading not in {None, ""} and not _is_ours(heading):
            findings.warning("workbook.unknown_column", sheet.title, 1, quoted(cell.value))
    for heading, column in known.items():
        if column.key and heading not in found:
            findings.error("workbook.column_missing", sheet.title, 1, column.heading)
    return [(place, known[heading]) for heading, place in found.items()]


def _is_ours(heading: object) -> bool:
    """Tell whether a heading is the column that an errors workbook was given."""
    problems = _folded(PROBLEMS)
    return isinstance(heading, str) and (heading == problems or heading.startswith(f"{problems}:"))


def _read_row(
    sheet: Sheet,
    columns: Sequence[tuple[int, Column]],
    at: int,
    cells: Sequence[Any],
    findings: Findings,
) -> Row | None:
    """Read one row; ``None`` if it is empty."""
    held = [cells[place] if place < len(cells) else None for place, _ in columns]
    if all(cell is None or cell.value is None or _is_blank(cell.value) for cell in held):
        return None
    values: dict[str, Any] = {}
    for (_, column), cell in zip(columns, held, strict=True):
        try:
            values[column.field] = _read_cell(sheet, column, at, cell, findings)
        except Invalid as error:
            findings.refusal(error, sheet.title, at, column.heading)
    if sheet is AGREEMENTS and "ends_on" in values:
        _part_end(values)
    return Row(at, values)


def _read_cell(sheet: Sheet, column: Column, at: int, cell: Any, findings: Findings) -> Any:
    value = None if cell is None else plain(cell)
    if value is None or (isinstance(value, str) and _is_blank(value)):
        if column.required:
            raise Invalid("workbook.required")
        return column.empty

    def warn(key: str, **facts: Any) -> None:
        findings.warning(key, sheet.title, at, column.heading, **facts)

    found = column.read(value, warn)
    if found == "":  # nothing but blanks that no keyboard has
        raise Invalid("workbook.required")
    return found


def _part_end(values: dict[str, Any]) -> None:
    """Part an end into its day and whether it is open: one column, two facts."""
    is_open = values["ends_on"] is OpenEnd.open
    values["open_ended"] = is_open
    values["ends_on"] = None if is_open else values["ends_on"]


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())
