"""A row has one owner at a time, and none when its owner is gone: crashed, killed or finished."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.ownership import Ownership, ownership

_OTHER = """
import sys
from storage.database import Database
from storage.ownership import ownership
mine = ownership(Database(sys.argv[1]))
with mine.of(int(sys.argv[2])) as owned:
    print("owned" if owned else "refused", flush=True)
    sys.stdin.read()
mine.close()
"""


@pytest.fixture
def own(database_url: str) -> Iterator[Ownership]:
    database = Database(database_url)
    mine = ownership(database)
    yield mine
    mine.close()
    database.close()


class Other:
    """Another process that asks to own a row, and keeps it until it is told to let go."""

    def __init__(self, url: str, row_id: int) -> None:
        arguments = [sys.executable, "-c", _OTHER, url, str(row_id)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdout is not None
        self.answer = self._process.stdout.readline().strip()

    def let_go(self) -> None:
        self._process.communicate(timeout=20)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=20)


def owns(mine: Ownership, row_id: int) -> bool:
    with mine.of(row_id) as owned:
        return owned


def owns_soon(mine: Ownership, row_id: int) -> bool:
    """A server takes a moment to notice that a client is gone; ask it until it has."""
    return any(owns(mine, row_id) for _ in range(5_000))


def test_a_row_is_owned_for_a_block_and_then_free_for_all(own, database_url):
    assert owns(own, 7)
    assert owns(own, 7)
    assert owns_elsewhere(database_url, 7)


def test_a_row_is_free_again_after_its_block_failed(own):
    def fail() -> None:
        with own.of(7) as owned:
            assert owned
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert owns(own, 7)


def test_one_thread_at_a_time_owns_a_row(own, database_url):
    owners: list[str] = []
    holding, done = threading.Event(), threading.Event()

    def first() -> None:
        database = Database(database_url)
        mine = ownership(database)
        with mine.of(7) as owned:
            owners.append(f"first {owned}")
            holding.set()
            done.wait(20)
        mine.close()
        database.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert holding.wait(20)
    owners.append(f"second {owns(own, 7)}")
    owners.append(f"another row {owns(own, 8)}")
    done.set()
    thread.join()
    owners.append(f"second again {owns(own, 7)}")
    assert owners == ["first True", "second False", "another row True", "second again True"]


def test_threads_that_race_for_a_row_never_own_it_together(database_url):
    inside, most, won = [0], [0], [0]
    guard, start = threading.Lock(), threading.Barrier(4)

    def race() -> None:
        database = Database(database_url)
        mine = ownership(database)
        start.wait()
        for _ in range(50):
            with mine.of(7) as owned:
                if owned:
                    with guard:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                        won[0] += 1
                    with guard:
                        inside[0] -= 1
        mine.close()
        database.close()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert won[0] >= 1


def test_one_process_at_a_time_owns_a_row(own, database_url):
    other = Other(database_url, 7)
    assert other.answer == "owned"
    assert not owns(own, 7)
    assert owns(own, 8)
    other.let_go()
    assert owns_soon(own, 7)


def test_another_process_is_refused_what_is_owned_here(own, database_url):
    with own.of(7) as owned:
        assert owned
        other = Other(database_url, 7)
        assert other.answer == "refused"
        other.let_go()
        assert not owns_elsewhere(database_url, 7), "asking must not set it free"


def owns_elsewhere(url: str, row_id: int) -> bool:
    database = Database(url)
    mine = ownership(database)
    found = owns(mine, row_id)
    mine.close()
    database.close()
    return found


def test_a_row_is_free_when_its_owner_was_killed(own, database_url):
    other = Other(database_url, 7)
    assert other.answer == "owned"
    other.kill()
    assert owns_soon(own, 7)


def test_the_lock_files_of_sqlite_stay_where_they_are(sqlite_url):
    database = Database(sqlite_url)
    mine = ownership(database)
    path = database.path
    assert path is not None
    with mine.of(7) as owned:
        assert owned
    with mine.of(7 + 64) as owned:  # the same file serves both
        assert owned
    mine.close()
    database.close()
    folder = path.with_name(path.name + ".locks")
    assert [file.name for file in folder.iterdir()] == ["07"]
    assert (folder / "07").stat().st_mode & 0o077 == 0


def test_closing_lets_go_and_asking_again_takes_up_a_new_session(own):
    assert owns(own, 7)
    own.close()
    assert owns(own, 7)
