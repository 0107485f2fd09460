"""Backups as an operator takes and restores them: nothing lost, nothing half, nothing twice."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import real_now
from bot.office import Office
from storage import installation
from storage.database import Database
from tests.handlers.cli.shell import SECRET, Shell
from tests.register import registered

ROUND = datetime(2021, 9, 1, 8, 0, tzinfo=UTC)
OPERATIONS = {"FOLJSAM_OPERATIONS_CHANNEL": "C012OPS"}


@pytest.fixture
def filled(sqlite_office: Office) -> Office:
    """A register with two agreements and money, that nobody has open."""
    for number, ore in (("1", 2_100_000_00), ("2", 33)):
        payments = [{"amount_ore": ore // 3, "planned_on": "2021-05-01"}]
        registered(sqlite_office, f"Namn {number}", number=number, grants=[(2021, ore)],
                   payments=payments)  # fmt: skip
    a_round(sqlite_office, ROUND)
    sqlite_office.database.close()
    return sqlite_office


@pytest.fixture
def operator(cli: Shell, filled: Office) -> Shell:
    """A shell whose settings point at the filled register."""
    url = f"sqlite:///{where(filled)}"
    return lambda *words, **more: cli(*words, **{"DATABASE_URL": url, **OPERATIONS, **more})


@pytest.fixture
def copy(operator: Shell, tmp_path: Path) -> Path:
    """A backup of the filled register."""
    assert operator("database", "backup", "copy.db").code == 0
    return tmp_path / "copy.db"


def where(office: Office) -> Path:
    path = office.database.path
    assert path is not None
    return path


def a_round(office: Office, at: datetime) -> None:
    with office.database.writing() as session:
        installation.mark_round(session, at, at, None)


def asked(path: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def told(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def money(path: Path) -> list[Any]:
    granted = (
        "SELECT number, name, (SELECT sum(amount_ore) FROM grant_row WHERE agreement_id = a.id)"
    )
    paid = "(SELECT sum(amount_ore) FROM payment WHERE agreement_id = a.id)"
    return asked(path, f"{granted}, {paid} FROM agreement a ORDER BY number")


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


# -- taking one


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("Säkerhetskopian är skriven", "onsdag 1 september 2021 kl. 10.00", "kB")),
        ("en", ("The backup is written", "1 September 2021", "kB")),
    ],
)
def test_a_backup_says_where_how_large_and_until_when(
    operator: Shell, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    done = operator("database", "backup", "copy.db", FOLJSAM_LANGUAGE=language)
    assert done.code == 0, done
    assert [word for word in ("copy.db", *words) if word not in done.out] == []
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == {"register.db", "copy.db"}, "nothing is left behind"


def test_what_lies_in_the_log_alone_is_in_the_backup(
    operator: Shell, filled: Office, tmp_path: Path
) -> None:
    fresh = "INSERT INTO handled_request VALUES (?, '2021-09-01 08:00:00.000000')"
    with closing(sqlite3.connect(where(filled))) as bot:
        bot.execute("PRAGMA wal_autocheckpoint=0")
        bot.executemany(fresh, [(f"Ev{n}",) for n in range(100)])
        bot.commit()
        shutil.copyfile(where(filled), tmp_path / "plain.db")
        assert operator("database", "backup", "copy.db").code == 0
    count = "SELECT count(*) FROM handled_request"
    assert asked(tmp_path / "copy.db", count) == [(100,)]
    assert asked(tmp_path / "plain.db", count) == [(0,)], "a plain copy lacks them"


def test_a_backup_while_somebody_writes_holds_whole_transactions(
    operator: Shell, filled: Office, tmp_path: Path
) -> None:
    script = (
        "import sqlite3, sys, itertools\n"
        "it = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)\n"
        "for n in itertools.count():\n"
        "    it.execute('BEGIN IMMEDIATE')\n"
        "    for side in 'ab':\n"
        "        it.execute('INSERT INTO handled_request VALUES (?, ?)', "
        "(f'{side}{n}', '2021-09-01 08:00:00.000000'))\n"
        "    it.execute('COMMIT')\n"
        "    if n == 20: print('going', flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(where(filled))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        outcomes = [operator("database", "backup", f"copy{n}.db") for n in range(4)]
        writer.kill()
    assert [each.code for each in outcomes] == [0] * 4
    for n in range(4):
        sides = "SELECT substr(key, 1, 1), count(*) FROM handled_request GROUP BY 1"
        (_, left), (_, right) = asked(tmp_path / f"copy{n}.db", sides)
        assert left == right > 20
        assert asked(tmp_path / f"copy{n}.db", "PRAGMA integrity_check") == [("ok",)]


def test_a_backup_is_never_written_over_by_mistake(operator: Shell, copy: Path) -> None:
    copy.write_text("mine")
    refused = operator("database", "backup", "copy.db")
    assert (refused.code, "--force" in refused.err, copy.read_text()) == (1, True, "mine")
    assert operator("database", "backup", "copy.db", "--force").code == 0
    assert asked(copy, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    "place",
    ["register.db", "./../{here}/register.db", "register.db-wal", "register.db.sent.jsonl",
     "link.db", "no/such/copy.db", ".", "pipe", "used.db"],
)  # fmt: skip
def test_a_place_that_cannot_be_is_one_line_even_with_force(
    operator: Shell, filled: Office, tmp_path: Path, place: str, language: str
) -> None:
    import os  # noqa: PLC0415

    (tmp_path / "link.db").symlink_to(where(filled))
    (tmp_path / "used.db-wal").write_text("somebody's log")
    os.mkfifo(tmp_path / "pipe")
    before, there = money(where(filled)), names(tmp_path)
    words = ("database", "backup", place.format(here=tmp_path.name), "--force")
    refused = operator(*words, FOLJSAM_LANGUAGE=language)
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1), refused
    if place != ".":
        assert ("Ingenting skrevs" if language == "sv" else "Nothing was written") in refused.err
    assert (money(where(filled)), names(tmp_path)) == (before, there)


@pytest.mark.parametrize("words", [("backup", "copy.db"), ("restore", "old.db", "--force")])
def test_a_full_disk_is_one_line_and_nothing_was_written(
    operator: Shell,
    filled: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    operator("database", "backup", "old.db")
    there, before = names(tmp_path), where(filled).read_bytes()
    full = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    refused = operator("database", *words)
    assert (refused.code, refused.err.count("\n")) == (1, 1), refused
    assert "Ingenting skrevs" in refused.err
    assert "98 kB" in refused.err
    assert (names(tmp_path), where(filled).read_bytes()) == (there, before)


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    environment: dict[str, str], filled: Office, tmp_path: Path
) -> None:
    there = names(tmp_path)
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "import sys; sys.argv = ['foljsam', 'database', 'backup', 'copy.db']\n"
        "from bot.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "DATABASE_URL": f"sqlite:///{where(filled)}"},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Ingenting skrevs" in done.stderr.decode()
    assert names(tmp_path) == there


def test_a_database_that_is_not_there_or_not_ours_has_no_backup(
    operator: Shell, tmp_path: Path
) -> None:
    told(tmp_path / "other.db", "CREATE TABLE theirs (id INTEGER)")
    for name in ("none.db", "other.db"):
        refused = operator("database", "backup", "b.db", DATABASE_URL=f"sqlite:///{name}")
        assert (refused.code, refused.err.count("\n")) == (1, 1), refused
    assert not names(tmp_path) & {"none.db", "b.db"}


def test_an_older_register_can_be_backed_up_before_it_is_upgraded(
    operator: Shell, filled: Office
) -> None:
    told(where(filled), "UPDATE alembic_version SET version_num = '0002'")
    assert operator("database", "backup", "copy.db").code == 0


def test_a_damaged_register_gives_no_backup(
    operator: Shell, filled: Office, tmp_path: Path
) -> None:
    spoil(where(filled))
    refused = operator("database", "backup", "copy.db")
    assert (refused.code, refused.err.count("\n")) == (1, 1), refused
    assert "copy.db" not in names(tmp_path)


@pytest.mark.parametrize("words", [("backup", "copy.db"), ("restore", "copy.db")])
def test_postgresql_is_pointed_to_its_own_programs_without_the_password(
    operator: Shell, copy: Path, words: tuple[str, ...]
) -> None:
    url = f"postgresql://rut:{SECRET}@db.example:5433/register"
    refused = operator("database", *words, DATABASE_URL=url)
    program = "pg_dump" if words[0] == "backup" else "pg_restore"
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    wanted = f"{program} ", "--host=db.example --port=5433 --username=rut --dbname=register"
    assert [word for word in wanted if word not in refused.err] == []


# -- putting one back


def spoil(path: Path) -> None:
    """Overwrite the page that the agreements begin on."""
    (root,) = asked(path, "SELECT rootpage FROM sqlite_master WHERE name = 'agreement'")[0]
    with path.open("r+b") as opened:
        opened.seek((root - 1) * 4096)
        opened.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("2 överenskommelser", "onsdag 1 september 2021", "6 minuterna", "först upp i Slack",
                "before-restore")),
        ("en", ("2 agreements", "Wednesday 1 September 2021", "6 minutes", "Slack first",
                "before-restore")),
    ],
)  # fmt: skip
def test_what_is_put_back_is_what_was_there(
    *,
    operator: Shell,
    filled: Office,
    copy: Path,
    tmp_path: Path,
    language: str,
    words: tuple[str, ...],
) -> None:
    path, before = where(filled), money(where(filled))
    told(path, "UPDATE payment SET amount_ore = 1")
    told(path, "DELETE FROM grant_row")
    (tmp_path / "register.db.sent.jsonl").write_text('{"key": "K", "ts": "1.2"}\n')
    (tmp_path / "register.db.locks").mkdir()
    later = money(path)
    started = real_now()
    done = operator("database", "restore", "copy.db", "--force", FOLJSAM_LANGUAGE=language)
    assert done.code == 0, done
    assert [word for word in words if word not in done.out] == []
    assert (money(path), money(copy)) == (before, before)
    assert money(tmp_path / "register.db.before-restore") == later != before
    assert names(tmp_path) == {
        "register.db", "copy.db", "register.db.before-restore", "register.db.sent.jsonl",
        "register.db.locks",
    }  # fmt: skip
    assert (tmp_path / "register.db.sent.jsonl").read_text() == '{"key": "K", "ts": "1.2"}\n'
    assert path.stat().st_mode & 0o777 == 0o600
    assert operator("database", "check").code == 0
    is_marked(Database(f"sqlite:///{path}"), ROUND, started)


def is_marked(database: Database, known_until: datetime, started: datetime) -> None:
    """See that the register says what it may have forgotten, that it is logged and told."""
    with database.reading() as connection:
        standing = installation.standing(connection)
        ask = connection.exec_driver_sql
        acts = ask("SELECT actor FROM audit_entry WHERE action = 'register_restored'").all()
        alarms = ask("SELECT recipient, state, kind FROM outbox WHERE label = 'restored'").all()
    database.close()
    assert standing.restored_from == known_until
    assert started <= standing.restored_at <= real_now()
    assert acts == [("terminal",)]
    assert alarms == [("C012OPS", "planned", "alarm")]


def test_a_register_is_put_back_where_there_is_none_and_where_nothing_is_in_it(
    operator: Shell, filled: Office, copy: Path, tmp_path: Path
) -> None:
    operator("database", "upgrade", DATABASE_URL="sqlite:///fresh.db")
    for name in ("none.db", "fresh.db"):
        done = operator("database", "restore", "copy.db", DATABASE_URL=f"sqlite:///{name}")
        assert done.code == 0, done
        assert money(tmp_path / name) == money(where(filled))


def test_a_register_with_content_is_kept_unless_forced_and_each_old_one_stays(
    operator: Shell, filled: Office, copy: Path, tmp_path: Path
) -> None:
    before = where(filled).read_bytes()
    refused = operator("database", "restore", "copy.db")
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert (where(filled).read_bytes(), names(tmp_path)) == (before, {"register.db", "copy.db"})
    for _ in range(2):
        assert operator("database", "restore", "copy.db", "--force").code == 0
    assert {"register.db.before-restore", "register.db.before-restore-2"} <= names(tmp_path)


@pytest.fixture
def unfolded(filled: Office) -> str:
    """A row that lies in the log alone, as after a crash."""
    path = where(filled)
    script = (
        "import os, sqlite3, sys\n"
        "it = sqlite3.connect(sys.argv[1])\n"
        "it.execute('PRAGMA journal_mode=WAL')\n"
        "row = ('late', '2021-09-01 08:00:00.000000')\n"
        "it.execute('INSERT INTO handled_request VALUES (?, ?)', row)\n"
        "it.commit()\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    return "SELECT key FROM handled_request"


def test_the_log_of_the_old_one_is_folded_in_and_never_into_the_new_one(
    operator: Shell, filled: Office, tmp_path: Path, unfolded: str
) -> None:
    with closing(sqlite3.connect(f"file:{where(filled)}?immutable=1", uri=True)) as source:
        source.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    assert operator("database", "restore", "copy.db", "--force").code == 0
    assert asked(where(filled), unfolded) == []
    kept = tmp_path / "register.db.before-restore"
    assert not kept.with_name(kept.name + "-wal").exists()
    assert asked(kept, unfolded) == [("late",)]


def test_a_damaged_register_is_replaced_and_kept_as_it_was(
    operator: Shell, filled: Office, copy: Path, tmp_path: Path
) -> None:
    right = money(where(filled))
    where(filled).write_text("no database any more " * 500)
    before = where(filled).read_bytes()
    assert operator("database", "restore", "copy.db").code == 1
    assert operator("database", "restore", "copy.db", "--force").code == 0
    assert money(where(filled)) == right
    assert (tmp_path / "register.db.before-restore").read_bytes() == before


def a_text(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)


def another_program(path: Path) -> None:
    path.unlink()
    told(path, "CREATE TABLE theirs (id INTEGER)")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def contradicting_itself(path: Path) -> None:
    """Leave a value that its table does not allow: nothing fails, only the check tells."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'last_send DATETIME', "
            "'last_send DATETIME NOT NULL') WHERE name = 'installation'"
        )
        connection.commit()


def newer(path: Path) -> None:
    told(path, "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (a_text, ("ingen SQLite-databas", "no SQLite database")),
        (another_program, ("annat program", "another program")),
        (lambda path: path.write_bytes(b""), ("tom databas", "empty database")),
        (cut_off, ("skadad", "damaged")),
        (spoil, ("skadad", "damaged")),
        (contradicting_itself, ("skadad", "damaged")),
        (newer, ("nyare version", "newer version")),
        (Path.unlink, ("finns inte", "does not exist")),
        (lambda path: (path.unlink(), path.mkdir()), ("mapp", "folder")),
    ],
    ids=["text", "foreign", "empty", "truncated", "damaged", "contradicting",
         "newer", "missing", "folder"],
)  # fmt: skip
def test_a_file_that_cannot_be_put_back_changes_nothing(
    *,
    operator: Shell,
    filled: Office,
    copy: Path,
    tmp_path: Path,
    harm: Any,
    key: tuple[str, str],
    language: str,
) -> None:
    harm(copy)
    before, there = where(filled).read_bytes(), names(tmp_path)
    refused = operator("database", "restore", "copy.db", "--force", FOLJSAM_LANGUAGE=language)
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1), refused
    assert key[language == "en"] in refused.err
    assert (where(filled).read_bytes(), names(tmp_path)) == (before, there)


def test_the_register_itself_is_no_backup(operator: Shell, filled: Office, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(where(filled))
    for name in ("register.db", "link.db"):
        assert operator("database", "restore", name, "--force").code == 1
    missing = operator("database", "restore", "register.db", DATABASE_URL="sqlite:///no/such.db")
    assert (missing.code, missing.err.count("\n")) == (1, 1)


def test_an_older_backup_is_brought_up_to_date(
    operator: Shell, filled: Office, copy: Path, tmp_path: Path
) -> None:
    from storage import migrations  # noqa: PLC0415

    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrations.upgrade(old, "0002")
    with old.writing() as session:
        at = {"at": "2020-01-01 08:00:00.000000"}
        session.connection().exec_driver_sql(
            "INSERT INTO installation (id, key, register_revision, last_round) "
            "VALUES (1, 'k', 0, :at)", at
        )  # fmt: skip
    old.close()
    before = (tmp_path / "old.db").read_bytes()
    done = operator("database", "restore", "old.db", "--force")
    assert done.code == 0, done
    assert "uppgraderad" in done.out
    assert "1 januari 2020" in done.out
    assert operator("database", "check").code == 0
    assert (tmp_path / "old.db").read_bytes() == before, "the backup itself is left alone"


@pytest.mark.parametrize("more", [(), ("--force",)])
def test_a_live_bot_is_never_robbed_of_its_register(
    operator: Shell, filled: Office, copy: Path, more: tuple[str, ...]
) -> None:
    script = (
        "import sys, time\n"
        "from storage.database import Database\n"
        "it = Database(sys.argv[1])\n"
        "with it.reading() as connection: connection.exec_driver_sql('SELECT * FROM member')\n"
        "print('idle', flush=True); time.sleep(60)\n"
    )
    before = money(where(filled))
    command = [sys.executable, "-c", script, f"sqlite:///{where(filled)}"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == b"idle\n"
        refused = operator("database", "restore", "copy.db", *more)
        bot.kill()
    assert (refused.code, refused.err.count("\n")) == (1, 1), refused
    assert "öppen i ett annat program" in refused.err
    assert money(where(filled)) == before
    assert operator("database", "restore", "copy.db", "--force").code == 0, "once it is stopped"


def test_a_round_a_moment_ago_is_told_of(operator: Shell, filled: Office, copy: Path) -> None:
    for seconds, expected in ((20, "verkar vara igång"), (200, "redan ett register")):
        a_round(filled, real_now() - timedelta(seconds=seconds))
        filled.database.close()
        refused = operator("database", "restore", "copy.db")
        assert (refused.code, expected in refused.err) == (1, True), refused
    slow = operator("database", "restore", "copy.db", FOLJSAM_TICK_SECONDS="100")
    assert "verkar vara igång" in slow.err


def test_a_failure_half_way_leaves_the_old_register(
    operator: Shell, filled: Office, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import backups  # noqa: PLC0415

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    before, there = where(filled).read_bytes(), names(tmp_path)
    monkeypatch.setattr(backups, "raise_alarm", fail)
    assert operator("database", "restore", "copy.db", "--force").code == 1
    assert (where(filled).read_bytes(), names(tmp_path)) == (before, there)


# -- marking alone, and what is typed wrongly


def test_a_register_put_back_by_other_means_is_marked(cli: Shell, office: Office) -> None:
    registered(office)
    a_round(office, ROUND)
    started, database = real_now(), office.database
    url = database.url.render_as_string(hide_password=False)
    done = cli("database", "restore", "--mark-only", DATABASE_URL=url, **OPERATIONS)
    assert done.code == 0, done
    assert "en överenskommelse" in done.out
    is_marked(database, ROUND, started)


def test_a_register_without_a_round_is_known_until_its_newest_act(
    operator: Shell, filled: Office
) -> None:
    told(where(filled), "UPDATE installation SET last_round = NULL")
    done = operator("database", "restore", "--mark-only")
    assert (done.code, "inte gått något varv" in done.out) == (0, True), done
    database = Database(f"sqlite:///{where(filled)}")
    with database.reading() as connection:
        assert installation.standing(connection).restored_from == filled.now()
    database.close()


@pytest.mark.parametrize(
    "words",
    [("backup",), ("restore",), ("restore", "a.db", "--mark-only"), ("backup", "a", "b"),
     ("restore", "a.db", "--forse")],
)  # fmt: skip
def test_a_command_typed_wrongly_exits_with_2(cli: Shell, words: tuple[str, ...]) -> None:
    assert cli("database", *words).code == 2


def test_marking_needs_a_register(cli: Shell, tmp_path: Path) -> None:
    assert cli("database", "restore", "--mark-only").code == 1
    assert names(tmp_path) == set()
