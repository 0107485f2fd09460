"""The row about the installation, and what several processes must agree on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import installation as use
from bot.office import Office
from storage import installation
from storage.database import Database
from storage.errors import DatabaseProblem

AT = datetime(2021, 9, 1, 8, 0, tzinfo=UTC)


def test_the_row_is_made_once_with_a_key_of_its_own(office: Office) -> None:
    with office.database.writing() as session:
        first = use.ensure(session, AT)
        again = use.ensure(session, AT)
    assert first.key == again.key
    assert len(bytes.fromhex(first.key)) == 32


def test_eight_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    use.bring_up_to_date(database)
    keys: list[str] = []

    def start() -> None:
        with database.writing() as session:
            keys.append(use.ensure(session, AT).key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_second_row_is_not_made(office: Office) -> None:
    with office.database.writing() as session:
        assert installation.create(session, "another") is False


def test_the_last_round_is_remembered_in_utc(office: Office) -> None:
    with office.database.reading() as connection:
        assert installation.last_round(connection) is None
    with office.database.writing() as session:
        installation.mark_round(session, AT, AT, None)
    assert use.last_round(office.database) == AT


def test_the_registers_revision_goes_up_by_one(office: Office) -> None:
    for expected in (1, 2):
        with office.database.writing() as session:
            installation.raise_register_revision(session)
        with office.database.reading() as connection:
            assert installation.register_revision(connection) == expected


def test_a_request_is_new_once_and_never_again(office: Office) -> None:
    with office.database.writing() as session:
        assert installation.first_time(session, "Ev1", AT) is True
        assert installation.first_time(session, "Ev1", AT) is False
        assert installation.first_time(session, "Ev2", AT) is True
    with office.database.writing() as session:
        assert installation.first_time(session, "Ev1", AT) is False


def test_a_request_whose_work_was_rolled_back_is_new_again(office: Office) -> None:
    def fail() -> None:
        with office.database.writing() as session:
            assert installation.first_time(session, "Ev1", AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with office.database.writing() as session:
        assert installation.first_time(session, "Ev1", AT)


def test_a_pause_is_kept_per_method_and_a_shorter_one_does_not_cut_it(office: Office) -> None:
    later = AT + timedelta(minutes=5)
    for until in (AT, later, AT):
        with office.database.writing() as session:
            installation.pause(session, "chat.postMessage", until)
    with office.database.reading() as connection:
        assert installation.paused_until(connection, "chat.postMessage") == later
        assert installation.paused_until(connection, "views.open") is None


def test_an_empty_database_is_brought_up_to_date_and_is_the_owners_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'folder' / 'new.db'}")
    path = database.path
    assert path is not None
    assert use.schema_state(database) == "empty"
    assert not path.exists(), "asking makes no file"
    assert use.bring_up_to_date(database) is True
    assert use.bring_up_to_date(database) is False
    assert path.stat().st_mode & 0o077 == 0
    database.close()


@pytest.mark.parametrize(
    ("version", "key"), [("0001", "database.is_older"), ("9999", "database.is_newer")]
)
def test_another_schema_is_refused_and_left_alone(
    sqlite_office: Office, version: str, key: str
) -> None:
    with sqlite_office.database.writing() as session:
        session.connection().execute(text(f"UPDATE alembic_version SET version_num='{version}'"))
    with pytest.raises(DatabaseProblem) as refused:
        use.make_ready(sqlite_office)
    assert refused.value.key == key


def test_somebody_elses_database_is_refused(tmp_path: Path, sqlite_office: Office) -> None:
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with database.writing() as session:
        session.connection().execute(text("CREATE TABLE theirs (id INTEGER)"))
    office = Office(sqlite_office.settings, sqlite_office.clock, database)
    for attempt in (use.make_ready, lambda each: use.bring_up_to_date(each.database)):
        with pytest.raises(DatabaseProblem) as refused:
            attempt(office)
        assert refused.value.key == "database.is_foreign"
    database.close()
