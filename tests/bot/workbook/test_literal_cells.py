"""What people wrote is text in a workbook too: no formula, no error, and the same when read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.workbook.opening import opened
from bot.workbook.reading import plain
from bot.workbook.sheets import SHEETS
from bot.workbook.writing import write_workbook

LIKE_FORMULAS: Final = (
    "=1+1",
    '=HYPERLINK("https://ondska.example";"klicka")',
    "=cmd|' /C calc'!A0",
    "{=SUM(A1:A9)}",
    "+46 70 550 56 65",
    "-5",
    "@SUM(1)",
    "＝1+1",
    "\t=1+1",
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "_x000D_",
    "_x000d_=1+1",
    "_x005F_x000D_",
    "__x0041__",
    "_x003D_1+1",
    "_x202E_",
    "'=1+1",
    '"=1+1"',
    "007",
    "1e5",
    "1,5",
    "2021-05-01",
    "TRUE",
    "SANT",
    "<f>1+1</f>",
    "]]><f>1</f>",
    "&lt;f&gt;",
    " \t ",
    "två\nrader",
    "👩\u200d🚒",
    "\u2028",
)
_FIELDS: Final = ("name", "purpose")  # a line of text, and several
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
CELLS: Final = st.one_of(
    st.sampled_from(LIKE_FORMULAS),
    st.text(max_size=40),
    st.text("=+-@#_x005FdD\t\n\r'\"<>&;| 19", max_size=15),
)


def round_trip(texts: Sequence[str], file: Path) -> list[str]:
    """Write texts into a workbook and read them in two ways; say what is not the same text."""
    rows = [{"number": f"N{at}", "name": each, "purpose": each} for at, each in enumerate(texts)]
    write_workbook(file, {"agreement": rows})
    wrong = [f"a formula in {name}" for name in _formulas(file)]
    for reader in (_by_openpyxl, _by_ourselves):
        found = list(reader(file))
        assert len(found) == len(texts)
        for text, cells in zip(texts, found, strict=True):
            expected = _NOT_IN_XML.sub("", text)
            wrong += [
                f"{text!r} became {said!r} ({kind})"
                for said, kind in cells
                if (said, kind) != (expected or None, "s")
                and not (expected == "" and said in {None, ""})
            ]
    return wrong


def _by_openpyxl(file: Path) -> Iterator[list[tuple[Any, str]]]:
    sheet = load_workbook(file)[SHEETS[0].title]
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type in {"s", "n", "inlineStr"}, cell.value
        yield [(_decoded(cell.value), "s") for cell in row if cell.column in _columns()]


def _by_ourselves(file: Path) -> Iterator[list[tuple[Any, str]]]:
    with opened(file) as book:
        sheet = next(each for each in book if each.title == SHEETS[0].title)
        for number, cells in sheet.rows():
            if number > 1:
                found = [cells.get(column - 1) for column in _columns()]
                yield [(plain(cell), cell.data_type) if cell else (None, "s") for cell in found]


def _columns() -> list[int]:
    return [at for at, column in enumerate(SHEETS[0].columns, 1) if column.field in _FIELDS]


def _decoded(value: Any) -> Any:
    """Read the format's own way of writing a character, which openpyxl leaves as it stands."""
    if not isinstance(value, str):
        return value
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)


def _formulas(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and re.search(rb"<f[ >/]", package.read(name)):
                yield name


@pytest.mark.parametrize("text", LIKE_FORMULAS)
def test_what_looks_like_a_formula_is_text(text: str, tmp_path: Path) -> None:
    assert round_trip([text], tmp_path / "register.xlsx") == []


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.lists(CELLS, min_size=20, max_size=30))
def test_any_text_comes_back_the_same_from_a_workbook(texts: list[str], tmp_path: Path) -> None:
    assert round_trip(texts, tmp_path / "register.xlsx") == []
