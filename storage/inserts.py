"""Inserts that say what happens to a row that is there already, in each database's own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table


def insert_into(table: Table, dialect: str) -> Any:
    """Begin such an ``INSERT``; only the words of the database that is used are imported."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite as words  # noqa: PLC0415
    else:
        from sqlalchemy.dialects import postgresql as words  # type: ignore[no-redef]  # noqa: PLC0415
    return words.insert(table)
