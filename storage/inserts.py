"""Inserts that say what happens to a row that is there already, in each database's own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table


def insert_into(table: Table, dialect: str) -> Any:
    """Begin such an ``INSERT``; ``dialect`` is SQLAlchemy's name of the database."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite as words  # noqa: PLC0415  # only what is used
    else:
        from sqlalchemy.dialects import (  # type: ignore[no-redef]  # noqa: PLC0415  # the same
            postgresql as words,
        )
    return words.insert(table)
