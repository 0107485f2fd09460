"""The two doors to read: any question, and quick ones in turn on a connection that stays warm."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import NotFound
from bot.office import Office
from storage.database import Database
from tests.register import registered

WAIT = 10.0  # seconds; nothing here takes as long


def count(database: Database) -> int:
    with database.answering() as connection:
        return int(connection.execute(text("SELECT count(*) FROM agreement")).scalar_one())


def test_a_quick_question_sees_what_has_been_written_since_the_last(office: Office) -> None:
    for already in range(3):
        assert count(office.database) == already
        registered(office, number=f"IOP-{already}")


def test_a_refusal_is_not_the_connections_fault_and_it_stays(sqlite_office: Office) -> None:
    database = sqlite_office.database
    with database.answering() as first, pytest.raises(NotFound):
        raise NotFound("search.none_here")
    with database.answering() as second:
        assert second is first
    assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]  # a queue's


def test_a_connection_that_failed_is_not_asked_again(office: Office) -> None:
    database = office.database
    with pytest.raises(SQLAlchemyError), database.answering() as failed:
        failed.execute(text("SELECT what FROM nowhere"))
    assert failed.closed
    assert count(database) == 0


def test_one_waits_for_the_other_however_it_ends(sqlite_office: Office) -> None:
    database, inside, go_on = sqlite_office.database, threading.Event(), threading.Event()

    def slow() -> None:
        with database.answering():
            inside.set()
            assert go_on.wait(WAIT)

    first = threading.Thread(target=slow)
    first.start()
    assert inside.wait(WAIT)
    answers: list[int] = []
    second = threading.Thread(target=lambda: answers.append(count(database)))
    second.start()
    second.join(0.2)
    assert answers == []
    go_on.set()
    second.join(WAIT)
    first.join(WAIT)
    assert answers == [0]


def test_nothing_is_open_once_the_database_is_let_go_of(sqlite_office: Office) -> None:
    database = sqlite_office.database
    count(database)
    path = database.path
    assert path is not None
    database.close()
    assert not path.with_name(path.name + "-wal").exists()  # the last to leave clears up


def test_a_question_asked_while_somebody_writes_does_not_wait(sqlite_office: Office) -> None:
    with sqlite_office.database.writing():
        assert count(sqlite_office.database) == 0
