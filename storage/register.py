"""The whole register at once: what an import compares with and writes, what an export reads.

Rows come and go by the thousand, so nothing here loads entities. No rules: which rows are the
same, and what may change, is decided in ``bot/workbook/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, select, update

from storage import tables
from storage.bulk import add_many
from storage.rows import AnyRow

_AT_ONCE: Final = 500  # ids in one question; below every database's limit

_MATTERS: Final[Mapping[str, Table]] = {
    "agreement": tables.agreement,
    "party": tables.party,
    "contact": tables.contact,
    "grant": tables.grant,
    "payment": tables.payment,
    "commitment": tables.commitment,
    "key_figure": tables.key_figure,
    "evaluation": tables.evaluation,
    "board_meeting": tables.board_meeting,
    "closed_period": tables.closed_period,
    "term_change": tables.agreement.metadata.tables["term_change"],
}
"""The tables by the name of their matter."""


def agreements_numbered(connection: Connection, numbers: Iterable[str]) -> list[AnyRow]:
    """List the agreements with these numbers, held against others' changes until the end."""
    table = tables.agreement
    found: list[AnyRow] = []
    for some in _portions(sorted(set(numbers))):
        question = select(table).where(table.c.number.in_(some)).order_by(table.c.id)
        found += connection.execute(question.with_for_update()).all()
    return found


def rows_of(connection: Connection, matter: str, agreement_ids: Iterable[int]) -> list[AnyRow]:
    """List what these agreements have of one matter, in the order it was written."""
    table = _MATTERS[matter]
    found: list[AnyRow] = []
    for some in _portions(sorted(set(agreement_ids))):
        question = select(table).where(table.c.agreement_id.in_(some)).order_by(table.c.id)
        found += connection.execute(question).all()
    return found


def all_rows(connection: Connection, matter: str) -> list[AnyRow]:
    """List everything of one matter, in the order it was written."""
    table = _MATTERS[matter]
    return list(connection.execute(select(table).order_by(table.c.id)).all())


def rows_by_agreement(connection: Connection, matter: str) -> Iterator[AnyRow]:
    """Go through one matter of the whole register, agreement by agreement."""
    table = _MATTERS[matter]
    question = select(table).order_by(table.c.agreement_id, table.c.id)
    yield from connection.execute(question)


def add(connection: Connection, matter: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, all with the same fields."""
    add_many(connection, _MATTERS[matter], rows)


def change(connection: Connection, matter: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows by their ``id``, all with the same fields, in one statement."""
    if not rows:
        return
    table = _MATTERS[matter]
    fields = [field for field in rows[0] if field != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({field: bindparam(f"new_{field}") for field in fields})
    )
    named = [
        {"row_id": row["id"], **{f"new_{field}": row[field] for field in fields}} for row in rows
    ]
    connection.execute(statement, named)


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
