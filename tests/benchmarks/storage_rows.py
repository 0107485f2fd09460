"""The register beside raw SQL: looking for due work, writing by the hundred thousand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from storage import register, sending
from storage.database import Database
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figures, micro, ratio
from tests.benchmarks.measuring import cpu_of, cpu_of_each, medians
from tests.benchmarks.register import owe_reminders, payments

_DUE = (
    "SELECT id, kind, recipient FROM outbox"
    " WHERE state = 'planned' AND next_at <= ? ORDER BY next_at LIMIT ?"
)
_PAGE = 100
_WRITTEN = (
    "INSERT INTO payment (agreement_id, year, planned_on, amount_ore, paid_on, reference)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


def due(bench: Bench) -> Figures:
    """Look for a page of due reminders among many, and for none."""
    few, many = bench.rows // 10, bench.rows
    now = datetime.now(UTC).replace(microsecond=0)
    with bench.database(1) as small, bench.database(1) as large:
        owe_reminders(small, few, now=now, due=_PAGE + 50)
        owe_reminders(large, many, now=now, due=_PAGE + 50)
        page, raw_page = _looking(large, now), _looking_raw(large, now)
        assert page() == raw_page()
        long_ago = now.replace(year=now.year - 5)
        variants = {
            "page": page,
            "raw page": raw_page,
            "none": _looking(large, long_ago),
            "raw none": _looking_raw(large, long_ago),
            "none of few": _looking(small, long_ago),
        }
        calls = max(1, bench.calls // 2)
        measured = {name: cpu_of(look, calls) for name, look in variants.items()}
        found = medians(measured, bench.rounds)
    what = f"a page of {_PAGE} due among {many:,} reminders"
    told = f" ({micro(found['page'])}; raw {micro(found['raw page'])})"
    yield ratio(what, found["page"] / found["raw page"], most=2, of="raw SQL", told=told)
    what = f"nothing due among {many:,} reminders"
    told = f" ({micro(found['none'])}; raw {micro(found['raw none'])})"
    yield ratio(what, found["none"] / found["raw none"], most=2, of="raw SQL", told=told)
    value = found["none"] / found["none of few"]
    told = f" ({micro(found['none of few'])} → {micro(found['none'])})"
    yield ratio(what, value, most=1.2, of=f"the same among {few:,}", told=told)


def writing(bench: Bench) -> Figures:
    """Write payments as an import does, and with the driver's ``executemany``."""
    start = date(2024, 1, 1)
    with bench.database(1) as database:
        rows = [*payments(1, start, bench.rows)]
        plain = [
            tuple(None if value is None else _plain(value) for value in row.values())
            for row in rows
        ]
        found = medians(
            {
                "ours": cpu_of_each(lambda: [rows], lambda every: _write(database, every)),
                "raw": cpu_of_each(lambda: [plain], lambda every: _write_raw(database, every)),
            },
            max(1, bench.rounds // 2),
        )
    told = f" ({micro(found['ours'])}; {micro(found['raw'])})"
    value = found["ours"] / found["raw"]
    what = f"{bench.rows:,} payments written"
    yield ratio(what, value, most=2, aim=1.6, of="executemany", told=told)


def _looking(database: Database, now: datetime) -> Callable[[], Sequence[Any]]:
    connection = database._reader.connect()
    return lambda: sending.due(connection, now, _PAGE)


def _looking_raw(database: Database, now: datetime) -> Callable[[], list[Any]]:
    connection = sqlite3.connect(str(database.path))
    form = "%Y-%m-%d %H:%M:%S.%f"
    return lambda: connection.execute(_DUE, (now.strftime(form), _PAGE)).fetchall()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def _write(database: Database, rows: list[dict[str, Any]]) -> None:
    with database.rehearsing() as session:
        register.add(session.connection(), "payment", rows)


def _write_raw(database: Database, rows: list[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(str(database.path), isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_WRITTEN, rows)
    connection.execute("ROLLBACK")
    connection.close()
