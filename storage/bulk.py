"""Adding many rows at once: the driver's own ``executemany``, with SQLAlchemy's words and types.

SQLAlchemy's insert goes through every row twice; at a hundred thousand rows that is most of what
writing them costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError


def add_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that all name the same columns, in the connection's transaction.

    Columns that are not named get the value that the table gives them. Raises what SQLAlchemy
    raises where the database refuses.
    """
    if not rows:
        return
    dialect = connection.dialect
    compiled: Any = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))
    names: Sequence[str] = compiled.positiontup or list(compiled.binds)
    given = {name: _default(table, name) for name in names if name not in rows[0]}
    processors = compiled._bind_processors  # noqa: SLF001  # of the dialect's own types
    columns = [_column(rows, name, given, processors) for name in names]
    values: Any = zip(*columns, strict=True)
    if compiled.positiontup is None:
        values = (dict(zip(names, row, strict=True)) for row in values)
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(str(compiled), values)
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            None, None, error, dialect.loaded_dbapi.Error, dialect=dialect
        ) from error
    finally:
        cursor.close()


def _default(table: Table, name: str) -> Any:
    default: Any = table.c[name].default
    return default.arg


def _column(
    rows: Sequence[Mapping[str, Any]],
    name: str,
    given: Mapping[str, Any],
    processors: Mapping[str, Callable[[Any], Any]],
) -> list[Any]:
    """Give one column's values as the driver takes them."""
    process = processors.get(name)
    if name in given:
        value = process(given[name]) if process else given[name]
        return [value] * len(rows)
    if process is None:
        return [row[name] for row in rows]
    return [process(row[name]) for row in rows]
