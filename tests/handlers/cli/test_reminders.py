"""What was sent, at the command line: listing it, sending again, and the sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from bot.office import Office
from storage import tables
from storage.models import OutboxState
from tests.handlers.cli.shell import Outcome, Shell
from tests.register import ANNA, change, registered, reminders

TERM: dict[str, Any] = {"starts_on": "2021-06-01", "ends_on": "2022-05-31", "steps": "-30, -3"}
HELD = {"state": OutboxState.held, "reason": "user_disabled"}
Run = Callable[..., Outcome]


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    """An office with Anna's agreement, whose first reminder could not be sent."""
    registered(sqlite_office, **TERM)
    put(sqlite_office, 1, **HELD, hold_since=sqlite_office.now(), attempts=1)
    return sqlite_office


@pytest.fixture
def run(cli: Shell, office: Office) -> Run:
    """Run ``foljsam reminders`` on its register."""
    url = office.database.url.render_as_string(hide_password=False)

    def reminded(*words: str, **settings: str) -> Outcome:
        return cli("reminders", *words, DATABASE_URL=url, **settings)

    return reminded


def put(office: Office, row_id: int, **values: Any) -> None:
    table = tables.outbox
    with office.database.writing() as session:
        session.connection().execute(update(table).where(table.c.id == row_id).values(**values))


def test_each_message_is_one_line_with_all_that_is_known_of_it(run: Run) -> None:
    listed = run("list")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.splitlines()[0].split("  ") == [
        "1",
        "IOP-1",
        "Utvärdering 1 (senast 1 december 2021)",
        "30 arbetsdagar före",
        ANNA,
        "Inte skickad",
        "2021-09-01 10:00",
        "personens konto i Slack är avstängt",
    ]
    english = run("list", FOLJSAM_LANGUAGE="en").out.splitlines()[0]
    assert english.endswith("Not sent  2021-09-01 10:00  the person’s Slack account is deactivated")


def test_only_what_failed_can_be_asked_for(run: Run, office: Office) -> None:
    assert len(run("list").out.splitlines()) == len(reminders(office)) > 1
    failed = run("list", "--failed").out.splitlines()
    assert [line.split("  ")[0] for line in failed] == ["1"]
    put(office, 1, state=OutboxState.planned)
    assert run("list", "--failed").out == "Inga meddelanden har fastnat.\n"


def test_a_line_stays_one_line_whatever_stands_in_the_register(run: Run, office: Office) -> None:
    change(office, 1, number="A\n\x1b[31mB")
    put(office, 1, reason="a\nb\x07\u202e")
    lines = run("list").out.splitlines()
    assert len(lines) == len(reminders(office))
    assert lines[0].split("  ")[1] == "A [31mB"
    assert lines[0].endswith("Slack svarade: a b")


def test_messages_about_nothing_in_particular_are_listed_too(run: Run, office: Office) -> None:
    put(office, 1, kind="digest", agreement_id=None, label=None, step=None, **HELD)
    put(office, 2, kind="alarm", agreement_id=None, label=None, step=None, recipient="C_DRIFT")
    digest, alarm = run("list").out.splitlines()[:2]
    assert digest.startswith(f"1  –  Samlad påminnelse  –  {ANNA}  Inte skickad  ")
    assert alarm.startswith("2  –  Larm  –  C_DRIFT  Planerad  ")


def test_what_failed_is_sent_again_once(run: Run, office: Office) -> None:
    again = run("retry", "1")
    assert (again.code, again.out) == (0, "Meddelande 1 skickas igen i nästa varv.\n")
    assert next(row for row in reminders(office) if row.id == 1).state == "planned"
    twice = run("retry", "1")
    assert (twice.code, twice.out, twice.err.count("\n")) == (1, "", 1)
    assert twice.err.startswith("Inget ändrades: meddelande 1 är redan planerat")


@pytest.mark.parametrize(
    ("row_id", "code"),
    [("4711", 1), ("99999999999999999999", 1), ("0", 2), ("-1", 2), ("ett", 2), ("", 2)],
)
def test_a_message_that_is_none_is_refused(run: Run, row_id: str, code: int) -> None:
    outcome = run("retry", row_id)
    assert (outcome.code, outcome.out) == (code, "")
    if code == 1:
        assert outcome.err.count("\n") == 1
        assert f"meddelande {row_id} finns inte" in outcome.err


@pytest.mark.parametrize("words", [("retry",), ("list", "x"), ("export",), ("retry", "1", "2")])
def test_a_command_typed_wrongly_exits_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code == 2


@pytest.mark.parametrize("words", [("list",), ("retry", "1"), ("export", "p.xlsx")])
def test_without_a_database_it_is_one_line(cli: Shell, words: tuple[str, ...]) -> None:
    outcome = cli("reminders", *words)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("language", "heading"), [("sv", "Mottagare"), ("en", "Recipient")], ids=["sv", "en"]
)
def test_the_sheet_is_written_in_the_terminals_language_and_never_over_a_file_by_mistake(
    run: Run, office: Office, tmp_path: Path, language: str, heading: str
) -> None:
    written = run("export", "p.xlsx", FOLJSAM_LANGUAGE=language)
    assert (written.code, "p.xlsx" in written.out) == (0, True)
    assert (tmp_path / "p.xlsx").stat().st_mode & 0o077 == 0
    sheet: Any = load_workbook(tmp_path / "p.xlsx").active
    assert sheet.cell(1, 5).value == heading
    assert sheet.max_row == len(reminders(office)) + 1
    before = (tmp_path / "p.xlsx").read_bytes()
    refused = run("export", "p.xlsx")
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert (tmp_path / "p.xlsx").read_bytes() == before
    assert run("export", "p.xlsx", "--force").code == 0
