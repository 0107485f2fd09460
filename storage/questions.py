"""Questions asked so often that SQLAlchemy's way of asking would be most of what they cost.

The statement is written once with SQLAlchemy, compiled at its first use on each kind of database,
and from then on run on the driver's own connection. For reading only.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from storage.within import RowsWithin, from_json

_Process = Callable[[Any], Any]


def _reading(
    columns: Sequence[ColumnElement[Any]], processes: Sequence[_Process | None]
) -> Callable[[Sequence[Sequence[Any]]], list[Any]]:
    """Make what makes named tuples of the driver's rows.

    ``processes`` turn the stored values of the columns into ours; None where they are ours already.
    It is written out for these columns, as ``namedtuple`` itself is: half the time of a loop.
    """
    row: Any = namedtuple  # noqa: PYI024  # the names are known only when it runs
    known: dict[str, Any] = {f"p{at}": process for at, process in enumerate(processes)}
    known["make"] = partial(tuple.__new__, row("Row", [str(column.key) for column in columns]))
    given = "".join(f"v{at}, " for at in range(len(columns)))
    ours = "".join(f"p{at}(v{at}), " if each else f"v{at}, " for at, each in enumerate(processes))
    written = f"lambda found: [make(({ours})) for {given}in found]"
    return eval(written, known)  # type: ignore[no-any-return]  # noqa: S307  # our words alone


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in one database's words."""

    sql: str
    values: dict[str, Any]
    order: tuple[str, ...] | None  # of the values, where the driver takes them by place
    binds: dict[str, _Process]  # what turns a value of ours into a stored one
    rows: Callable[[Sequence[Sequence[Any]]], list[Any]]  # makes ours of the driver's


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
        return prepared.rows(rows)

    def _prepare(self, dialect: Dialect) -> _Prepared:
        compiled: Any = self._statement.compile(dialect=dialect)
        columns = list(self._statement.selected_columns)
        prepared = _Prepared(
            sql=str(compiled),
            values={name: value for name, value in compiled.params.items() if value is not None},
            order=tuple(compiled.positiontup) if compiled.positional else None,
            binds=dict(compiled._bind_processors),  # noqa: SLF001  # of the dialect's own types
            rows=_reading(columns, [_stored(column.type, dialect) for column in columns]),
        )
        self._prepared[dialect.name] = prepared
        return prepared


def _stored(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    """Give what turns a stored value of a kind into ours; None where it is ours already."""
    if isinstance(kind, RowsWithin):
        rows = _reading(kind.columns, [from_json(column.type) for column in kind.columns])
        return lambda text: rows(orjson.loads(text)) if text else []
    return kind.dialect_impl(dialect).result_processor(dialect, None)
