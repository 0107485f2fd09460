"""Questions asked so often that SQLAlchemy's way of asking would be most of what they cost.

The statement is written once with SQLAlchemy, compiled at its first use on each kind of database,
and from then on run on the driver's own connection. For reading only.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Enum, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in one database's words."""

    sql: str
    values: dict[str, Any]
    order: tuple[str, ...] | None  # of the values, where the driver takes them by place
    binds: dict[str, _Process]  # what turns a value of ours into a stored one
    make: Callable[[list[Any]], Any]
    processes: tuple[tuple[int, _Process], ...]  # what turns a stored value into ours, by column


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
        if not prepared.processes:
            return list(map(prepared.make, rows))
        return [_row(row, prepared) for row in rows]

    def _prepare(self, dialect: Dialect) -> _Prepared:
        compiled: Any = self._statement.compile(dialect=dialect)
        columns = list(self._statement.selected_columns)
        processes = ((place, _reader(column.type, dialect)) for place, column in enumerate(columns))
        prepared = _Prepared(
            sql=str(compiled),
            values={name: value for name, value in compiled.params.items() if value is not None},
            order=tuple(compiled.positiontup) if compiled.positional else None,
            binds=dict(compiled._bind_processors),  # noqa: SLF001  # of the dialect's own types
            make=_row_type([str(column.key) for column in columns]),
            processes=tuple((place, process) for place, process in processes if process),
        )
        self._prepared[dialect.name] = prepared
        return prepared


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Give what turns a stored value of a kind into ours; None where it is ours already."""
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return {None: None, **{each.value: each for each in kind.enum_class}}.__getitem__
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_type(names: list[str]) -> Callable[[list[Any]], Any]:
    make: Any = namedtuple  # noqa: PYI024  # the names are known only when it runs
    found: Callable[[list[Any]], Any] = make("Row", names)._make
    return found


def _row(row: Any, prepared: _Prepared) -> Any:
    values = list(row)
    for place, process in prepared.processes:
        values[place] = process(values[place])
    return prepared.make(values)
