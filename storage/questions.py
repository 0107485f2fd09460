"""Questions asked so often that SQLAlchemy's way of asking would be most of what they cost.

The statement is written once with SQLAlchemy, compiled at its first use on each kind of database,
and from then on run on the driver's own connection. For reading only.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from storage.within import RowsWithin, from_json

_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes a row of ours of the driver's."""

    make: Callable[[Iterable[Any]], Any]
    processes: tuple[tuple[int, _Process], ...]  # what turns a stored value into ours, by column

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Give named tuples of values of ours."""
        if not self.processes:
            return list(map(self.make, found))
        return [self._row(list(values)) for values in found]

    def _row(self, values: list[Any]) -> Any:
        for place, process in self.processes:
            values[place] = process(values[place])
        return self.make(values)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in one database's words."""

    sql: str
    values: dict[str, Any]
    order: tuple[str, ...] | None  # of the values, where the driver takes them by place
    binds: dict[str, _Process]  # what turns a value of ours into a stored one
    shape: _Shape


class Question:
    """A statement whose words never change; asked with values, it answers with named tuples."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._prepared: dict[str, _Prepared] = {}

    def ask(self, connection: Connection, **values: Any) -> list[Any]:
        """Give every row. Raises what SQLAlchemy raises where the database does not answer."""
        dialect = connection.dialect
        prepared = self._prepared.get(dialect.name) or self._prepare(dialect)
        named = {**prepared.values, **values} if prepared.values else values
        for name, bind in prepared.binds.items():
            named[name] = bind(named[name])
        given: Any = named if prepared.order is None else [named[name] for name in prepared.order]
        try:
            driver: Any = connection.connection.driver_connection
            rows = driver.execute(prepared.sql, given).fetchall()
        except dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                None, None, error, dialect.loaded_dbapi.Error, dialect=dialect
            ) from error
        return prepared.shape.rows(rows)

    def _prepare(self, dialect: Dialect) -> _Prepared:
        compiled: Any = self._statement.compile(dialect=dialect)
        columns = list(self._statement.selected_columns)
        prepared = _Prepared(
            sql=str(compiled),
            values={name: value for name, value in compiled.params.items() if value is not None},
            order=tuple(compiled.positiontup) if compiled.positional else None,
            binds=dict(compiled._bind_processors),  # noqa: SLF001  # of the dialect's own types
            shape=_shape(columns, [_stored(column.type, dialect) for column in columns]),
        )
        self._prepared[dialect.name] = prepared
        return prepared


def _stored(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Give what turns a stored value of a kind into ours; None where it is ours already."""
    if isinstance(kind, RowsWithin):
        inner = _shape(kind.columns, [from_json(column.type) for column in kind.columns])
        return lambda text: inner.rows(orjson.loads(text)) if text else []
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _shape(columns: Sequence[ColumnElement[Any]], processes: Sequence[_Process | None]) -> _Shape:
    make: Any = namedtuple  # noqa: PYI024  # the names are known only when it runs
    row_type = make("Row", [str(column.key) for column in columns])
    return _Shape(row_type._make, tuple((at, each) for at, each in enumerate(processes) if each))
