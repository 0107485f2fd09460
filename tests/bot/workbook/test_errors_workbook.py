"""A workbook with problems comes back as it was, with a column that says what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from bot.office import Office
from bot.workbook.errors_workbook import write_errors
from bot.workbook.problems import Problem
from tests.bot.workbook.conftest import bring_in, keys


def words(problem: Problem) -> str:
    return f"{problem.column}: {problem.key}"


def _broken(path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "överenskommelser"
    sheet.append(["Nummer", "Namn", "Syfte", "Beslutad"])
    sheet.append(["A", "Ett", "=SUM(1)", "31 februari 2021"])
    sheet.append(["B", None, None, None])
    sheet.append(["C", "Tre", None, None])
    sheet["B2"].font = Font(bold=True)
    sheet["C4"] = "=1+1"
    sheet["C4"].data_type = "s"
    sheet["D4"] = 44133
    sheet["D4"].number_format = "yyyy-mm-dd"
    parties: Any = book.create_sheet("Parter")
    parties.append(["Nummer", "Roll"])
    notes: Any = book.create_sheet("Eget")
    notes["A1"] = "Anteckning"
    book.save(path)


def test_each_row_says_what_is_wrong_with_it_and_all_else_is_kept(
    sqlite_office: Office, tmp_path: Path
):
    source, target = tmp_path / "register.xlsx", tmp_path / "fel.xlsx"
    _broken(source)
    report = bring_in(sqlite_office, source)
    write_errors(source, target, report.errors, words)
    sheet = load_workbook(target)["överenskommelser"]
    assert [cell.value for cell in sheet["E"]] == [
        "Fel",
        "Syfte: workbook.formula\nBeslutad: invalid.date",
        "Namn: workbook.required",
        None,
    ]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=SUM(1)", "f")
    assert (sheet["C4"].value, sheet["C4"].data_type) == ("=1+1", "s")
    assert sheet["B2"].font.b
    assert sheet["D4"].number_format == "yyyy-mm-dd"
    assert load_workbook(target)["Parter"]["C1"].value == (
        "Fel: Organisation: workbook.column_missing"
    )
    assert load_workbook(target)["Eget"]["A1"].value == "Anteckning"


def test_the_marked_workbook_can_be_mended_and_marked_again(sqlite_office: Office, tmp_path: Path):
    source, target = tmp_path / "register.xlsx", tmp_path / "fel.xlsx"
    _broken(source)
    first = bring_in(sqlite_office, source)
    write_errors(source, target, first.errors, words)
    second = bring_in(sqlite_office, target)
    assert keys(second) == keys(first)
    assert [found.key for found in second.warnings] == ["workbook.unknown_sheet"]
    write_errors(target, target, second.errors[:1], words)
    sheet = load_workbook(target)["överenskommelser"]
    assert [cell.value for cell in sheet["E"]] == ["Fel", "Syfte: workbook.formula", None, None]
    assert sheet.max_column == 5
