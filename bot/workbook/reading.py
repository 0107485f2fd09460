"""From cells to rows of values, with everything that is wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from bot.errors import Invalid
from bot.workbook.opening import LONGEST_CELL, MOST_COLUMNS, OpenSheet
from bot.workbook.problems import Findings
from bot.workbook.sheets import AGREEMENTS, PROBLEMS, READ_ME, SHEETS, Column, Sheet
from bot.workbook.values import OpenEnd, quoted

Advance = Callable[[int], None]
"""Told how many more rows are done."""

if TYPE_CHECKING:
    from bot.workbook.cells import Cell, Cells

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


def read(book: Sequence[OpenSheet], findings: Findings, advance: Advance) -> dict[str, SheetRows]:
    """Read every sheet of ours; give the rows by matter.

    Raises :class:`Invalid` for a file that holds none of our sheets or breaks off half-way.
    """
    found: dict[str, SheetRows] = {}
    titles = {_folded(sheet.title): sheet for sheet in SHEETS}
    for worksheet in book:
        sheet = titles.pop(_folded(worksheet.title), None)
        if sheet is not None:
            found[sheet.matter] = _read_sheet(sheet, worksheet, findings, advance)
        elif _folded(worksheet.title) != _folded(READ_ME):
            findings.warning("workbook.unknown_sheet", quoted(worksheet.title), None, None)
    if not found:
        raise Invalid("workbook.no_sheets", sheets=", ".join(sheet.title for sheet in SHEETS))
    return found


def rows_in(book: Sequence[OpenSheet]) -> int:
    """Count the rows that :func:`read` will go through."""
    titles = {_folded(sheet.title) for sheet in SHEETS}
    return sum(sheet.measured.rows for sheet in book if _folded(sheet.title) in titles)


def plain(cell: Cell) -> Any:
    """Give what a cell holds: text, a number, a date or a truth value.

    Raises :class:`Invalid` for formulas, error values and more text than a cell can hold.
    """
    value, kind = cell
    if kind == "f":
        raise Invalid("workbook.formula")
    if kind == "e":
        raise Invalid("workbook.error_value", text=quoted(value))
    if kind != "s":
        return value
    if len(value) > LONGEST_CELL:
        raise Invalid("workbook.too_long", length=len(value), longest=LONGEST_CELL)
    return _unescaped(value) if "_x" in value else value


def _unescaped(text: str) -> str:
    """Undo a workbook's way of writing control characters, ``_x000D_`` for a carriage return."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _read_sheet(
    sheet: Sheet, worksheet: OpenSheet, findings: Findings, advance: Advance
) -> SheetRows:
    measured = worksheet.measured
    for merged in measured.merged:
        findings.error("workbook.merged", sheet.title, None, merged)
    rows = worksheet.rows()
    first = next(rows, (1, {}))
    headings = first[1] if first[0] == 1 else {}
    columns = _columns(sheet, headings, findings)
    read = SheetRows(sheet, frozenset(column.field for _, column in columns))
    unread, is_used = 0, bool(headings)
    for at, cells in rows if headings else chain([first], rows):
        if cells and max(cells) >= MOST_COLUMNS:
            raise Invalid("workbook.too_many_columns", most=MOST_COLUMNS)
        is_used = is_used or bool(cells)
        row = _read_row(sheet, columns, at, cells, findings)
        if row is not None:
            read.rows.append(row)
        unread += 1
        if unread == _PIECE:
            advance(unread)
            unread = 0
    advance(unread + 1)
    for column in sheet.columns if is_used else ():
        if column.key and column.field not in read.fields:
            findings.error("workbook.column_missing", sheet.title, 1, column.heading)
    return read


def _columns(sheet: Sheet, headings: Cells, findings: Findings) -> list[tuple[int, Column]]:
    """Find which column stands where; the place counts from 0."""
    known = {_folded(column.heading): column for column in sheet.columns}
    found: dict[str, int] = {}
    if headings and max(headings) >= MOST_COLUMNS:
        raise Invalid("workbook.too_many_columns", most=MOST_COLUMNS)
    for place, cell in sorted(headings.items()):
        heading = _folded(cell.value) if isinstance(cell.value, str) else cell.value
        if heading in known and heading not in found:
            found[heading] = place
        elif heading in found:
            findings.error("workbook.heading_twice", sheet.title, 1, quoted(cell.value))
        elif heading not in {None, ""} and not _is_ours(heading):
            findings.warning("workbook.unknown_column", sheet.title, 1, quoted(cell.value))
    return [(place, known[heading]) for heading, place in found.items()]


def _is_ours(heading: object) -> bool:
    """Tell whether a heading is the column that an errors workbook was given."""
    problems = _folded(PROBLEMS)
    return isinstance(heading, str) and (heading == problems or heading.startswith(f"{problems}:"))


def _read_row(
    sheet: Sheet,
    columns: Sequence[tuple[int, Column]],
    at: int,
    cells: Cells,
    findings: Findings,
) -> Row | None:
    """Read one row; ``None`` if it is empty."""
    held = [cells.get(place) for place, _ in columns]
    if all(cell is None or _is_blank(cell) for cell in held):
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


def _read_cell(sheet: Sheet, column: Column, at: int, cell: Cell | None, findings: Findings) -> Any:
    value = plain(cell) if cell is not None and not _is_blank(cell) else None
    if value is None:
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


def _is_blank(cell: Cell) -> bool:
    return cell.data_type == "s" and not cell.value.strip()


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())
