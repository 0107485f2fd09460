"""The operator's commands: what they print, how they refuse, and that no secret gets out."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from handlers.cli.reminders import Row, as_csv
from tests.handlers.cli.shell import SECRET, Shell


def test_help_is_in_swedish_or_english_and_reads_nothing_heavy(shell: Shell) -> None:
    swedish, english = shell("--help"), shell("--help", FOLJSAM_LANGUAGE="en")
    assert swedish.code == english.code == 0
    assert "Kör allt i en process" in swedish.out
    assert "Run everything in one process" in english.out
    for name in ("run", "web", "worker", "manifest", "database", "template", "import", "export",
                 "members", "reminders", "check"):  # fmt: skip
        assert re.search(rf"^\W*{name}\b", swedish.out, re.MULTILINE), name


def test_help_imports_nothing_that_it_does_not_need(environment: dict[str, str]) -> None:
    script = (
        "import sys; sys.argv = ['foljsam', '--help']\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = 'sqlmodel sqlalchemy pydantic slack_sdk slack_bolt openpyxl babel structlog'\n"
        "found = ' '.join(name for name in heavy.split() if name in sys.modules)\n"
        "sys.exit(found or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "words",
    [(), ("database",), ("members",), ("reminders",)],
    ids=["foljsam", "database", "members", "reminders"],
)
def test_a_command_without_its_words_shows_help(cli: Shell, words: tuple[str, ...]) -> None:
    assert cli(*words).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("run", "extra"),
        ("manifest", "--mode", "carrier-pigeon"),
        ("manifest", "--mode", "http"),
        ("manifest", "--url", "https://a.se"),
        ("members", "grant", "UANNA"),
        ("reminders", "preview"),
        ("reminders", "preview", "--from", "imorgon", "--to", "2027-01-01"),
        ("reminders", "preview", "--from", "2027-02-30", "--to", "2027-03-01"),
        ("import",),
        ("template",),
    ],
)
def test_a_command_typed_wrongly_exits_with_2(cli: Shell, words: tuple[str, ...]) -> None:
    assert cli(*words).code == 2


TYPED_WRONGLY = {
    "statsu": ("foljsam", "Det finns inget kommando som heter statsu."),
    "database nope": ("foljsam database", "Det finns inget kommando som heter nope."),
    "--nope": ("foljsam", "Det finns inget val som heter --nope."),
    "import a.xlsx --dry": ("foljsam import", "Det finns inget val som heter --dry."),
    "import": ("foljsam import", "FILE saknas."),
    "reminders preview --to 2027-01-01": ("foljsam reminders preview", "--from saknas."),
    "manifest --mode post": ("foljsam manifest", "Värdet för --mode går inte att använda."),
    "reminders retry abc": ("foljsam reminders retry", "Värdet för ID går inte att använda."),
    "import a.xlsx --errors": (
        "foljsam",
        "--errors är inte skrivet som det ska: ett värde fattas, eller är ett för mycket.",
    ),
    "import a.xlsx b.xlsx": ("foljsam import", "Så kan kommandot inte skrivas."),
    "database restore": ("foljsam database restore", "Ange FILE eller --mark-only."),
}
"""By what was typed: the command whose help says how, and what is said to be wrong."""


@pytest.mark.parametrize("typed", TYPED_WRONGLY)
def test_what_was_typed_wrongly_is_said_in_one_line_with_the_next_step(
    cli: Shell, typed: str
) -> None:
    where, wrong = TYPED_WRONGLY[typed]
    outcome = cli(*typed.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"{wrong} Inget gjordes. Skriv {where} --help, så står det hur.\n"


def test_what_was_typed_wrongly_is_said_in_english_where_that_is_chosen(cli: Shell) -> None:
    said = cli("import", FOLJSAM_LANGUAGE="en").err
    assert said == "FILE is missing. Nothing was done. Type foljsam import --help to see how.\n"


def test_the_version_is_told(cli: Shell) -> None:
    outcome = cli("--version")
    assert outcome.code == 0
    assert re.fullmatch(r"foljsam \d+\.\d+\.\d+\n", outcome.out)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"SLACK_BOT_TOKEN": SECRET}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_APP_TOKEN": f"xapp-{SECRET}"}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "PORT": "http"}, ["PORT"]),
        ({"DATABASE_URL": f"mysql://root:{SECRET}@db/x"}, ["DATABASE_URL"]),
        ({"DATABASE_URL": SECRET}, ["DATABASE_URL"]),
        ({"FOLJSAM_STEPS": SECRET}, ["FOLJSAM_STEPS"]),
    ],
)
def test_a_start_that_cannot_be_is_one_line_that_names_the_setting(
    cli: Shell, settings: dict[str, str], names: list[str]
) -> None:
    outcome = cli("run", **settings)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert [name for name in names if name not in outcome.err] == []


@pytest.mark.parametrize(
    ("command", "settings", "name"),
    [
        ("web", {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_SIGNING_SECRET"),
        ("web", {"SLACK_SIGNING_SECRET": SECRET}, "SLACK_BOT_TOKEN"),
        ("worker", {"SLACK_SIGNING_SECRET": SECRET}, "SLACK_BOT_TOKEN"),
    ],
)
def test_each_half_names_what_it_lacks(
    cli: Shell, command: str, settings: dict[str, str], name: str
) -> None:
    outcome = cli(command, **settings)
    assert outcome.code == 1
    assert outcome.err.startswith(name)


def test_the_database_is_made_checked_and_left_alone(cli: Shell, tmp_path: Path) -> None:
    assert cli("database", "check").code == 1
    assert list(tmp_path.glob("*.db")) == [], "checking makes no file"
    assert cli("members", "list").code == 1
    assert cli("database", "upgrade").code == 0
    assert cli("database", "upgrade").code == 0
    checked = cli("database", "check")
    assert (checked.code, "SQLite" in checked.out) == (0, True)
    assert (tmp_path / "foljsam.db").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_database_is_one_line(cli: Shell, tmp_path: Path) -> None:
    (tmp_path / "foljsam.db").write_text("not a database, " * 100)
    for words in (("database", "check"), ("database", "upgrade"), ("members", "list")):
        outcome = cli(*words)
        assert (outcome.code, outcome.err.count("\n")) == (1, 1), outcome


def test_a_database_that_does_not_answer_is_one_line_without_its_password(cli: Shell) -> None:
    outcome = cli("database", "check", DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:1/x")
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert "DATABASE_URL" in outcome.err


def test_roles_are_given_listed_and_taken(cli: Shell) -> None:
    assert cli("members", "grant", "UCISSI", "admin").code == 0
    assert cli("members", "grant", "UCISSI", "admin").code == 0
    assert cli("members", "grant", "UANNA", "reader", "--board", "Socialnämnden").code == 0
    listed = cli("members", "list", FOLJSAM_ADMINS="UOLLE").out
    assert [line.split()[:2] for line in listed.splitlines()] == [
        ["UOLLE", "admin"],
        ["UANNA", "reader"],
        ["UCISSI", "admin"],
    ]
    assert "Socialnämnden" in listed
    assert cli("members", "revoke", "UANNA").code == 0
    assert cli("members", "revoke", "UANNA").code == 1
    assert "UCISSI" in cli("members", "revoke", "UCISSI").err


def test_the_manifest_is_json_on_standard_output(cli: Shell) -> None:
    assert json.loads(cli("manifest").out)["settings"]["socket_mode_enabled"] is True
    outcome = cli("manifest", "--mode", "http", "--url", "https://a.se")
    assert json.loads(outcome.out)["settings"]["socket_mode_enabled"] is False
    assert cli("manifest", "--mode", "http", "--url", "http://a.se").code == 1


def test_a_template_is_never_written_over_by_mistake(cli: Shell, tmp_path: Path) -> None:
    assert cli("template", "r.xlsx").code == 0
    before = (tmp_path / "r.xlsx").read_bytes()
    assert (tmp_path / "r.xlsx").stat().st_mode & 0o077 == 0
    refused = cli("template", "r.xlsx")
    assert (refused.code, "--force" in refused.err) == (1, True)
    assert (tmp_path / "r.xlsx").read_bytes() == before
    assert cli("template", "r.xlsx", "--force").code == 0
    assert [each.name for each in tmp_path.iterdir()] == ["r.xlsx"], "nothing is left behind"


@pytest.mark.parametrize("place", ["no/such/folder/r.xlsx", "."])
def test_a_place_that_cannot_be_written_is_one_line(cli: Shell, place: str) -> None:
    outcome = cli("template", place)
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)


def test_a_template_can_be_imported_exported_and_imported_elsewhere(cli: Shell) -> None:
    cli("template", "r.xlsx")
    dry = cli("import", "r.xlsx", "--dry-run")
    assert dry.code == 0, dry
    assert cli("import", "r.xlsx").code == 0
    assert cli("export", "e.xlsx").code == 0
    again = cli("import", "e.xlsx", DATABASE_URL="sqlite:///other.db")
    assert again.code == 0
    assert "Överenskommelser: 1 nya" in again.out


def test_a_workbook_that_is_none_saves_nothing(cli: Shell, tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_text("a letter")
    for words in (("import", "r.xlsx"), ("import", "none.xlsx"), ("import", ".")):
        outcome = cli(*words)
        assert (outcome.code, outcome.err.count("\n")) == (1, 1), outcome


def test_problems_are_listed_with_their_place_and_marked_in_a_copy(
    cli: Shell, tmp_path: Path
) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415

    cli("template", "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    sheet = book["Överenskommelser"]
    cell = next(cell for cell in sheet[1] if str(cell.value).startswith("Gäller från"))
    sheet.cell(2, int(cell.column or 0)).value = "31 februari 2021"
    book.save(tmp_path / "r.xlsx")
    outcome = cli("import", "r.xlsx", "--errors", "fel.xlsx")
    assert outcome.code == 1
    assert "Överenskommelser, rad 2, Gäller från" in outcome.err
    assert "Fel" in [cell.value for cell in load_workbook(tmp_path / "fel.xlsx")[sheet.title][1]]
    before = (tmp_path / "r.xlsx").read_bytes()
    assert cli("import", "r.xlsx", "--errors", "r.xlsx").code == 1
    assert (tmp_path / "r.xlsx").read_bytes() == before, "never over the workbook itself"
    assert cli("import", "r.xlsx", "--errors", "no/such/fel.xlsx").code == 1


def test_a_preview_is_csv_with_its_heading(cli: Shell) -> None:
    cli("database", "upgrade")
    words = ("reminders", "preview", "--from", "2027-01-01", "--to", "2027-12-31")
    assert cli(*words, "--format", "csv").out == "moment,recipient,agreement,evaluation,step,text\n"
    assert cli(*words).code == 0
    backwards = cli("reminders", "preview", "--from", "2027-02-01", "--to", "2027-01-01")
    assert (backwards.code, backwards.err.count("\n")) == (1, 1)


def test_a_csv_keeps_commas_quotes_lines_and_a_step_as_they_are() -> None:
    moment = datetime.fromisoformat("2027-03-01T09:00:00+01:00")
    text = 'Rad ett, "två"\nrad tre'
    written = as_csv([Row(moment, "UANNA", "2020/1", "2", -14, text)])
    assert list(csv.reader(io.StringIO(written)))[1] == [
        "2027-03-01T09:00:00+01:00", "UANNA", "2020/1", "2", "-14", text,
    ]  # fmt: skip
