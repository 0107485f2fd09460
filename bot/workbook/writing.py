"""From rows of values to a workbook, row by row: headings, widths, lists to choose from.

Text is always written as text: one that begins with ``=`` is no formula, ``#N/A`` no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.workbook.sheets import DAY_FORMAT, READ_ME, SHEETS, Column, Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook

_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SURE_DIGITS: Final = 15  # more than that a spreadsheet does not keep
_LAST_ROW: Final = 2**20

Values = Mapping[str, Any]
"""The values of one row by field, as the register holds them."""


def write_workbook(
    target: Path, rows: Mapping[str, Iterable[Values]], read_me: Sequence[str] = ()
) -> None:
    """Write a workbook with every sheet of ours; ``rows`` by matter, ``read_me`` line by line."""
    from openpyxl import Workbook  # noqa: PLC0415  # a fifth of a second that only this needs

    book = Workbook(write_only=True)
    if read_me:
        _write_read_me(book, read_me)
    for sheet in SHEETS:
        _write_sheet(book, sheet, rows.get(sheet.matter, ()))
    book.save(target)


def write_one_sheet(target: Path, sheet: Sheet, rows: Iterable[Values]) -> None:
    """Write a workbook of one sheet, in the same way."""
    from openpyxl import Workbook  # noqa: PLC0415  # a fifth of a second that only this needs

    book = Workbook(write_only=True)
    _write_sheet(book, sheet, rows)
    book.save(target)


def content(column: Column, value: Any) -> Any:
    """Give what a cell is to hold: text, a number, a whole day, or ``None``."""
    if value is None:
        return None
    found = column.write(value)
    if isinstance(found, Decimal):
        return _number(found)
    return _FORBIDDEN.sub("", found) if isinstance(found, str) else found


def _write_read_me(book: Workbook, lines: Sequence[str]) -> None:
    worksheet: Any = book.create_sheet(READ_ME)
    worksheet.column_dimensions["A"].width = 110
    for at, line in enumerate(lines):
        worksheet.append([_cell(worksheet, line, None, bold=not at)])


def _write_sheet(book: Workbook, sheet: Sheet, rows: Iterable[Values]) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # only where workbooks are made

    worksheet: Any = book.create_sheet(sheet.title)
    worksheet.freeze_panes = "A2"
    for at, column in enumerate(sheet.columns, 1):
        width = max(column.width, len(column.heading) + 3)
        worksheet.column_dimensions[get_column_letter(at)].width = width
    _add_choices(worksheet, sheet)
    worksheet.append(
        [_cell(worksheet, column.heading, None, bold=True) for column in sheet.columns]
    )
    for values in rows:
        worksheet.append(
            [
                _cell(worksheet, content(column, values.get(column.field)), column.number_format)
                for column in sheet.columns
            ]
        )


def _add_choices(worksheet: Any, sheet: Sheet) -> None:
    """Let the choices of a column be chosen from a list; other words are asked about, not refused.

    The importer takes them in any case, so the list is help and no lock.
    """
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # only where workbooks are made
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415  # the same

    for at, column in enumerate(sheet.columns, 1):
        if column.choices:
            letter = get_column_letter(at)
            validation = DataValidation(
                type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True
            )
            validation.errorStyle = "warning"
            validation.add(f"{letter}2:{letter}{_LAST_ROW}")
            worksheet.data_validations.append(validation)


def _cell(worksheet: Any, value: Any, number_format: str | None, *, bold: bool = False) -> Any:
    """Make a cell; plain values are handed on as they are, for speed."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  # only where workbooks are made
    from openpyxl.styles import Font  # noqa: PLC0415  # the same

    is_text = isinstance(value, str)
    if not bold and (
        value is None or (not is_text and number_format is None and not _is_day(value))
    ):
        return value
    if is_text and not bold and value[:1] not in {"=", "#"} and "_x" not in value:
        return value
    cell = WriteOnlyCell(worksheet, None if is_text else value)
    if is_text:
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"  # whatever it looks like
    elif number_format is not None:
        cell.number_format = number_format
    elif _is_day(value):
        cell.number_format = DAY_FORMAT
    if bold:
        cell.font = Font(bold=True)
    return cell


def _is_day(value: object) -> bool:
    return isinstance(value, date)


def _number(value: Decimal) -> int | float | str:
    """Give a number that a spreadsheet keeps exactly; as text what it would not."""
    if len(value.as_tuple().digits) > _SURE_DIGITS:
        return f"{value:f}".replace(".", ",")
    return int(value) if value == value.to_integral_value() else float(value)
