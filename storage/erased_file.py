"""Who has been erased, beside the database and not in it: an older copy has forgotten it.

On SQLite a line a digest in ``<database>.erased.jsonl``. It holds no personal data: without the
installation's key nobody can tell whom a digest stands for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from storage.database import Database


def add(path: Path, erasures: Iterable[tuple[str, datetime]]) -> None:
    """Write digests down, durably."""
    lines = "".join(
        json.dumps({"digest": digest, "at": at.isoformat()}) + "\n" for digest, at in erasures
    )
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, lines.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> set[str]:
    """Give the digests in a file; nothing where there is none, and no line that is cut off."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return set()
    return {digest for line in text.splitlines() if (digest := _digest(line)) is not None}


def _digest(line: str) -> str | None:
    try:
        return str(json.loads(line)["digest"])
    except (ValueError, KeyError, TypeError):
        return None


def beside(database: Database) -> Path | None:
    """Give the file beside a database on SQLite; a server has none."""
    path = database.path
    return None if path is None else path.with_name(path.name + ".erased.jsonl")
