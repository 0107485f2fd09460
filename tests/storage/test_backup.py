"""Copies of a file: what SQLite and the disk answer, and a place without second names."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.office import Office
from storage import backup
from storage.database import Database
from storage.errors import DatabaseProblem


def where(office: Office) -> Path:
    office.database.close()
    path = office.database.path
    assert path is not None
    return path


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 kB"), (1, "1 kB"), (1024, "1 kB"), (1023 * 1024, "1023 kB"), (1024**2, "1 MB"),
     (1024**2 + 1, "2 MB"), (5 * 1024**3, "5120 MB")],
)  # fmt: skip
def test_a_size_is_written_and_rounded_up(number: int, written: str) -> None:
    assert backup.size(number) == written


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("SQLITE_FULL", "backups.no_room"),
        ("SQLITE_NOTADB", "backups.not_a_database"),
        ("SQLITE_CORRUPT_INDEX", "backups.damaged"),
        ("SQLITE_IOERR_WRITE", "backups.failed"),
    ],
)
def test_what_sqlite_answers_is_told_as_what_it_means(
    sqlite_office: Office, code: str, key: str
) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorname = code
    path = where(sqlite_office)
    assert backup._refusal(error, path, path.parent).key == key


@pytest.mark.parametrize(
    ("number", "refused"), [(errno.ENOSPC, DatabaseProblem), (errno.EIO, OSError)]
)
def test_a_disk_that_is_full_at_the_last_moment_leaves_nothing(
    sqlite_office: Office, number: int, refused: type[Exception]
) -> None:
    path = where(sqlite_office)
    there = sorted(path.parent.iterdir())

    def fill() -> None:
        with backup.copied(path, path.parent, live=True):
            raise OSError(number, "the disk")

    with pytest.raises(refused):
        fill()
    assert sorted(path.parent.iterdir()) == there


def test_a_file_is_held_against_others_and_let_go(sqlite_office: Office) -> None:
    path = where(sqlite_office)
    with backup.held(path) as connection:
        assert connection is not None
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.Error):
            other.execute("SELECT * FROM member")
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("SELECT * FROM member")
        with pytest.raises(DatabaseProblem) as refused, backup.held(path):
            pass
    assert refused.value.key == "backups.in_use"


def test_asking_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with backup.held(path) as connection:
        assert connection is None
    assert backup.holds_anything(path) is False
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_one_row_of_a_persons_holds_something(sqlite_office: Office) -> None:
    path = where(sqlite_office)
    assert backup.holds_anything(path) is False
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO handled_request VALUES ('E', '2021-09-01 08:00:00.000000')")
        connection.commit()
    assert backup.holds_anything(path) is True


def test_the_old_one_is_copied_where_a_file_can_have_one_name_alone(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    path = where(sqlite_office)
    before = path.read_bytes()
    monkeypatch.setattr(os, "link", refuse)
    with backup.copied(path, path.parent, live=True) as copy:
        kept = backup.exchange(copy, path)
    assert kept is not None
    assert kept.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert kept.stat().st_size == len(before)


def test_the_logs_of_a_damaged_one_are_kept_and_not_taken_for_the_new_ones(
    sqlite_office: Office, tmp_path: Path
) -> None:
    path, broken = where(sqlite_office), tmp_path / "broken.db"
    for name in ("broken.db", "broken.db-wal", "broken.db-journal", "broken.db-shm"):
        (tmp_path / name).write_text(name * 1000)
    with backup.copied(path, tmp_path, live=True) as copy:
        kept = backup.exchange(copy, broken)
    assert kept == tmp_path / "broken.db.before-restore"
    for end in ("", "-wal", "-journal"):
        old = kept.with_name(kept.name + end)
        assert old.read_text() == f"broken.db{end}" * 1000
        assert not end or not broken.with_name(broken.name + end).exists()
    assert not broken.with_name("broken.db-shm").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://rut:hemlig@h:1/d", "--host=h --port=1 --username=rut --dbname=d"),
        ("postgresql:///d?host=/run/pg&password=hemlig", "--host=/run/pg --dbname=d"),
        ("postgresql://h/a%20b", "--host=h --dbname='a b'"),
    ],
)
def test_a_server_is_told_of_without_its_password(url: str, words: str) -> None:
    database = Database(url)
    assert backup.server_words(database) == words
    database.close()
