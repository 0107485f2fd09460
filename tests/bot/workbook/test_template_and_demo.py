"""The template can be imported as it is, and the demonstration says what its sources say."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from bot.office import Office
from bot.workbook.sheets import READ_ME, SHEETS
from bot.workbook.template import write_template
from storage.types import PartialDate
from tests.bot.workbook.conftest import bring_in, contents, rows, warned
from tests.workspace_demo.make_register import TARGET, write_register


def test_the_templates_example_is_accepted_without_a_word(office: Office, tmp_path: Path):
    write_template(tmp_path / "mall.xlsx")
    report = bring_in(office, tmp_path / "mall.xlsx")
    assert (report.errors, report.warnings) == ((), ())
    assert all(count.added for count in report.counts.values())


def test_the_template_has_instructions_headings_and_lists_to_choose_from(tmp_path: Path):
    write_template(tmp_path / "mall.xlsx")
    book = load_workbook(tmp_path / "mall.xlsx")
    assert book.sheetnames == [READ_ME, *(sheet.title for sheet in SHEETS)]
    for sheet in SHEETS:
        worksheet = book[sheet.title]
        assert worksheet.freeze_panes == "A2"
        assert worksheet["A1"].font.b
        lists = [found.formula1 for found in worksheet.data_validations.dataValidation]
        choices = [f'"{",".join(column.choices)}"' for column in sheet.columns if column.choices]
        assert lists == choices


def test_the_demonstration_in_the_repository_is_the_one_that_is_made(tmp_path: Path):
    write_register(tmp_path / "demo.xlsx")
    assert contents(tmp_path / "demo.xlsx") == contents(TARGET)


def test_the_demonstration_keeps_the_gaps_of_its_sources(office: Office):
    report = bring_in(office, TARGET)
    assert report.errors == ()
    assert warned(report) == [("Kontakter", 3, "E-post", "workbook.email_not_ascii")]
    assert rows(office, "agreement", "number", "starts_on", "ends_on", "signed_on") == [
        ("IOP-1", None, None, PartialDate(2020, 10, 29)),
        ("IOP-2", PartialDate(2019), PartialDate(2021), None),
        ("IOP-3", PartialDate(2021, 6, 1), None, PartialDate(2021, 4)),
        ("IOP-4", None, None, None),
        ("IOP-5", None, None, None),
    ]
    assert rows(office, "agreement", "evaluations_per_year") == [2, None, None, None, None]
    assert rows(office, "grant", "year", "amount_ore") == [
        (None, 210_000_000),
        (2021, 38_000_000),
        (2022, 65_000_000),
        (2023, None),
    ]
    organisations = rows(office, "party", "organisation")
    assert len(organisations) == 10
    assert not any("olis" in name or "brand" in name.lower() for name in organisations)
    assert rows(office, "contact", "email")[1] == "elisabeth.kihlström@regionvarmland.se"
    assert rows(office, "key_figure", "value") == [26, 40, 14]
    assert rows(office, "payment", "id") == []
