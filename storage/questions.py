"""Questions asked so often that SQLAlchemy's way of asking would be most of what they cost.

The statement is written once with SQLAlchemy, compiled at its first use on each kind of database,
and from then on run on the driver's own connection. For reading only.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import call, itemgetter
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from storage.within import RowsWithin, from_json

_Process = Callable[[Any], Any]


class _Shape:
    """What makes rows of ours of the driver's, without a step of Python for each value."""

    def __init__(
        self, columns: Sequence[ColumnElement[Any]], processes: Sequence[_Process | None]
    ) -> None:
        make: Any = namedtuple  # noqa: PYI024  # the names are known only when it runs
        row = make("Row", [str(column.key) for column in columns])
        self._make: Any = partial(tuple.__new__, row)
        at = [place for place, process in enumerate(processes) if process]
        self._processes = [process for process in processes if process]
        self._stored: Any = itemgetter(*at, *at[:1]) if at else None  # of one alone it is no tuple
        order = list(range(len(columns)))
        for place, column in enumerate(at):
            order[column] = len(columns) + place
        self._ordered = itemgetter(*order, *order[:1])

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Give named tuples of values of ours."""
        if not self._processes:
            return list(map(self._make, found))
        return [self._row(values) for values in found]

    def _row(self, values: Sequence[Any]) -> Any:
        ours = map(call, self._processes, self._stored(values))
        return self._make(self._ordered((*values, *ours))[:-1])


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
            shape=_Shape(columns, [_stored(column.type, dialect) for column in columns]),
        )
        self._prepared[dialect.name] = prepared
        return prepared


def _stored(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Give what turns a stored value of a kind into ours; None where it is ours already."""
    if isinstance(kind, RowsWithin):
        inner = _Shape(kind.columns, [from_json(column.type) for column in kind.columns])
        return lambda text: inner.rows(orjson.loads(text)) if text else []
    return kind.dialect_impl(dialect).result_processor(dialect, None)
