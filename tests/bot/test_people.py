"""A person is found, handed out and taken out of the register, and does not come back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import inspect, select, table, text, update

from bot import audit, backups, erasures, log, members, people, people_sheet
from bot.errors import Conflict, FoljsamError, Invalid, NotFound
from bot.log_sheet import write_log
from bot.office import Office
from bot.people import NOBODY, Person
from bot.texts import Texts
from bot.workbook.exporting import export_register
from bot.workbook.importing import import_register
from storage import erased_file, outbox, tables
from storage import members as storage
from storage.models import OutboxState, Role
from storage.sent_file import sent_file
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    KJELL,
    an_actor,
    change,
    registered,
    reminders,
)

SV = Texts("sv")
TERM: dict[str, Any] = {"starts_on": "2021-06-01", "ends_on": "2023-05-31"}
CANARY: dict[str, Any] = {
    "name": "Kanarie Fågelsång",
    "title": "Ordförande Kanariesson",
    "email": "kanarie@fagelsang.example",
    "phone": "070-999 88 77",
    "slack_id": "U0KANARIE1",
}
TRACES = [value for key, value in CANARY.items() if key != "title"] + ["Kanariesson", "fågelsång"]


def a_contact(**said: Any) -> dict[str, Any]:
    return {**CANARY, "of": "Kultur 1740", "confirmed_on": "2021-05", **said}


def the_canary(office: Office) -> None:
    """Let one person from outside leave traces wherever such a person can."""
    found = registered(office, contacts=[a_contact()], deputy=CANARY["slack_id"], **TERM)
    other = a_contact(slack_id=None, phone=None)
    registered(office, number="IOP-2", contacts=[other], **TERM)
    with office.database.writing() as session:
        members.grant(
            session, office, actor=audit.TERMINAL, slack_id=CANARY["slack_id"], role="reader"
        )
    for what in audit.PartnerRead:
        with office.database.writing() as session:
            audit.partner_read(
                session, CANARY["slack_id"], office.now(), what=what, agreement_id=found
            )


def an_outsider(office: Office) -> None:
    """Let one leave the traces that leave none in the log: contacts, readings and messages."""
    found = registered(office, contacts=[a_contact()], coordinator=CANARY["slack_id"], **TERM)
    registered(office, number="IOP-2", contacts=[a_contact(slack_id=None, phone=None)], **TERM)
    with office.database.writing() as session:
        table = tables.outbox
        mine = [row.id for row in reminders(office) if row.recipient == CANARY["slack_id"]]
        values = {"state": OutboxState.sent, "channel_id": "D0KANARIE1", "slack_ts": "1.2",
                  "sent_at": office.now()}  # fmt: skip
        session.connection().execute(update(table).where(table.c.id == mine[0]).values(**values))
        for what in audit.PartnerRead:
            audit.partner_read(
                session, CANARY["slack_id"], office.now(), what=what, agreement_id=found,
                channel_id="D0KANARIE1",
            )  # fmt: skip


def the_one(office: Office, who: str = CANARY["slack_id"], **more: Any) -> Person:
    with office.database.reading() as connection:
        return people.one(connection, who, **more)


def erased(office: Office, who: str = CANARY["slack_id"]) -> None:
    tried(office, who)
    assert people.fold_log(office)


def everything(office: Office) -> str:
    """Give every value of every table as one text."""
    with office.database.reading() as connection:
        names = sorted(inspect(connection).get_table_names())
        asked = (select(text("*")).select_from(table(name)) for name in names)
        rows = (row for each in asked for row in connection.execute(each))
        return "\n".join(str(tuple(row)) for row in rows)


def hits(where: str | bytes) -> list[str]:
    """Give the traces that are in a text or in a file's bytes."""
    if isinstance(where, bytes):
        found = where.lower()
        return [trace for trace in TRACES if trace.lower().encode() in found]
    return [trace for trace in TRACES if trace.lower() in where.lower()]


def in_workbook(path: Path) -> str:
    book = load_workbook(path)
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value is not None)


def tried(office: Office, who: str, **more: Any) -> None:
    person = the_one(office, who, **more)
    with office.database.writing() as session:
        people.erase(session, office, actor=audit.TERMINAL, seen=person)


def refusal(office: Office, who: str, **more: Any) -> str:
    before = everything(office)
    with pytest.raises(FoljsamError) as refused:
        tried(office, who, **more)
    assert everything(office) == before
    return refused.value.key


# -- what is held about people at all


def test_a_contact_is_name_role_work_address_and_when_it_was_confirmed_and_nothing_more():
    assert {column.name for column in tables.contact.columns} == {
        *("id", "agreement_id", "party_id"),
        *("name", "title", "email", "phone", "slack_id", "confirmed_on"),
    }


def test_who_has_been_erased_is_kept_as_a_digest_and_a_moment_and_nothing_more():
    assert {column.name for column in tables.erasure.columns} == {"digest", "at"}
    assert {column.name for column in tables.partner_token.columns} == {"token", "slack_id"}


# -- finding


@pytest.mark.parametrize(
    "words", ["kanarie", "FAGELSANG", "kanarie@fagel", "070-999", "U0KANARIE1", "<@U0KANARIE1>"]
)
def test_a_person_is_found_by_part_of_what_is_known_and_is_one_over_all_agreements(office, words):
    the_canary(office)
    with office.database.reading() as connection:
        (found,) = people.find(connection, words)
    assert [contact.number for contact in found.contacts] in (["IOP-1", "IOP-2"], ["IOP-1"])
    assert found.slack_ids == ("U0KANARIE1",)
    assert (len(found.roles), len(found.posts), found.readings) == (1, 1, 2)


def test_two_who_are_called_the_same_are_two_unless_somebody_says_otherwise(office):
    registered(office, contacts=[a_contact()], **TERM)
    registered(office, "Mölndal", number="IOP-2", **TERM, contacts=[
        {"of": "Mölndal", "name": CANARY["name"], "email": "annan@example.org"}])  # fmt: skip
    assert refusal(office, CANARY["name"]) == "people.several"
    assert [each.number for each in the_one(office, "annan@example.org").contacts] == ["IOP-2"]
    together = the_one(office, CANARY["name"], together=True)
    assert [each.number for each in together.contacts] == ["IOP-1", "IOP-2"]


@pytest.mark.parametrize("nobody", ["Ingen Alls", "U0NOBODY99", "nobody@example.org"])
def test_who_is_not_there_is_not_found(office, nobody):
    the_canary(office)
    with pytest.raises(NotFound):
        the_one(office, nobody)
    with office.database.reading() as connection:
        assert people.find(connection, nobody) == []


@pytest.mark.parametrize("nothing", ["", "  "])
def test_nothing_at_all_means_nobody_rather_than_everybody(office, nothing):
    the_canary(office)
    with office.database.reading() as connection:
        for ask in (people.find, people.one, people.mentions):
            with pytest.raises(Invalid):
                ask(connection, nothing)


def test_a_name_in_capitals_is_no_slack_id(office):
    registered(office, contacts=[a_contact(name="ULLA", slack_id=None)], **TERM)
    assert the_one(office, "ULLA").name == "ULLA"


def test_where_a_name_stands_in_written_text_is_told(office):
    registered(office, purpose="Kim Exempel leder", decided_by="kim exempel", **TERM)
    with office.database.reading() as connection:
        found = people.mentions(connection, "Kim Exempel")
    assert found == [("IOP-1", "decided_by"), ("IOP-1", "purpose")]


# -- handing out


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_everything_that_is_held_is_handed_out(office, tmp_path, kind):
    the_canary(office)
    target = tmp_path / f"ut.{kind}"
    zone = office.settings.time_zone
    people_sheet.write_person(target, the_one(office), SV, zone, as_json=kind == "json")
    said = target.read_text("utf-8") if kind == "json" else in_workbook(target)
    for value in (*CANARY.values(), "Kultur 1740", "IOP-2", "maj 2021", "läsare", "Ersättare"):
        assert value in said, value
    for kind_of in ("Kontakt", "Uppdrag", "Roll i Följsam", "Logg", "2 läsningar"):
        assert kind_of in said, kind_of


def test_what_is_handed_out_is_json_that_a_machine_reads(office, tmp_path):
    the_canary(office)
    target = tmp_path / "ut.json"
    zone = office.settings.time_zone
    people_sheet.write_person(target, the_one(office), SV, zone, as_json=True)
    facts = json.loads(target.read_text("utf-8"))
    assert {"kind": "Kontakt", "number": "IOP-1", "agreement": "Kultur 1740", "what": "Namn",
            "said": CANARY["name"]} in facts  # fmt: skip


# -- taking out


def test_a_canary_is_nowhere_left_after_it_was_erased(office, tmp_path):
    an_outsider(office)
    assert hits(everything(office)) != []
    erased(office)
    assert hits(everything(office)) == []
    with office.database.reading() as connection:
        export_register(connection, tmp_path / "register.xlsx")
        write_log(tmp_path / "logg.xlsx", log.every(connection), SV, office.settings.time_zone)
    for name in ("register.xlsx", "logg.xlsx"):
        assert hits(in_workbook(tmp_path / name)) == []
    with pytest.raises(NotFound):
        the_one(office)


def test_not_a_byte_is_left_in_the_file_or_in_a_new_backup(sqlite_office, tmp_path):
    office = sqlite_office
    an_outsider(office)
    assert office.database.path is not None
    assert people.fold_log(office)
    assert hits(office.database.path.read_bytes()) != []
    erased(office)
    for file in office.database.path.parent.glob(f"{office.database.path.name}*"):
        if file.is_file():
            assert hits(file.read_bytes()) == [], file.name
    backups.take(office, tmp_path / "copy.db", force=False)
    assert hits((tmp_path / "copy.db").read_bytes()) == []


def test_the_rows_stay_and_so_does_everything_else(office):
    an_outsider(office)
    registered(office, number="IOP-3", contacts=[{"of": "Kultur 1740", "name": "Kim"}], **TERM)
    erased(office)
    with office.database.reading() as connection:
        rows = connection.execute(select(tables.contact).order_by(tables.contact.c.id)).all()
    assert [row.name for row in rows] == [NOBODY, NOBODY, "Kim"]
    for row in rows[:2]:
        emptied = (row.title, row.email, row.phone, row.slack_id, row.confirmed_on)
        assert emptied == (None,) * 5
    assert all(row.agreement_id and row.party_id for row in rows)


def test_messages_not_sent_are_cancelled_and_those_sent_stay_sent_without_the_person(office):
    an_outsider(office)
    erased(office)
    rows = [row for row in reminders(office) if row.recipient == "erased"]
    assert {row.state for row in rows} == {OutboxState.sent, OutboxState.cancelled}
    assert {row.reason for row in rows} == {"erased"}
    assert {(row.channel_id, row.slack_ts) for row in rows} == {(None, None)}
    assert len({row.natural_key for row in reminders(office)}) == len(reminders(office))


def test_an_agreement_is_left_without_the_person_and_its_reminders_go_to_the_deputy(office):
    registered(office, coordinator=CANARY["slack_id"], deputy=BJORN, **TERM)
    before = reminders(office, "planned")
    erased(office)
    with office.database.reading() as connection:
        row = connection.execute(select(tables.agreement)).one()
    assert (row.coordinator, row.deputy, row.revision) == (None, BJORN, 2)
    after = reminders(office, "planned")
    assert {row.recipient for row in after} == {BJORN}
    assert {(row.label, row.step) for row in after} == {(row.label, row.step) for row in before}


def test_who_is_named_again_is_planned_for_again(office):
    registered(office, coordinator=CANARY["slack_id"], **TERM)
    planned = len(reminders(office, "planned"))
    erased(office)
    change(office, 1, coordinator=CANARY["slack_id"])
    again = [row for row in reminders(office, "planned") if row.recipient == CANARY["slack_id"]]
    assert len(again) == planned


def test_the_register_is_not_taken_for_an_older_copy_afterwards(sqlite_office):
    office = sqlite_office
    an_outsider(office)
    beside = sent_file(office.database)
    assert beside is not None
    row = next(row for row in reminders(office) if row.state is OutboxState.sent)
    beside.add([row.wire_key], "1.2")
    erased(office)
    with office.database.reading() as connection:
        assert outbox.may_be_sent(connection, beside.last() or "")


def test_the_act_itself_says_how_much_and_not_who(office):
    an_outsider(office)
    erased(office)
    with office.database.reading() as connection:
        entries = [each for each in log.every(connection) if each.action == "person_erased"]
    assert [each.number for each in entries] == [None, "IOP-1", "IOP-2"]
    counts = {change.field: change.after for change in entries[0].changes}
    assert (counts["contacts_erased"], counts["posts_vacated"]) == (2, 1)
    assert counts["messages_cancelled"] > 0


def test_readings_stay_in_the_log_and_stand_for_nobody(office):
    an_outsider(office)
    with office.database.reading() as connection:
        before = [row.actor for row in connection.execute(select(tables.audit_entry))]
    erased(office)
    with office.database.reading() as connection:
        kept = [each for each in log.every(connection) if each.action.startswith("partner_read")]
        after = [row.actor for row in connection.execute(select(tables.audit_entry))]
    assert [each.doer for each in kept] == [log.Doer.erased] * 2
    assert after[: len(before)] == before


def test_what_an_official_did_in_office_stays(office):
    found = registered(office, coordinator=ANNA, contacts=[a_contact(slack_id=ANNA)], **TERM)
    with office.database.writing() as session:
        act = audit.Act("reminder_arrived", "reminder:X", found)
        audit.record(session, ANNA, office.now(), [act])
    assert len(the_one(office, ANNA).acts) == 1
    erased(office, ANNA)
    left = the_one(office, ANNA)
    assert (len(left.acts), left.is_known) == (1, False)


def test_a_role_that_the_person_gave_to_another_stays_without_saying_who_gave_it(office):
    registered(office, contacts=[a_contact()], **TERM)
    with office.database.writing() as session:
        now, by = office.now(), CANARY["slack_id"]  # as an earlier version let somebody do
        storage.add(session, slack_id=BJORN, role=Role.reader, board="", granted_by=by, at=now)
    erased(office)
    with office.database.writing() as session:
        (role,) = members.list_members(session, office)
    assert (role.slack_id, role.granted_by) == (BJORN, "–")


def test_two_contacts_of_one_party_can_still_be_told_apart_in_a_workbook(office, tmp_path):
    registered(office, contacts=[a_contact(), a_contact(name="Annan", email="a@example.org",
               slack_id="U0ANNAN999", phone=None)], **TERM)  # fmt: skip
    erased(office)
    erased(office, "U0ANNAN999")
    with office.database.reading() as connection:
        names = list(connection.execute(select(tables.contact.c.name)).scalars())
        export_register(connection, tmp_path / "register.xlsx")
    assert names == [NOBODY, f"{NOBODY} 2"]
    with office.database.writing() as session:
        report = import_register(session, office, tmp_path / "register.xlsx", actor="terminal")
    assert (report.errors, report.counts["Kontakter"].unchanged) == ((), 2)


def brought_back(office: Office, old: Path, *, dry_run: bool = False) -> list[tuple[Any, ...]]:
    """Import a workbook from before, and give each warning with the words that a person reads."""
    with office.database.writing() as session:
        report = import_register(session, office, old, actor="terminal", dry_run=dry_run)
    assert report.errors == ()
    return [
        (one.sheet, one.column, SV(one.key, **one.facts))
        for one in report.warnings
        if one.key == "workbook.erased_person"
    ]


@pytest.mark.parametrize("slack_id", [CANARY["slack_id"], None])
def test_an_old_workbook_says_whom_it_would_bring_back(office, tmp_path, slack_id):
    registered(office, contacts=[a_contact(slack_id=slack_id)], **TERM)
    with office.database.reading() as connection:
        export_register(connection, tmp_path / "old.xlsx")
    assert brought_back(office, tmp_path / "old.xlsx") == []
    erased(office, slack_id or CANARY["email"])
    told = "Personen på raden togs bort ur registret 1 september 2021 och kommer tillbaka med den"
    for dry_run in (True, False):
        [(sheet, column, said)] = brought_back(office, tmp_path / "old.xlsx", dry_run=dry_run)
        assert (sheet, column) == ("Kontakter", "Namn")
        assert said.startswith(told)
    assert brought_back(office, tmp_path / "old.xlsx") == []  # they are back: nothing is new


def test_an_old_workbook_says_whom_it_would_make_responsible_again(office, tmp_path):
    registered(office, deputy=CANARY["slack_id"], **TERM)
    with office.database.reading() as connection:
        export_register(connection, tmp_path / "old.xlsx")
    erased(office)
    [(sheet, column, _)] = brought_back(office, tmp_path / "old.xlsx")
    assert (sheet, column) == ("Överenskommelser", "Ersättare")


def test_what_changed_since_it_was_shown_is_shown_again_first(office):
    an_outsider(office)
    seen = the_one(office)
    with office.database.writing() as session:
        members.grant(session, office, actor="terminal", slack_id="U0KANARIE1", role="reader")
    before = everything(office)
    with pytest.raises(Conflict) as refused, office.database.writing() as session:
        people.erase(session, office, actor=audit.TERMINAL, seen=seen)
    assert refused.value.key == "people.changed"
    assert everything(office) == before


@pytest.mark.parametrize("state", [OutboxState.sending, OutboxState.unknown])
def test_nobody_is_erased_while_a_message_is_on_its_way_to_them(office, state):
    an_outsider(office)
    first = next(row for row in reminders(office, "planned") if row.recipient == "U0KANARIE1")
    table = tables.outbox
    with office.database.writing() as session:
        session.connection().execute(
            update(table).where(table.c.id == first.id).values(state=state)
        )
    assert refusal(office, "U0KANARIE1") == "people.under_way"


def test_the_last_administrator_stays(office):
    with office.database.writing() as session:
        members.grant(session, office, actor="terminal", slack_id="U0KANARIE1", role="admin")
    assert refusal(office, "U0KANARIE1") == "people.last_admin"
    with office.database.writing() as session:
        members.grant(session, office, actor="terminal", slack_id=CISSI, role="admin")
    erased(office)


@pytest.mark.parametrize("setting", ["FOLJSAM_ADMINS", "FOLJSAM_OPERATIONS_CHANNEL"])
def test_whom_a_setting_names_is_taken_out_of_it_first(database_url, make_office, setting):
    office = make_office(database_url, **{setting: "U0KANARIE1"})
    registered(office, contacts=[a_contact()], **TERM)
    assert refusal(office, "U0KANARIE1") == "people.in_settings"


def test_an_id_within_another_id_is_left_alone(office):
    registered(office, coordinator="U0KANARIE1", deputy="U0KANARIE12", **TERM)
    registered(office, number="IOP-2", coordinator="U0KANARIE12", **TERM)
    erased(office)
    keys = {row.natural_key for row in reminders(office) if row.recipient == "U0KANARIE12"}
    assert keys
    assert all(key.endswith(":U0KANARIE12") for key in keys)


def test_an_alarm_about_a_message_to_the_person_names_them_no_more(office):
    an_outsider(office)
    row = reminders(office)[-1]
    table = tables.outbox
    with office.database.writing() as session:
        values = {"kind": "alarm", "label": "held", "recipient": "C_DRIFT",
                  "natural_key": "alarm:held:uid:evaluation:3:-3:U0KANARIE1:1:C_DRIFT"}  # fmt: skip
        session.connection().execute(update(table).where(table.c.id == row.id).values(**values))
    erased(office)
    alarm = next(row for row in reminders(office) if row.kind == "alarm")
    assert alarm.natural_key.startswith("alarm:held:uid:evaluation:3:-3:erased.")
    assert (alarm.recipient, hits(alarm.natural_key)) == ("C_DRIFT", [])


def test_a_failure_half_way_leaves_everything_as_it_was(office):
    an_outsider(office)
    before = everything(office)
    seen = the_one(office)

    def fail() -> None:
        with office.database.writing() as session:
            people.erase(session, office, actor=audit.TERMINAL, seen=seen)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert everything(office) == before


# -- staying out


@pytest.fixture
def on_file(sqlite_office: Office, tmp_path: Path) -> tuple[Office, Path]:
    """An office with the canary, and a backup of it from before it was erased."""
    an_outsider(sqlite_office)
    backups.take(sqlite_office, tmp_path / "older.db", force=False)
    erased(sqlite_office)
    sqlite_office.database.close()
    return sqlite_office, tmp_path / "older.db"


def put_back(office: Office, backup: Path) -> backups.PutBack:
    with closing(sqlite3.connect(office.database.path or "")) as connection:
        connection.execute("UPDATE installation SET last_round = NULL")
        connection.commit()
    found = backups.put_back(office, backup, force=True)
    people.fold_log(office)
    return found


def test_an_older_backup_that_is_put_back_does_not_bring_the_person_along(on_file):
    office, backup = on_file
    assert hits(backup.read_bytes()) != []
    found = put_back(office, backup)
    assert found.erased == 2
    assert hits(everything(office)) == []
    assert office.database.path is not None
    assert hits(office.database.path.read_bytes()) == []
    with office.database.reading() as connection:
        names = list(connection.execute(select(tables.contact.c.name)).scalars())
        assert "erasures_reapplied" in {each.action for each in log.every(connection)}
    assert names == [NOBODY, NOBODY]


@pytest.mark.parametrize("left", ["file", "database"])
def test_either_the_file_or_the_present_register_is_enough(on_file, left):
    office, backup = on_file
    path = office.database.path
    assert path is not None
    if left == "file":
        path.unlink()
        backups.put_back(office, backup, force=True)
    else:
        path.with_name(path.name + ".erased.jsonl").unlink()
        put_back(office, backup)
    assert hits(everything(office)) == []


def test_putting_it_back_twice_is_the_same_as_once(on_file):
    office, backup = on_file
    put_back(office, backup)
    office.database.close()
    assert put_back(office, backup).erased == 2
    assert hits(everything(office)) == []


def test_others_in_the_backup_are_left_as_they_were(on_file, tmp_path, make_office):
    office, _ = on_file
    kim = {"of": "Kultur 1740", "name": CANARY["name"], "email": "annan@example.org"}
    registered(office, number="IOP-9", contacts=[kim], **TERM)
    backups.take(office, tmp_path / "newer.db", force=False)
    office.database.close()
    assert put_back(office, tmp_path / "newer.db").erased == 0
    assert the_one(office, "annan@example.org").contacts[0].name == CANARY["name"]


def test_the_file_beside_holds_digests_that_tell_nothing(on_file):
    office, _ = on_file
    beside = erased_file.beside(office.database)
    assert beside is not None
    assert beside.stat().st_mode & 0o777 == 0o600
    assert hits(beside.read_text()) == []
    with office.database.reading() as connection:
        assert erased_file.read(beside) == erasures.listed(connection).keys()
    with beside.open("a") as file:
        file.write('{"digest": "ab')
    assert len(erased_file.read(beside)) == 2


def test_on_a_server_the_list_is_carried_by_hand(office, tmp_path):
    """A register is put back by the server's own tools: here, the rows come back by hand."""
    an_outsider(office)
    erased(office)
    with office.database.reading() as connection:
        erased_file.add(tmp_path / "list.jsonl", erasures.listed(connection).items())
    change(office, 1, coordinator=CANARY["slack_id"])
    with office.database.writing() as session:
        connection = session.connection()
        connection.execute(tables.erasure.delete())
        back = {key: CANARY[key] for key in CANARY}
        connection.execute(update(tables.contact).where(tables.contact.c.id == 1).values(**back))
    known = erasures.known(office, tmp_path / "list.jsonl")
    with office.database.writing() as session:
        assert people.reapply(session, office, known) == 1
    assert hits(everything(office)) == []
    with office.database.writing() as session:
        assert people.reapply(session, office, ()) == 0


def test_a_key_of_another_installation_tells_nobody(office, tmp_path):
    an_outsider(office)
    with office.database.writing() as session:
        assert people.reapply(session, office, {"0" * 64}) == 0
    assert the_one(office).name == CANARY["name"]


def test_a_partner_who_is_erased_loses_what_a_contact_may_read(office):
    registered(office, contacts=[a_contact(slack_id=KJELL)], **TERM)
    erased(office, KJELL)
    with office.database.reading() as connection:
        assert an_actor(connection, office, KJELL).contact_of == frozenset()
        assert connection.execute(
            select(tables.contact.c.id).where(tables.contact.c.slack_id == KJELL)
        ).all() == []  # fmt: skip
