"""People and the log at the command line: found, handed out, taken out after a yes."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import audit, members
from bot.office import Office
from tests.bot.test_people import CANARY, TERM, an_outsider, everything, hits
from tests.handlers.cli.shell import Outcome, Shell
from tests.register import registered

ID, NAME = CANARY["slack_id"], CANARY["name"]
Run = Callable[..., Outcome]


@pytest.fixture
def run(cli: Shell, sqlite_office: Office) -> Run:
    """Run ``foljsam`` on a register with the canary."""
    an_outsider(sqlite_office)
    url = sqlite_office.database.url.render_as_string(hide_password=False)
    return lambda *words, **settings: cli(*words, **{"DATABASE_URL": url, **settings})


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the operator answer what is asked."""

    def answered(words: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{words}\n"))

    return answered


def cells(path: Path) -> list[tuple[Any, ...]]:
    (sheet,) = load_workbook(path).worksheets
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


# -- the log


def test_the_whole_log_is_a_workbook_that_reads_without_us(run, sqlite_office, tmp_path):
    registered(sqlite_office, "=SUM(A1)", number="IOP-3", registry_number="KS 2021/7", **TERM)
    with sqlite_office.database.writing() as session:
        act = audit.Act("agreement.imported", "agreement:3", 3, {"name": "=1+1"}, {"name": "=2"})
        audit.record(session, "U0ANNA1234", sqlite_office.now(), [act])
        members.grant(session, sqlite_office, actor="terminal", slack_id="U0B", role="reader")
    done = run("audit", "export", "logg.xlsx")
    assert (done.code, done.out, done.err) == (0, "logg.xlsx är skriven.\n", "")
    heading, *rows = cells(tmp_path / "logg.xlsx")
    assert heading == ("Nr", "Tidpunkt", "Vem", "Vad som gjordes", "Med vem", "Nummer",
                       "Överenskommelse", "Diarienummer", "Före", "Efter")  # fmt: skip
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    first, read, changed, granted = rows[0], rows[1], rows[-2], rows[-1]
    assert first[2:4] == ("i terminalen", "Följsam sattes upp")
    assert isinstance(first[1], datetime)
    assert read[2:8] == (f"av partnern {ID}", "Kontakterna lästes", None, "IOP-1", "Kultur 1740",
                         "dnr saknas")  # fmt: skip
    assert changed[2:] == ("av U0ANNA1234", "Överenskommelsen ändrades från en arbetsbok", None,
                           "IOP-3", "=SUM(A1)", "KS 2021/7", "Namn: =1+1", "Namn: =2")  # fmt: skip
    assert granted[4] == "U0B"
    assert granted[7] is None
    for row in load_workbook(tmp_path / "logg.xlsx").worksheets[0].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


def test_a_log_that_is_there_is_written_over_only_when_told_to(run, tmp_path):
    assert run("audit", "export", "logg.xlsx").code == 0
    twice = run("audit", "export", "logg.xlsx")
    assert (twice.code, twice.out, twice.err.count("\n")) == (1, "", 1)
    assert run("audit", "export", "logg.xlsx", "--force").code == 0
    assert (tmp_path / "logg.xlsx").stat().st_mode & 0o777 == 0o600


# -- finding and handing out


def test_a_person_is_found_with_all_that_is_held(run):
    found = run("person", "find", "kanarie")
    assert found.code == 0
    assert found.out.startswith(f"{NAME}\n  IOP-1, Kultur 1740, Kultur 1740, Ordförande")
    for words in ("IOP-2", "samordnare för IOP-1 Kultur 1740", "2 läsningar som partner"):
        assert words in found.out
    assert run("person", "find", "ingen alls").out == "Ingen sådan finns i registret.\n"
    assert run("person", "find", " ").code == 1


@pytest.mark.parametrize("who", [ID, NAME, CANARY["email"]])
def test_all_that_is_held_is_handed_out_as_json_or_workbook(run, tmp_path, who):
    assert run("person", "export", who, "ut.json").code == 0
    facts = json.loads((tmp_path / "ut.json").read_text("utf-8"))
    assert {fact["said"] for fact in facts} >= {NAME, CANARY["email"], CANARY["phone"]}
    assert run("person", "export", who, "ut.xlsx").code == 0
    assert len(cells(tmp_path / "ut.xlsx")) == len(facts) + 1
    assert (tmp_path / "ut.json").stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_kind_is_refused_before_anything_is_written(run, tmp_path):
    refused = run("person", "export", ID, "ut.docx")
    assert refused.code == 1
    assert refused.err == "ut.docx är varken .xlsx eller .json. Välj en av dem. Inget skrevs.\n"
    assert not (tmp_path / "ut.docx").exists()


# -- taking out


def test_what_goes_and_what_stays_is_said_before_it_is_asked(run, answer, sqlite_office):
    answer("nej")
    before = everything(sqlite_office)
    refused = run("person", "erase", ID)
    assert refused.code == 1
    assert everything(sqlite_office) == before
    said = refused.out
    assert said.startswith(
        f"Detta tas bort om {NAME}:\n  kontakten i IOP-1 Kultur 1740, Kultur 1740"
    )
    assert re.search(r"\n  \d+ meddelanden som inte har gått ställs in\n", said)
    assert "kopplingen mellan personen och 2 läsningar i loggen" in said
    assert "Detta blir kvar:" in said
    assert f"Skriv ja för att ta bort {NAME}: Inget ändrades.\n" in said


@pytest.mark.parametrize("words", ["", "j", "y", "japp", "kanske", "ja tack", "JA nej"])
def test_only_a_whole_yes_is_one(run, answer, sqlite_office, words):
    answer(words)
    before = everything(sqlite_office)
    assert run("person", "erase", ID).code == 1
    assert everything(sqlite_office) == before


@pytest.mark.parametrize("words", ["ja", " JA ", "yes"])
def test_after_a_yes_the_person_is_gone(run, answer, sqlite_office, words):
    answer(words)
    done = run("person", "erase", ID)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("Det står i loggen att uppgifter om en person togs bort, inte vems.\n")
    assert hits(everything(sqlite_office)) == []
    again = run("person", "erase", ID, "--yes")
    assert again.code == 1
    assert again.err.startswith(f"{ID} finns inte i registret.")


def test_what_an_official_did_in_office_is_said_to_stay_and_why(run, sqlite_office):
    with sqlite_office.database.writing() as session:
        act = audit.Act("reminder_arrived", "reminder:X", 1)
        audit.record(session, ID, sqlite_office.now(), [act])
    said = run("person", "erase", ID, "--yes").out
    assert "1 post i loggen över vad personen gjort i tjänsten" in said
    assert "artikel 17.3 b och d" in said
    assert "Det finns inget att ta bort." in run("person", "erase", ID, "--yes").out


@pytest.mark.parametrize(
    "words",
    [
        ("find", ""),
        ("export", "Ingen Alls", "ut.json"),
        ("erase", "Ingen Alls"),
        ("retention",),
        ("erasures", "finns/inte.jsonl"),
        ("reapply", "finns-inte"),
    ],
)
def test_a_mistake_is_one_line_without_personal_data(run, words):
    refused = run("person", *words)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.count("\n") == 1
    assert hits(refused.err) == []


def test_english_is_said_where_english_is_asked_for(run):
    said = run("person", "erase", ID, "--yes", FOLJSAM_LANGUAGE="en").out
    assert said.startswith(f"This is erased about {NAME}:")
    assert said.endswith("Erased. The log says that what was held about a person was erased, "
                         "not whose.\n")  # fmt: skip


# -- keeping out, and time that is up


def test_the_list_of_those_erased_is_carried_to_a_register_that_was_put_back(run, tmp_path):
    (tmp_path / "listan").mkdir()
    assert run("database", "backup", "older.db").code == 0
    assert run("person", "erase", ID, "--yes").code == 0
    assert run("person", "erasures", "listan/borttagna.jsonl").code == 0
    assert hits((tmp_path / "listan/borttagna.jsonl").read_text()) == []
    url = f"sqlite:///{tmp_path / 'older.db'}"
    done = run("person", "reapply", "listan/borttagna.jsonl", DATABASE_URL=url)
    assert done.out == "2 personer som tagits bort förut är borttagna igen.\n"
    assert hits((tmp_path / "older.db").read_bytes()) == []


def test_a_restore_says_that_somebody_was_taken_out_again(run, tmp_path, sqlite_office):
    assert run("database", "backup", "older.db").code == 0
    assert run("person", "erase", ID, "--yes").code == 0
    sqlite_office.database.close()
    done = run("database", "restore", "older.db", "--force")
    assert "som tagits bort förut är borttagna igen." in done.out
    assert hits(everything(sqlite_office)) == []


def test_a_copy_that_was_put_back_by_hand_is_cleared_when_it_is_marked(
    run, tmp_path, sqlite_office
):
    assert run("database", "backup", "older.db").code == 0
    assert run("person", "erase", ID, "--yes").code == 0
    sqlite_office.database.close()
    path = sqlite_office.database.path
    assert path is not None
    shutil.copyfile(tmp_path / "older.db", path)
    done = run("database", "restore", "--mark-only")
    assert "som tagits bort förut är borttagna igen." in done.out
    assert hits(everything(sqlite_office)) == []


def test_a_line_stays_one_line_whatever_stands_in_the_register(run, sqlite_office):
    kim = {"of": "Kultur 1740", "name": "Kim\n\x1b[31mX"}
    registered(sqlite_office, number="IOP-8", contacts=[kim], **TERM)
    found = run("person", "find", "kim").out
    assert "\x1b" not in found
    assert found.startswith("Kim  [31mX\n")


def test_contacts_whose_time_is_up_are_listed_and_asked_about(run, answer, sqlite_office):
    named = {"FOLJSAM_CONTACTS_MONTHS": "12", "FOLJSAM_CONTACTS_DECISION": "KS 2026 § 14"}
    later = named | {"FOLJSAM_CONTACTS_MONTHS": "1200"}
    nobody = run("person", "retention", **later)
    assert nobody.out == "Inga kontakter har tiden ute enligt KS 2026 § 14.\n"
    kim = {"of": "Kultur 1740", "name": "Kim Exempel"}
    registered(sqlite_office, number="IOP-7", contacts=[kim], starts_on="2015-01-01",
               ends_on="2016-12-31")  # fmt: skip
    answer("nej")
    refused = run("person", "retention", **named)
    assert refused.code == 1
    assert refused.out.startswith("3 kontakter har tiden ute enligt KS 2026 § 14:\n")
    assert "\n  Kim Exempel, IOP-7 Kultur 1740, Kultur 1740, avslutad 31 dec" in refused.out
    assert "Kim Exempel" in everything(sqlite_office)
    done = run("person", "retention", "--yes", **named)
    assert done.out.endswith("3 kontakter är borttagna.\n")
    assert "Kim Exempel" not in everything(sqlite_office)
