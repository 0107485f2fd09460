"""The same workbook again, with a column that says in each row what is wrong with it."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from bot.errors import Invalid
from bot.workbook.opening import UNREADABLE, opened
from bot.workbook.problems import Problem
from bot.workbook.sheets import PROBLEMS, SHEETS

if TYPE_CHECKING:
    from openpyxl import Workbook

_MOST_CELLS: Final = 1_000_000  # more than that would not fit in memory in one piece
_LONGEST: Final = 32_000  # characters in one cell

Words = Callable[[Problem], str]
"""Puts a problem into the reader's language."""


def write_errors(source: Path, target: Path, problems: Sequence[Problem], words: Words) -> None:
    """Write the source again with a column *Fel* in each sheet that has problems.

    What is wrong with a sheet as a whole stands in the heading of that column. Everything else
    is as it was, formulas too. An import passes over the column, so the mended file can be
    imported as it is. Raises :class:`Invalid` ``workbook.too_large_to_mark`` (most) for a very
    large workbook: its problems are better read as a list.
    """
    with opened(source) as book:
        if sum(sheet.measured.cells for sheet in book) > _MOST_CELLS:
            raise Invalid("workbook.too_large_to_mark", most=_MOST_CELLS)
    with source.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out
        whole = _load(file)
        for worksheet in whole.worksheets:
            mine = [problem for problem in problems if problem.sheet == _title(worksheet.title)]
            if mine:
                _mark(worksheet, mine, words)
        whole.save(target)


def _load(file: IO[bytes]) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415  # a fifth of a second that only this needs

    try:
        return load_workbook(file)
    except UNREADABLE as error:
        raise Invalid("workbook.broken") from error


def _title(title: str) -> str:
    """Give our title of a sheet, however it is written in the file."""
    folded = " ".join(title.casefold().split())
    return next((sheet.title for sheet in SHEETS if sheet.title.casefold() == folded), title)


def _mark(worksheet: Any, problems: Sequence[Problem], words: Words) -> None:
    column = _problem_column(worksheet)
    for row in range(1, worksheet.max_row + 1):
        if worksheet.cell(row, column).value is not None:
            worksheet.cell(row, column).value = None
    by_row: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row or 1].append(words(problem))
    for row, said in by_row.items():
        if row > 1:
            _write(worksheet, row, column, "\n".join(dict.fromkeys(said)))
    about_all = " ".join(dict.fromkeys(by_row.get(1, ())))
    _write(worksheet, 1, column, f"{PROBLEMS}: {about_all}" if about_all else PROBLEMS)


def _problem_column(worksheet: Any) -> int:
    """Find the column from an earlier time, else the first free one."""
    headings = list(next(worksheet.iter_rows(min_row=1, max_row=1, values_only=True), ()))
    for at, heading in enumerate(headings, 1):
        if isinstance(heading, str) and heading.strip().casefold().startswith(PROBLEMS.casefold()):
            return at
    return int(worksheet.max_column) + 1 if any(headings) else 1


def _write(worksheet: Any, row: int, column: int, text: str) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415  # only where workbooks are made

    cell = worksheet.cell(row, column)
    cell.value = text[:_LONGEST]
    cell.data_type = "s"
    cell.font = Font(bold=row == 1, color="9C0006")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    worksheet.column_dimensions[cell.column_letter].width = 60
