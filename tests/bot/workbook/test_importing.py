"""A workbook becomes the register: it adds and updates, and never takes away."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.office import Office
from storage import tables
from storage.types import PartialDate
from tests.bot.workbook.conftest import KULTUR, Importer, keys, rows, warned

AUDIT = tables.agreement.metadata.tables["audit_entry"]
TERMS = tables.agreement.metadata.tables["term_change"]
HEAD = {title: sheet[0] for title, sheet in KULTUR.items()}


def test_a_new_agreement_comes_with_everything_that_belongs_to_it(office: Office, take: Importer):
    report = take(
        {
            "Överenskommelser": [
                ["Nummer", "Namn", "Undertecknad", "Avtalstid månader", "Samordnare"],
                ["IOP-1", "Kultur 1740", datetime(2020, 10, 29), 36, "U_ANNA"],  # noqa: DTZ001
            ],
            "Parter": KULTUR["Parter"],
            "Kontakter": [
                ["Nummer", "Organisation", "Namn", "E-post"],
                ["IOP-1", "Tranemo kommun", "Anna", "anna@example.com"],
            ],
            "Medel": [["Nummer", "Belopp"], ["IOP-1", "2,1 mnkr"]],
            "Utbetalningar": [["Nummer", "Belopp", "Planerad"], ["IOP-1", 1000.5, "maj 2021"]],
            "Åtaganden": [
                ["Nummer", "Organisation", "Åtagande", "Återkommer"],
                ["IOP-1", "Kultur 1740", "Festival", "årligen"],
            ],
            "Nyckeltal": [
                ["Nummer", "Nyckeltal", "Från", "Till", "Värde"],
                ["IOP-1", "Besök", 2019, "2019", 40.5],
            ],
            "Nämnder": [["Nämnd", "Sammanträde"], ["KS", "2021-09-17"]],
            "Stängt": [["Från", "Till"], ["2021-12-28", "2021-12-30"]],
        }
    )
    assert keys(report) == []
    assert warned(report) == []
    assert report.saved
    assert report.agreements_added == ("IOP-1",)
    assert {sheet: (count.added, count.changed) for sheet, count in report.counts.items()} == {
        "Överenskommelser": (1, 0),
        "Parter": (2, 0),
        "Kontakter": (1, 0),
        "Medel": (1, 0),
        "Utbetalningar": (1, 0),
        "Åtaganden": (1, 0),
        "Nyckeltal": (1, 0),
        "Nämnder": (1, 0),
        "Stängt": (1, 0),
    }
    assert rows(office, "agreement", "number", "name", "name_folded", "signed_on", "revision") == [
        ("IOP-1", "Kultur 1740", "kultur 1740", PartialDate(2020, 10, 29), 1)
    ]
    assert rows(office, "grant", "year", "amount_ore", "decision") == [
        (None, 210_000_000, "decided")
    ]
    assert rows(office, "payment", "amount_ore", "planned_on") == [(100_050, PartialDate(2021, 5))]
    parties = dict(rows(office, "party", "organisation", "id"))
    assert rows(office, "commitment", "party_id") == [parties["Kultur 1740"]]
    assert rows(office, "contact", "party_id") == [parties["Tranemo kommun"]]


def test_the_plan_and_the_log_follow_in_the_same_transaction(office: Office, take: Importer):
    take({"Överenskommelser": [["Nummer", "Namn", "Gäller från"], ["A", "B", "2021-03-01"]]})
    assert len(rows(office, "evaluation", "number")) > 2
    assert rows(office, "agreement", "runs_from") is not None
    with office.database.reading() as connection:
        entry = connection.execute(select(AUDIT).where(AUDIT.c.agreement_id.is_not(None))).one()
        terms = connection.execute(select(TERMS)).all()
        revision = connection.execute(select(tables.installation.c.register_revision)).scalar()
    assert (entry.actor, entry.action, entry.before) == ("terminal", "agreement.imported", None)
    assert entry.after == {"number": "A", "name": "B", "starts_on": "2021-03-01"}
    assert [(term.starts_on, term.changed_by) for term in terms] == [
        (PartialDate(2021, 3, 1), "terminal")
    ]
    assert revision == 1


def test_the_same_workbook_again_changes_nothing(office: Office, take: Importer):
    take(KULTUR)
    before = rows(office, "agreement", "id", "uid", "revision")
    report = take(KULTUR)
    assert report.agreements_changed == ()
    assert [count.unchanged for count in report.counts.values()] == [1, 2]
    assert rows(office, "agreement", "id", "uid", "revision") == before


def test_what_is_absent_stays_and_what_is_empty_is_cleared(office: Office, take: Importer):
    heads = ["Nummer", "Namn", "Syfte", "Diarienummer"]
    take({"Överenskommelser": [heads, ["A", "Ett", "bra", "D 1"], ["B", "Två", None, None]]})
    take({"Överenskommelser": [["Nummer", "Syfte"], ["A", None]]})
    found = rows(office, "agreement", "number", "name", "purpose", "registry_number", "revision")
    assert found == [("A", "Ett", None, "D 1", 2), ("B", "Två", None, None, 1)]


def test_a_changed_term_is_remembered_and_an_unchanged_one_is_not(office: Office, take: Importer):
    sheet = [["Nummer", "Namn", "Gäller från", "Gäller till"], ["A", "Ett", 2019, 2019]]
    take({"Överenskommelser": sheet})
    take({"Överenskommelser": [sheet[0], ["A", "Nytt namn", 2019, 2019]]})
    take({"Överenskommelser": [sheet[0], ["A", "Nytt namn", 2019, 2021]]})
    with office.database.reading() as connection:
        ends = connection.execute(select(TERMS.c.ends_on).order_by(TERMS.c.id)).scalars().all()
        question = select(AUDIT.c.before, AUDIT.c.after).where(AUDIT.c.agreement_id.is_not(None))
        acts = connection.execute(question.order_by(AUDIT.c.id)).all()
    assert ends == [PartialDate(2019), PartialDate(2021)]
    assert [tuple(act) for act in acts[1:]] == [
        ({"name": "Ett"}, {"name": "Nytt namn"}),
        ({"ends_on": "2019"}, {"ends_on": "2021"}),
    ]


def test_until_further_notice_is_open_and_empty_is_unknown(office: Office, take: Importer):
    head = ["Nummer", "Namn", "Gäller till"]
    take({"Överenskommelser": [head, ["A", "A", "tills vidare"], ["B", "B", None]]})
    assert rows(office, "agreement", "open_ended", "ends_on") == [(True, None), (False, None)]
    take({"Överenskommelser": [head, ["A", "A", "2025"]]})
    assert rows(office, "agreement", "open_ended", "ends_on")[0] == (False, PartialDate(2025))


def test_a_dry_run_foretells_and_saves_nothing(office: Office, take: Importer):
    told = take(KULTUR, dry_run=True)
    assert rows(office, "agreement", "id") == []
    done = take(KULTUR)
    assert told.counts == done.counts
    assert told.agreements_added == done.agreements_added
    assert (told.saved, done.saved) == (False, True)


def test_one_error_anywhere_saves_nothing(office: Office, take: Importer):
    report = take({**KULTUR, "Medel": [["Nummer", "Belopp"], ["IOP-1", "mycket"]]})
    assert keys(report) == [("Medel", 2, "Belopp", "invalid.money")]
    assert not report.saved
    assert rows(office, "agreement", "id") == []


def test_every_problem_is_told_at_once(take_sqlite: Importer):
    report = take_sqlite(
        {
            "Överenskommelser": [
                ["Nummer", "Namn", "Gäller från", "Gäller till", "Samordnare"],
                ["A", None, "31 februari 2021", None, "anna"],
                ["B", "B", "2021-05-01", "2021-04-01", None],
                ["B", "B igen", None, None, None],
                [None, "utan nummer", None, None, None],
            ],
            "Parter": [
                [*HEAD["Parter"], "Medlem i", "Från", "Till"],
                ["A", "Kommunen", "statlig", None, None, None],
                ["C", "Kommunen", "offentlig", None, None, None],
                ["b", "Kommunen", "offentlig", "Paraplyet", 2022, 2021],
                ["B", "Föreningen", "idéburen", "Paraplyet", 2022, 2021],
            ],
            "Kontakter": [["Nummer", "Organisation", "Namn"], ["B", "Okänd", "Kim"]],
            "Utbetalningar": [["Nummer", "Belopp"], ["B", -5]],
            "Nyckeltal": [
                ["Nummer", "Nyckeltal", "Från", "Till", "Värde"],
                ["B", "x", 2022, 2021, 1],
            ],
            "Utvärderingar": [
                ["Nummer", "Nr", "Senast"],
                ["B", 1, "2021-10-01"],
                ["B", 1, "2021-10-02"],
            ],
            "Stängt": [["Från", "Till"], ["2021-12-30", "2021-12-28"]],
        }
    )
    assert keys(report) == [
        ("Överenskommelser", 2, "Namn", "workbook.required"),
        ("Överenskommelser", 2, "Gäller från", "invalid.date"),
        ("Överenskommelser", 2, "Samordnare", "workbook.slack_user"),
        ("Överenskommelser", 3, "Gäller till", "invalid.end_before_start"),
        ("Överenskommelser", 4, None, "workbook.row_twice"),
        ("Överenskommelser", 5, "Nummer", "workbook.required"),
        ("Parter", 2, "Roll", "workbook.choice"),
        ("Parter", 3, "Nummer", "workbook.unknown_number"),
        ("Parter", 4, "Nummer", "workbook.number_written_otherwise"),
        ("Parter", 5, "Medlem i", "workbook.umbrella_no_party"),
        ("Parter", 5, "Till", "workbook.ends_before_it_begins"),
        ("Kontakter", 2, "Organisation", "workbook.not_a_party"),
        ("Utbetalningar", 2, "Belopp", "workbook.negative_payment"),
        ("Nyckeltal", 2, "Till", "workbook.ends_before_it_begins"),
        ("Utvärderingar", 3, None, "workbook.row_twice"),
        ("Stängt", 2, "Till", "workbook.ends_before_it_begins"),
    ]


def test_headings_in_any_order_and_case_are_known_and_others_are_warned_of(
    office: Office, take: Importer
):
    report = take(
        {
            " överenskommelser": [
                ["  NAMN ", "Färg", "nummer", "Fel"],
                ["Ett", "blå", 1, "gammalt"],
            ],
            "Anteckningar": [["Hej"]],
            "Läs mig": [["Hej"]],
        }
    )
    assert keys(report) == []
    assert warned(report) == [
        ("Överenskommelser", 1, "Färg", "workbook.unknown_column"),
        ("Anteckningar", None, None, "workbook.unknown_sheet"),
    ]
    assert rows(office, "agreement", "number", "name") == [("1", "Ett")]


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (
            {"Överenskommelser": [["Namn"], ["Ett"]]},
            [("Överenskommelser", 1, "Nummer", "workbook.column_missing")],
        ),
        (
            {"Överenskommelser": [["Nummer"], ["A"], ["B"]]},
            [("Överenskommelser", 1, "Namn", "workbook.column_missing")],
        ),
        (
            {"Överenskommelser": [["Nummer", "Namn", "namn"], ["A", "B", "C"]]},
            [("Överenskommelser", 1, "namn", "workbook.heading_twice")],
        ),
        (
            {"Stängt": [["Från", "Till"], ["2021-12-28", None], ["2021-12-28", None]]},
            [("Stängt", 3, None, "workbook.row_twice")],
        ),
        (
            {"Stängt": [["Från", "Till"], ["2021-01-01", "2023-01-01"]]},
            [("Stängt", 2, "Till", "invalid.no_working_day")],
        ),
    ],
)
def test_a_sheet_that_does_not_hold_is_refused(
    take_sqlite: Importer, sheets: Any, expected: list[Any]
):
    assert keys(take_sqlite(sheets)) == expected


def test_members_belong_to_their_umbrella_and_are_no_parties(office: Office, take: Importer):
    take(
        {
            "Överenskommelser": KULTUR["Överenskommelser"],
            "Parter": [
                [*HEAD["Parter"], "Medlem i"],
                ["IOP-1", "Medlemmen", "idéburen", "nätverket"],
                ["IOP-1", "Nätverket", "idéburen", None],
            ],
            "Kontakter": [["Nummer", "Organisation", "Namn"], ["IOP-1", "MEDLEMMEN", "Kim"]],
        }
    )
    parties = {
        name: (id_, of)
        for name, id_, of in rows(office, "party", "organisation", "id", "umbrella_id")
    }
    assert parties["Medlemmen"][1] == parties["Nätverket"][0]
    assert parties["Nätverket"][1] is None
    assert rows(office, "contact", "party_id") == [parties["Medlemmen"][0]]


def test_an_umbrella_with_members_cannot_become_a_member_itself(take_sqlite: Importer):
    heads = [*HEAD["Parter"], "Medlem i"]
    member = ["IOP-1", "Medlemmen", "idéburen", "Nätverket"]
    umbrella = ["IOP-1", "Nätverket", "idéburen", None]
    above = ["IOP-1", "Förbundet", "idéburen", None]
    take_sqlite({**KULTUR, "Parter": [heads, member, umbrella, above]})
    report = take_sqlite({"Parter": [heads, [*umbrella[:3], "Förbundet"]]})
    assert keys(report) == [("Parter", 2, "Medlem i", "workbook.umbrella_no_party")]


def test_an_organisation_in_the_register_need_not_stand_in_the_workbook(
    office: Office, take: Importer
):
    take(KULTUR)
    report = take(
        {"Kontakter": [["Nummer", "Organisation", "Namn"], ["IOP-1", "Kultur 1740", "Kim"]]}
    )
    assert keys(report) == []
    assert report.agreements_changed == ("IOP-1",)
    assert rows(office, "agreement", "revision") == [2]


def test_another_way_of_writing_an_organisation_renames_it(office: Office, take: Importer):
    take(KULTUR)
    take({"Parter": [HEAD["Parter"], ["IOP-1", "KULTUR  1740", "idéburen"]]})
    assert rows(office, "party", "organisation") == ["Tranemo kommun", "KULTUR  1740"]
    assert rows(office, "party", "organisation_folded")[1] == "kultur 1740"


def test_identical_rows_count_by_occurrence(office: Office, take: Importer):
    sheet = [["Nummer", "År", "Belopp"], ["IOP-1", 2021, 100], ["IOP-1", 2021, 100]]
    take({**KULTUR, "Medel": sheet})
    again = take({**KULTUR, "Medel": [*sheet, ["IOP-1", 2021, 100]]})
    assert (again.counts["Medel"].added, again.counts["Medel"].unchanged) == (1, 2)
    assert rows(office, "grant", "amount_ore") == [10_000] * 3


def test_unknown_money_is_not_zero(office: Office, take: Importer):
    take(
        {**KULTUR, "Medel": [["Nummer", "År", "Belopp"], ["IOP-1", 2021, 0], ["IOP-1", 2022, None]]}
    )
    assert rows(office, "grant", "year", "amount_ore") == [(2021, 0), (2022, None)]


def test_a_sum_for_the_whole_term_that_differs_from_its_years_is_warned_of(take_sqlite: Importer):
    sheet = [["Nummer", "År", "Belopp"], ["IOP-1", None, 300], ["IOP-1", 2021, 100]]
    assert warned(take_sqlite({**KULTUR, "Medel": sheet})) == [
        ("Medel", 2, "Belopp", "workbook.totals_differ")
    ]
    assert warned(take_sqlite({**KULTUR, "Medel": [*sheet, ["IOP-1", 2022, 200]]})) == []


def test_years_that_come_to_more_than_the_whole_term_are_an_error(take_sqlite: Importer):
    sheet = [["Nummer", "År", "Belopp"], ["IOP-1", None, 300], ["IOP-1", 2021, 301]]
    assert keys(take_sqlite({**KULTUR, "Medel": sheet})) == [
        ("Medel", 2, "Belopp", "workbook.totals_differ")
    ]


PAYMENT = ["Nummer", "År", "Planerad", "Belopp", "Utbetald", "Referens", "Rättelse"]


def test_a_planned_payment_becomes_paid(office: Office, take: Importer):
    take(
        {**KULTUR, "Utbetalningar": [PAYMENT, ["IOP-1", 2021, "2021-03-01", 100, None, "R1", None]]}
    )
    take({"Utbetalningar": [PAYMENT, ["IOP-1", 2021, "2021-03-01", 100, "2021-03-05", "R1", None]]})
    assert rows(office, "payment", "paid_on") == [PartialDate(2021, 3, 5)]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        (["IOP-1", 2021, "2021-03-01", 200, "2021-03-05", "R1", None], "Belopp"),
        (["IOP-1", 2021, "2021-03-01", 100, "2021-03-06", "R1", None], "Utbetald"),
        (["IOP-1", 2021, "2021-03-01", 100, None, "R1", None], "Utbetald"),
        (["IOP-1", 2022, "2021-03-01", 100, "2021-03-05", "R1", None], "År"),
    ],
)
def test_a_payment_that_was_made_is_never_altered(
    office: Office, take: Importer, changed: list[Any], column: str
):
    made = ["IOP-1", 2021, "2021-03-01", 100, "2021-03-05", "R1", None]
    take({**KULTUR, "Utbetalningar": [PAYMENT, made]})
    report = take({"Utbetalningar": [PAYMENT, changed]})
    assert keys(report) == [("Utbetalningar", 2, column, "workbook.payment_was_made")]
    assert rows(office, "payment", "amount_ore", "paid_on") == [(10_000, PartialDate(2021, 3, 5))]


def test_a_payment_that_was_made_is_corrected_by_another_row(office: Office, take: Importer):
    made = ["IOP-1", 2021, "2021-03-01", 100, "2021-03-05", "R1", None]
    back = ["IOP-1", 2021, None, -100, "2021-03-09", "R1", "Fel förening"]
    take({**KULTUR, "Utbetalningar": [PAYMENT, made]})
    assert keys(take({"Utbetalningar": [PAYMENT, back]})) == []
    assert keys(take({"Utbetalningar": [PAYMENT, back, made]})) == []
    assert rows(office, "payment", "amount_ore") == [10_000, -10_000]


def test_the_order_of_payments_does_not_matter(take_sqlite: Importer):
    made = ["IOP-1", 2021, "2021-03-01", 100, "2021-03-05", "R1", None]
    planned = ["IOP-1", 2021, "2021-03-01", 100, None, "R1", None]
    take_sqlite({**KULTUR, "Utbetalningar": [PAYMENT, made, planned]})
    report = take_sqlite({"Utbetalningar": [PAYMENT, planned, made]})
    assert (report.errors, report.counts["Utbetalningar"].unchanged) == ((), 2)


def test_a_reference_can_be_added_to_a_planned_payment(office: Office, take: Importer):
    take({**KULTUR, "Utbetalningar": [PAYMENT, ["IOP-1", 2021, None, 100, None, None, None]]})
    take({"Utbetalningar": [PAYMENT, ["IOP-1", 2021, None, 100, None, "R1", None]]})
    assert rows(office, "payment", "reference") == ["R1"]


def test_payments_are_known_without_the_column_of_references(office: Office, take: Importer):
    take(
        {**KULTUR, "Utbetalningar": [PAYMENT, ["IOP-1", 2021, "2021-03-01", 100, None, "R1", None]]}
    )
    head = ["Nummer", "År", "Planerad", "Belopp", "Utbetald"]
    take({"Utbetalningar": [head, ["IOP-1", 2021, "2021-03-01", 100, "2021-03-05"]]})
    assert rows(office, "payment", "reference", "paid_on") == [("R1", PartialDate(2021, 3, 5))]


EVALUATION = ["Nummer", "Nr", "Senast", "Bokad", "Genomförd", "Utfall"]
PLANNED = {"Överenskommelser": [["Nummer", "Namn", "Gäller från"], ["IOP-1", "K", "2021-01-01"]]}


def _typed(office: Office) -> list[Any]:
    found = rows(office, "evaluation", "number", "due", "typed")
    return sorted((number, str(due)) for number, due, typed in found if typed and number) + [
        str(due) for number, due, typed in found if typed and not number
    ]


def test_a_row_takes_the_place_of_the_nearest_planned_evaluation(office: Office, take: Importer):
    take(
        {
            **PLANNED,
            "Utvärderingar": [
                EVALUATION,
                ["IOP-1", None, "2021-12-01", None, None, None],
                ["IOP-1", None, "juni 2021", None, None, None],
                ["IOP-1", "extra", "2021-07-01", None, None, None],
                ["IOP-1", 4, "2023-01-20", None, None, None],
            ],
        }
    )
    assert _typed(office) == [(1, "2021-06"), (2, "2021-12-01"), (4, "2023-01-20"), "2021-07-01"]
    numbers = rows(office, "evaluation", "number")
    assert len(numbers) == len(set(numbers))


def test_the_same_evaluations_again_are_the_same(office: Office, take: Importer):
    sheets = {
        **PLANNED,
        "Utvärderingar": [
            EVALUATION,
            ["IOP-1", None, "2021-12-01", None, None, None],
            ["IOP-1", "extra", "2021-07-01", None, None, None],
        ],
    }
    take(sheets)
    before = rows(office, "evaluation", "id", "number", "due", "revision", "known_at")
    report = take(sheets)
    assert report.counts["Utvärderingar"].unchanged == 2
    assert rows(office, "evaluation", "id", "number", "due", "revision", "known_at") == before


def test_without_anything_to_count_from_rows_are_extras(office: Office, take: Importer):
    take({**KULTUR, "Utvärderingar": [EVALUATION, ["IOP-1", None, "2021-12-01", None, None, None]]})
    assert rows(office, "evaluation", "number", "due_on", "typed")[0][0] is None


def test_a_held_evaluation_stays_held(office: Office, take: Importer):
    held = ["IOP-1", 1, "2021-06-30", None, "2021-06-15", "Gick bra"]
    take({**PLANNED, "Utvärderingar": [EVALUATION, held]})
    older = ["IOP-1", 1, "2021-06-30", "2021-06-15", None, None]
    report = take({"Utvärderingar": [EVALUATION, older]})
    assert warned(report) == [("Utvärderingar", 2, "Genomförd", "workbook.stays_held")]
    found = rows(office, "evaluation", "number", "booked_on", "held_on", "outcome")
    assert (1, PartialDate(2021, 6, 15), PartialDate(2021, 6, 15), "Gick bra") in found


def test_a_moved_evaluation_becomes_known_anew(
    office: Office, take: Importer, make_office: Any, tmp_path: Path
):
    sheet = [EVALUATION, ["IOP-1", 1, "2021-10-01", None, None, None]]
    take({**PLANNED, "Utvärderingar": sheet})
    office.clock.instant = datetime.fromisoformat("2021-09-20T10:00:00+02:00")  # type: ignore[attr-defined]
    take({"Utvärderingar": [EVALUATION, ["IOP-1", 1, "2021-10-01", "2021-09-30", None, None]]})
    [known] = [at for n, at in rows(office, "evaluation", "number", "known_at") if n == 1]
    assert known.day == 1
    take({"Utvärderingar": [EVALUATION, ["IOP-1", 1, "2021-11-01", "2021-09-30", None, None]]})
    [known] = [at for n, at in rows(office, "evaluation", "number", "known_at") if n == 1]
    assert known.day == 20


def test_text_that_looks_like_a_formula_is_text(office: Office, take: Importer):
    take({"Överenskommelser": [["Nummer", "Namn"], ["=1+1", "@namn"], ["-1", "#N/A"]]})
    assert rows(office, "agreement", "number", "name") == [("=1+1", "@namn"), ("-1", "#N/A")]


def test_three_hundred_agreements_are_told_of_as_they_go(take_sqlite: Importer):
    steps: list[tuple[int, int]] = []
    numbers = [f"IOP-{at}" for at in range(300)]
    report = take_sqlite(
        {
            "Överenskommelser": [HEAD["Överenskommelser"], *([n, f"Namn {n}"] for n in numbers)],
            "Parter": [HEAD["Parter"], *([n, "Kommunen", "offentlig"] for n in numbers)],
        },
        progress=lambda done, total: steps.append((done, total)),
    )
    assert len(report.agreements_added) == 300
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize("written", ["19121212-1212", "121212+1212", "191212121212"])
def test_a_personnummer_is_pointed_at_in_every_text_cell_and_never_repeated(
    take: Importer, written: str
):
    report = take(
        {
            "Överenskommelser": [
                ["Nummer", "Namn", "Syfte", "Beslutad av", "Diarienummer"],
                [written, f"Kim {written}", f"för\n{written}", f"{written} (Kim)", written],
            ],
            "Parter": [["Nummer", "Organisation", "Roll"], [written, "Föreningen", "idéburen"]],
            "Kontakter": [
                ["Nummer", "Organisation", "Namn", "Roll", "E-post", "Telefon"],
                [written, "Föreningen", written, written, f"{written}@example.org", written],
            ],
        }
    )
    found = [each for each in report.warnings if each.key == "workbook.birth_number_in_text"]
    assert {(each.sheet, each.row, each.column) for each in found} == {
        *(("Överenskommelser", 2, column)
          for column in ("Nummer", "Namn", "Syfte", "Beslutad av", "Diarienummer")),
        ("Parter", 2, "Nummer"),
        *(("Kontakter", 2, column)
          for column in ("Nummer", "Namn", "Roll", "E-post", "Telefon")),
    }  # fmt: skip
    assert report.saved
    assert "1212" not in str((report.warnings, report.errors))


def test_a_cell_that_is_refused_does_not_repeat_one_either(take: Importer):
    report = take(
        {
            "Överenskommelser": [
                ["Nummer", "Namn", "Gäller från", "Samordnare", "19121212-1212"],
                ["A", "B", "19121212-1212", "121212-1212", None],
            ],
        }
    )
    assert not report.saved
    assert len(report.errors) == 2
    assert "1212" not in str((report.warnings, report.errors))
