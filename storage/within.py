"""Rows within a row: what belongs to an agreement, handed over with it in the same question.

The database lists the inner rows as JSON in one column, and ``questions.py`` makes named tuples of
them. A question for each would cost more than all of them at once; a join would multiply.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Boolean, Column, Date, Enum, ScalarSelect, Select, String, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from storage.tables import agreement
from storage.types import PartialDateColumn, read_partial_date


class RowsWithin(String):
    """The type of a column that holds rows, in no order."""

    def __init__(self, columns: list[Column[Any]]) -> None:
        super().__init__()
        self.columns = columns


def rows_within(asked: Select[Any]) -> ScalarSelect[Any]:
    """Give rows of what belongs to an agreement as a column of the question that names it."""
    return _as_column(asked, _Rows)


def row_within(asked: Select[Any]) -> ScalarSelect[Any]:
    """Give the first of them alone; none where there is none."""
    return _as_column(asked.limit(literal_column("1")), _Row)


def _as_column(asked: Select[Any], written: type[_Row]) -> ScalarSelect[Any]:
    columns: Any = list(asked.selected_columns)
    listed = written(*columns)
    listed.type = RowsWithin(columns)
    return asked.with_only_columns(listed).correlate(agreement).scalar_subquery()


class _Row(FunctionElement[Any]):
    name = "row_within"
    inherit_cache = True


class _Rows(_Row):
    name = "rows_within"
    inherit_cache = True


@compiles(_Row, "sqlite")
def _row_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_Rows, "sqlite")
def _rows_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_Row, "postgresql")
def _row_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    columns = compiler.process(element.clauses, **options)
    return f"CAST(json_build_array(json_build_array({columns})) AS TEXT)"


@compiles(_Rows, "postgresql")
def _rows_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    columns = compiler.process(element.clauses, **options)
    return f"CAST(json_agg(json_build_array({columns})) AS TEXT)"


def from_json(kind: TypeEngine[Any]) -> Any:
    """Give what turns a value as it stands in JSON into ours; None where it is ours already."""
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return {None: None, **{each.value: each for each in kind.enum_class}}.__getitem__
    return next((read for like, read in _READ.items() if isinstance(kind, like)), None)


@lru_cache(maxsize=8192)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_READ: Final = {
    Boolean: {None: None, 0: False, 1: True}.__getitem__,  # SQLite writes 0, PostgreSQL false
    Date: _day,
    PartialDateColumn: read_partial_date,
}
