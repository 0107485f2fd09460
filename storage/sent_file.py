"""What was sent, beside the database and not in it: a copy that is put back has forgotten it.

On SQLite a line a message in ``<database>.sent.jsonl``, on the disk before the database knows.
Where the last line is unknown to the register, somebody has put an older copy in its place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from storage.database import Database


class SentFile:
    """Wire keys and what Slack called the messages."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, wire_keys: Sequence[str], ts: str) -> None:
        """Write down, durably, that a message with these keys has arrived."""
        lines = "".join(json.dumps({"key": key, "ts": ts}) + "\n" for key in wire_keys)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, lines.encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def find(self, wire_keys: Sequence[str]) -> dict[str, str]:
        """Give what the messages with these keys are called, of those that are written down."""
        return {key: ts for key, ts in self._lines() if key in wire_keys}

    def last(self) -> str | None:
        """Give the newest key."""
        lines = self._lines()
        return lines[-1][0] if lines else None

    def _lines(self) -> list[tuple[str, str]]:
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        return [pair for line in text.splitlines() if (pair := _read(line)) is not None]


def _read(line: str) -> tuple[str, str] | None:
    """Read a line; one that a crash has cut off is none."""
    try:
        found = json.loads(line)
        return str(found["key"]), str(found["ts"])
    except (ValueError, KeyError, TypeError):
        return None


def sent_file(database: Database) -> SentFile | None:
    """Give the file beside a database on SQLite; a server has none."""
    path = database.path
    return None if path is None else SentFile(path.with_name(path.name + ".sent.jsonl"))
