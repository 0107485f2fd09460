"""The tables hold what they promise, on both databases, whoever writes to them."""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import DateTime, String, Table, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from bot import audit, installation
from bot.clock import StandingClock
from bot.folding import in_order
from bot.office import Office
from bot.settings import Settings
from storage import migrations, tables
from storage.database import Database
from storage.migrations import SchemaState
from storage.models import Agreement, Payment, TermChange
from storage.types import PartialDate
from tests.register import an_agreement, registered

SUMMER = datetime(2031, 7, 1, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture(params=("sqlite", "postgresql"))
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"empty_{uuid4().hex}"
        server.psql(f"CREATE DATABASE {name}")
        url = server.get_uri(name)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def postgresql_office(
    postgresql_server: Any, postgresql_template: str, make_office: Callable[..., Office]
) -> Office:
    """An office on PostgreSQL, for what SQLite has not."""
    name = f"emptied_{uuid4().hex}"
    postgresql_server.psql(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    return make_office(postgresql_server.get_uri(name))


def refused(database: Database, statement: str, **values: Any) -> bool:
    """Say whether the database itself refuses a statement, and not for its wording."""
    try:
        with database.writing() as session:
            session.connection().execute(text(statement), values)
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", "")  # PostgreSQL's: 42 are slips of the pen
        return not state.startswith("42") if state else isinstance(error, IntegrityError)
    return False


# -- migrations


def test_the_migrations_make_exactly_the_tables_that_the_program_knows(office):
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # slow to import
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with office.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_alembics_own_check_finds_nothing_to_migrate(office):
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=io.StringIO())  # its own is whatever stood there at the import
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with office.database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)  # raises where a migration is missing


def test_the_program_names_the_newest_migration():
    files = sorted((Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    revisions = [file.name[:4] for file in files]
    assert revisions[-1] == migrations.HEAD
    assert tuple(revisions) == migrations._KNOWN


def test_every_table_is_made_by_a_migration(office):
    with office.database.reading() as connection:
        made = set(inspect(connection).get_table_names())
    assert made == {"alembic_version", *SQLModel.metadata.tables}


def test_an_upgrade_keeps_every_row_and_every_ore(empty):
    migrations.upgrade(empty, "0001")
    _fill(empty)
    before = _counts_and_sums(empty)
    assert before["payment"] == (3, 2_100_000_01)
    assert migrations.state(empty) is SchemaState.older
    migrations.upgrade(empty)
    after = _counts_and_sums(empty)
    assert {name: after.pop(name) for name in before} == before
    assert set(after.values()) <= {(0, 0)}, "what is new is empty"
    assert migrations.state(empty) is SchemaState.current


def test_names_that_were_there_before_are_put_in_order_as_new_ones_are(empty):
    names = [
        "Öppna Vänner",
        '"Ängens" Krets',
        "Ådalens IK",
        "Zäta & Söner",
        "Müllers vänner",
        "Łódź",
        "–",
    ]
    migrations.upgrade(empty, "0001")
    with empty.writing() as session:
        rows = [_in_the_first_version(name) for name in names]
        session.connection().execute(tables.agreement.insert(), rows)
    migrations.upgrade(empty)
    with empty.reading() as connection:
        asked = select(tables.agreement.c.name, tables.agreement.c.name_ordered)
        assert dict(connection.execute(asked).all()) == {name: in_order(name) for name in names}


def test_names_are_ordered_by_sign_whatever_language_the_server_speaks(office):
    if office.database.is_sqlite:
        return  # compares by sign where nothing else is said
    columns = "information_schema.columns WHERE column_name = 'name_ordered'"
    with office.database.reading() as connection:
        asked = connection.exec_driver_sql(f"SELECT collation_name FROM {columns}")
        assert asked.scalars().all() == ["C"]


def _fill(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        agreements = [_in_the_first_version(number) for number in ("IOP-1", "IOP-2")]
        connection.execute(tables.agreement.insert(), agreements)
        ids = connection.execute(select(tables.agreement.c.id)).scalars().all()
        party = {"organisation": "Kultur 1740", "organisation_folded": "kultur 1740"}
        connection.execute(
            tables.party.insert(),
            [{"agreement_id": ids[0], "role": "civil", "coordinating": False, **party}],
        )
        connection.execute(
            tables.grant.insert(),
            [
                {"agreement_id": ids[0], "amount_ore": 2_100_000_00, "decision": "decided"},
                {"agreement_id": ids[1], "amount_ore": None, "decision": "decided"},
            ],
        )
        for ore, why in ((2_100_000_00, None), (2, None), (-1, "fel konto")):
            session.add(Payment(agreement_id=ids[0], amount_ore=ore, correction=why))
        act = audit.Act("agreement_registered", "agreement:1", ids[0])
        audit.record(session, audit.TERMINAL, SUMMER, [act])


def _in_the_first_version(number: str) -> dict[str, Any]:
    return _bare(number).model_dump(exclude_none=True, exclude={"name_ordered"})


def _bare(number: str = "IOP-1") -> Agreement:
    name = number.lower()
    return Agreement(
        uid=f"uid{number}",
        number=number,
        number_folded=name,
        name=number,
        name_folded=name,
        name_ordered=name,
        registered_at=SUMMER,
    )


def _counts_and_sums(database: Database) -> dict[str, tuple[int, int]]:
    with database.reading() as connection:
        made = set(inspect(connection).get_table_names())
        return {
            name: tuple(connection.execute(_count_and_sum(table)).one())
            for name, table in SQLModel.metadata.tables.items()
            if name in made
        }


def _count_and_sum(table: Table) -> Any:
    amount = table.c.get("amount_ore")
    total = func.coalesce(func.sum(amount), 0) if amount is not None else text("0")
    return select(func.count(), total).select_from(table)


def test_a_database_says_how_it_stands_to_the_program(empty):
    assert migrations.state(empty) is SchemaState.empty
    migrations.upgrade(empty, "0001")
    assert migrations.state(empty) is SchemaState.older
    migrations.upgrade(empty)
    assert migrations.state(empty) is SchemaState.current
    _run(empty, "UPDATE alembic_version SET version_num = '9999'")
    assert migrations.state(empty) is SchemaState.newer
    _run(empty, "DELETE FROM alembic_version")
    assert migrations.state(empty) is SchemaState.foreign


def test_somebody_elses_database_is_foreign_and_an_unfinished_one_is_empty(empty):
    _run(empty, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    assert migrations.state(empty) is SchemaState.empty
    _run(empty, "DROP TABLE alembic_version")
    _run(empty, "CREATE TABLE fakturor (id INTEGER)")
    assert migrations.state(empty) is SchemaState.foreign


def _run(database: Database, statement: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(statement))


# -- columns

MOMENTS = [
    (table.name, column.name)
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, DateTime) or "datetime" in type(column.type).__name__.lower()
]


def test_there_are_moments_to_keep():
    assert ("outbox", "due_at") in MOMENTS
    assert ("installation", "last_round") in MOMENTS
    assert len(MOMENTS) >= 14


@pytest.mark.parametrize("zone", ["UTC", "Europe/Stockholm"])
def test_every_moment_comes_back_aware_and_in_utc(office, zone):
    registered(office, starts_on="2021-01-01")
    with office.database.writing() as session:
        connection = session.connection()
        if not office.database.is_sqlite:
            connection.execute(text(f"SET LOCAL TIME ZONE '{zone}'"))
        for table_name, column_name in MOMENTS:
            table = SQLModel.metadata.tables[table_name]
            if table_name == "audit_entry":
                audit.record(session, audit.CLOCK, SUMMER, [audit.Act("tried", "test:1")])
            elif table_name in _ROWS:
                connection.execute(table.insert(), {**_ROWS[table_name], column_name: SUMMER})
            else:
                connection.execute(update(table).values({column_name: SUMMER}))
            column = table.c[column_name]
            newest = select(column).order_by(column.desc().nulls_last()).limit(1)
            kept = connection.execute(newest).scalar_one()
            assert kept == SUMMER, (table_name, column_name)
            assert kept.utcoffset() == timedelta(0), (table_name, column_name)


_ROWS: dict[str, dict[str, Any]] = {
    "method_pause": {"method": "chat.postMessage"},
    "handled_request": {"key": "E1"},
    "member": {"slack_id": "U_BJORN", "role": "reader", "board": "", "granted_by": "terminal"},
    "erasure": {"digest": "0" * 64},
    "term_change": {"agreement_id": 1, "changed_by": "U_ANNA", "open_ended": False},
}


def test_a_moment_without_a_zone_is_refused(office):
    naive = datetime(2021, 7, 1, 12)  # noqa: DTZ001  # the point of the test
    with pytest.raises(Exception, match=r"[Nn]aive|timezone|aware"), office.database.writing() as s:
        s.connection().execute(
            SQLModel.metadata.tables["handled_request"].insert(), {"key": "E2", "at": naive}
        )


def test_every_choice_every_text_and_every_sum_has_a_limit():
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                assert column.type.length, (table.name, column.name)
            if column.name.endswith("_ore"):
                assert column.type.python_type is int, (table.name, column.name)


# -- what the database itself refuses


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A register of each kind with a little of everything, to be refused changes to."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'register.db'}"
    else:
        request.getfixturevalue("postgresql_server").psql("CREATE DATABASE filled")
        url = request.getfixturevalue("postgresql_server").get_uri("filled")
    settings = Settings(_env_file=None, DATABASE_URL=url)
    office = Office(settings, StandingClock(datetime(2021, 9, 1, 8, tzinfo=UTC)), Database(url))
    migrations.upgrade(office.database)
    with office.database.writing() as session:
        installation.ensure(session, office.now())
    for number in ("IOP-1", "IOP-2"):
        registered(
            office,
            number=number,
            starts_on="2021-01-01",
            ends_on="2023-12-31",
            grants=[(None, 100)],
            payments=[{"amount_ore": 1}],
        )
    yield office.database
    office.database.close()


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("a negative grant", "UPDATE grant_row SET amount_ore = -1"),
        ("a year that no agreement has", "UPDATE grant_row SET year = 20215"),
        ("an unknown decision", "UPDATE grant_row SET decision = 'kanske'"),
        ("an unknown status", "UPDATE agreement SET status = 'vilande'"),
        ("an unknown role of a party", "UPDATE party SET role = 'leverantör'"),
        ("an unknown state", "UPDATE outbox SET state = 'lost'"),
        ("two ends", "UPDATE agreement SET open_ended = TRUE"),
        ("thirteen evaluations a year", "UPDATE agreement SET evaluations_per_year = 13"),
        ("a term of no months", "UPDATE agreement SET term_months = 0"),
        ("a long note", "UPDATE grant_row SET note = :long"),
        ("a name of 201 characters", "UPDATE agreement SET name = :name"),
        ("a party's name of 201 characters", "UPDATE party SET organisation = :name"),
        ("a negative payment without a reason", "UPDATE payment SET amount_ore = -1"),
        ("a party of nothing", "UPDATE party SET agreement_id = 4711"),
        ("a grant of nothing", "UPDATE grant_row SET agreement_id = 4711"),
        ("an agreement that others speak of gone", "DELETE FROM agreement"),
        ("the same number twice", "UPDATE agreement SET number = 'IOP-1'"),
        ("the same evaluation twice", "UPDATE evaluation SET number = 1"),
        ("the same reminder twice", "UPDATE outbox SET natural_key = 'same'"),
        ("the same key twice", "UPDATE outbox SET wire_key = 'same'"),
    ],
)
def test_the_database_refuses(filled, what, statement):
    values = {"long": "x" * 2001, "name": "å" * 201}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    assert refused(filled, statement, **used), what


@pytest.mark.parametrize("amount", ["'tvåhundra'", "100.5", "'100 kr'", "x'00'"])
@pytest.mark.parametrize("table", ["grant_row", "payment"])
def test_sqlite_refuses_an_amount_that_is_no_whole_number(sqlite_office, table, amount):
    registered(sqlite_office, grants=[(None, 100)], payments=[{"amount_ore": 1}])
    assert refused(sqlite_office.database, f"UPDATE {table} SET amount_ore = {amount}")


def test_a_name_of_200_characters_and_the_largest_amount_are_kept_whole(office):
    largest = 10**13
    registered(office, "Å" * 200, grants=[(2022, largest)])
    with office.database.reading() as connection:
        assert connection.execute(select(tables.agreement.c.name)).scalar_one() == "Å" * 200
        assert connection.execute(select(tables.grant.c.amount_ore)).scalar_one() == largest


# -- what has been done is not rewritten


@pytest.mark.parametrize("table", ["audit_entry", "term_change"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET agreement_id = NULL", "DELETE FROM {}"])
def test_the_log_and_the_history_are_never_rewritten(office, table, statement):
    with office.database.writing() as session:
        found = an_agreement(session, office)
        audit.record(session, "U_ANNA", office.now(), [audit.Act("tried", "test:1", found)])
        session.add(TermChange(agreement_id=found, changed_at=SUMMER, changed_by="U_ANNA"))
    assert refused(office.database, statement.format(table))


_ENTRY = "(id, at, actor, action, subject) VALUES (1, '2021-09-01', 'x', 'x', 'x')"
_MERGE = "MERGE INTO audit_entry USING installation AS i ON audit_entry.id = i.id"
_NEWER = "DO UPDATE SET actor = 'x'"
EVERYWHERE = (
    "UPDATE audit_entry SET actor = 'x'",
    "UPDATE audit_entry SET actor = actor",
    "UPDATE audit_entry SET actor = 'x' WHERE id = 1",
    "UPDATE audit_entry SET id = 4711 WHERE id = 1",
    "UPDATE audit_entry SET id = id + 1000",
    "UPDATE audit_entry SET before = NULL, after = NULL",
    "UPDATE audit_entry SET at = '1999-01-01' WHERE id IN (SELECT max(id) FROM audit_entry)",
    "WITH one AS (SELECT 1 AS n) UPDATE audit_entry SET actor = '' WHERE id IN (SELECT n FROM one)",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE id = 1",
    "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)",
    "DELETE FROM audit_entry WHERE id = 1 RETURNING id",
    "WITH one AS (SELECT 1 AS id) DELETE FROM audit_entry WHERE id IN (SELECT id FROM one)",
    f"INSERT INTO audit_entry {_ENTRY} ON CONFLICT (id) {_NEWER}",
    f"INSERT INTO audit_entry {_ENTRY} ON CONFLICT (id) {_NEWER} WHERE audit_entry.id = 1",
    f"INSERT INTO audit_entry {_ENTRY}",
)
ON_SQLITE = (
    f"REPLACE INTO audit_entry {_ENTRY}",
    f"INSERT OR REPLACE INTO audit_entry {_ENTRY}",
    f"INSERT OR IGNORE INTO audit_entry {_ENTRY}",
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    "REPLACE INTO audit_entry (rowid, at, actor, action, subject) VALUES (1, 'x', 'x', 'x', 'x')",
    "UPDATE OR REPLACE audit_entry SET id = 2 WHERE id = 1",
    "UPDATE OR IGNORE audit_entry SET actor = 'x'",
    "UPDATE OR ROLLBACK audit_entry SET rowid = 9 WHERE rowid = 1",
    "UPDATE audit_entry SET actor = n.actor FROM (SELECT 'x' AS actor) AS n",
)
ON_POSTGRESQL = (
    "TRUNCATE audit_entry",
    "TRUNCATE ONLY audit_entry RESTART IDENTITY",
    "TRUNCATE audit_entry CASCADE",
    "TRUNCATE agreement CASCADE",
    "TRUNCATE installation, audit_entry",
    "WITH gone AS (DELETE FROM audit_entry RETURNING *) SELECT count(*) FROM gone",
    "WITH new AS (UPDATE audit_entry SET actor = 'x' RETURNING *) SELECT * FROM new",
    "UPDATE ONLY audit_entry SET actor = 'x'",
    "DELETE FROM ONLY audit_entry USING installation WHERE audit_entry.id = installation.id",
    f"{_MERGE} WHEN MATCHED THEN UPDATE SET actor = 'x'",
    f"{_MERGE} WHEN MATCHED THEN DELETE",
)


def _log_of(database: Database) -> list[tuple[Any, ...]]:
    table = SQLModel.metadata.tables["audit_entry"]
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]


def _cannot_be_rewritten(database: Database, statement: str) -> None:
    with database.writing() as session:
        acts = [audit.Act("tried", f"test:{number}") for number in range(3)]
        audit.record(session, "U_ANNA", SUMMER, acts)
    before = _log_of(database)
    assert len(before) >= 3
    assert refused(database, statement), statement
    assert _log_of(database) == before


@pytest.mark.parametrize("statement", EVERYWHERE)
def test_no_statement_changes_or_removes_an_entry_of_the_log(office, statement):
    _cannot_be_rewritten(office.database, statement)


@pytest.mark.parametrize("statement", ON_SQLITE)
def test_nor_does_any_of_those_that_sqlite_alone_has(sqlite_office, statement):
    _cannot_be_rewritten(sqlite_office.database, statement)


@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_nor_does_any_of_those_that_postgresql_alone_has(postgresql_office, statement):
    _cannot_be_rewritten(postgresql_office.database, statement)


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_sqlite_refuses_it_from_any_other_program_too(sqlite_office, recursive):
    """With its own defaults a trigger of DELETE does not see what REPLACE takes away."""
    path = sqlite_office.database.path
    with sqlite_office.database.writing() as session:
        audit.record(session, "U_ANNA", SUMMER, [audit.Act("tried", "test:1")])
    before = _log_of(sqlite_office.database)
    for statement in (*EVERYWHERE, *ON_SQLITE):
        with closing(sqlite3.connect(path)) as other:
            other.execute(f"PRAGMA recursive_triggers={recursive}")
            with pytest.raises(sqlite3.DatabaseError, match="never"):
                other.execute(statement).fetchall()
    assert _log_of(sqlite_office.database) == before


@pytest.mark.parametrize("table", ["term_change", "payment"])
def test_sqlite_replaces_no_history_and_no_payment(sqlite_office, table):
    registered(sqlite_office, payments=[{"paid_on": "2021-03-01", "amount_ore": 100}])
    with sqlite_office.database.writing() as session:
        session.add(TermChange(agreement_id=1, changed_at=SUMMER, changed_by="U_ANNA"))
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    assert refused(sqlite_office.database, statement)


def test_the_log_goes_on_growing(office):
    with office.database.writing() as session:
        for number in range(3):
            audit.record(session, "U_ANNA", SUMMER, [audit.Act("tried", f"test:{number}")])
    subjects = [row[4] for row in _log_of(office.database)]
    assert subjects[-3:] == ["test:0", "test:1", "test:2"]


@pytest.mark.parametrize("table", ["audit_entry", "term_change", "payment"])
def test_postgresql_refuses_to_empty_what_is_kept(postgresql_office, table):
    assert refused(postgresql_office.database, f"TRUNCATE {table} CASCADE")


def test_a_payment_that_was_made_stands_and_a_planned_one_may_be_paid(office):
    planned = {"planned_on": "2021-10-01", "amount_ore": 200, "reference": "planned"}
    made = {"paid_on": "2021-03-01", "amount_ore": 100, "reference": "made"}
    registered(office, payments=[planned, made])
    database = office.database
    for change in ("amount_ore = 1", "paid_on = NULL", "reference = 'annan'", "year = 2030"):
        assert refused(database, f"UPDATE payment SET {change} WHERE reference = 'made'"), change
    for which in ("planned", "made"):
        assert refused(database, "DELETE FROM payment WHERE reference = :which", which=which)
    pay = "UPDATE payment SET paid_on = '2021-10-04' WHERE reference = 'planned'"
    assert not refused(database, pay)
    assert refused(database, pay), "now it has been made"


def test_a_wrong_payment_is_reversed_by_a_row_with_a_reason(office):
    wrong = {"paid_on": "2021-03-01", "amount_ore": 100}
    back = {"paid_on": "2021-03-02", "amount_ore": -100, "correction": "fel mottagare"}
    registered(office, payments=[wrong, back])
    with office.database.reading() as connection:
        assert connection.execute(select(func.sum(tables.payment.c.amount_ore))).scalar_one() == 0


# -- the connection


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 30_000),
        ("trusted_schema", 0),
        ("secure_delete", 1),
    ],
)
def test_sqlite_is_opened_with_care(sqlite_office, pragma, value):
    with sqlite_office.database.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    with sqlite_office.database.writing() as session:
        connection = session.connection()
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_reader_does_not_wait_for_a_writer(office):
    registered(office)
    with office.database.writing() as session:
        session.connection().execute(update(tables.agreement).values(name="Nytt namn"))
        with office.database.reading() as connection:
            assert connection.execute(select(tables.agreement.c.name)).scalar_one() == "Kultur 1740"


def test_two_writers_at_once_neither_lose_nor_double(sqlite_office):
    database = sqlite_office.database
    times, start = 60, threading.Barrier(2)

    def count(name: str) -> None:
        start.wait()
        for turn in range(times):
            with database.writing() as session:
                connection = session.connection()
                revision = connection.execute(
                    select(SQLModel.metadata.tables["installation"].c.register_revision)
                ).scalar_one()
                connection.execute(
                    update(SQLModel.metadata.tables["installation"]).values(
                        register_revision=revision + 1
                    )
                )
                audit.record(
                    session, name, datetime.now(UTC), [audit.Act("counted", f"turn:{turn}")]
                )

    _together(lambda: count("U_ANNA"), lambda: count("U_BJORN"))
    with database.reading() as connection:
        installation = SQLModel.metadata.tables["installation"]
        counted = connection.execute(select(installation.c.register_revision)).scalar_one()
        log = SQLModel.metadata.tables["audit_entry"]
        acts = connection.execute(
            select(func.count()).select_from(log).where(log.c.action == "counted")
        ).scalar_one()
    assert (counted, acts) == (2 * times, 2 * times)


def _together(*acts: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  # told of below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_raises_leaves_nothing_behind(office):
    def fail() -> None:
        with office.database.writing() as session:
            an_agreement(session, office)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with office.database.rehearsing() as session:
        an_agreement(session, office)
    with office.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.agreement)).scalar() == 0


def test_a_date_known_in_part_is_kept_at_its_precision(office):
    registered(office, signed_on="2021-04", starts_on="2021-06-01", ends_on="2023")
    with office.database.reading() as connection:
        row = connection.execute(select(tables.agreement)).one()
    assert (row.signed_on, row.starts_on) == (PartialDate(2021, 4), PartialDate(2021, 6, 1))
    assert row.ends_on == PartialDate(2023)
