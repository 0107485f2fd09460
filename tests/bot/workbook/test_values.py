"""What stands in a cell is understood as a person meant it, or refused in words."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.workbook import values
from bot.workbook.cleaning import clean
from bot.workbook.sheets import AGREEMENTS, KINDS, PARTIES
from storage.models import AgreementStatus, PartyKind
from storage.types import PartialDate

STATUS = AGREEMENTS.column("status").read
KIND = PARTIES.column("kind").read


class Warnings(list[str]):
    def __call__(self, key: str, **_facts: Any) -> None:
        self.append(key)


@pytest.mark.parametrize(
    ("read", "written", "expected"),
    [
        (values.number, 1, "1"),
        (values.number, 1.0, "1"),
        (values.number, "1", "1"),
        (values.number, " IOP-1 ", "IOP-1"),
        (values.name, "kvartersscenen ”Under”", "kvartersscenen ”Under”"),
        (values.name, "kvarterscen", "kvarterscen"),
        (values.name, "A\u030asa", "Åsa"),
        (values.name, "=1+1", "=1+1"),
        (values.name, "+46", "+46"),
        (values.name, "👩\u200d🚒 brandmän", "👩\u200d🚒 brandmän"),
        (values.name, "🏳️\u200d🌈", "🏳️\u200d🌈"),
        (values.text, "två\r\nrader", "två\nrader"),
        (values.partial, datetime(2020, 10, 29), PartialDate(2020, 10, 29)),  # noqa: DTZ001
        (values.partial, "29 oktober 2020", PartialDate(2020, 10, 29)),
        (values.partial, "maj 2021", PartialDate(2021, 5)),
        (values.partial, 2021, PartialDate(2021)),
        (values.whole_day, "2026-09-17", date(2026, 9, 17)),
        (values.end, "Tills vidare", values.OpenEnd.open),
        (values.end, "2021", PartialDate(2021)),
        (values.money, "2,1 mnkr", 210_000_000),
        (values.money, 12500.5, 1_250_050),
        (values.money, "-100", -10_000),
        (values.granted, 0, 0),
        (values.year, "2021", 2021),
        (values.year, 2021.0, 2021),
        (values.whole(0, 12), "0", 0),
        (values.place, "Extra", values.Extra.extra),
        (values.place, 3, 3),
        (values.decimal, 40.5, Decimal("40.5")),
        (values.decimal, "1 040,25", Decimal("1040.25")),
        (values.decimal, 0, Decimal(0)),
        (values.yes_no, "JA", True),
        (values.yes_no, "nej", False),
        (values.yes_no, True, True),
        (STATUS, "Under  Beredning", AgreementStatus.preparing),
        (KIND, "TROSSAMFUND", PartyKind.faith_community),
        (values.slack_user, "U_ANNA", "U_ANNA"),
        (values.slack_user, "<@U012ABC|anna>", "U012ABC"),
        (values.slack_channel, "C_KULTUR", "C_KULTUR"),
        (values.months, "10; 4", "4, 10"),
        (values.months, 4, "4"),
        (values.steps, "-30,-14, 5", "-30,-14,5"),
        (values.organisation_number, "2120001234", None),
        (values.organisation_number, "212000-0142", "212000-0142"),
        (values.organisation_number, "16 212000-0142", "212000-0142"),
        (values.organisation_number, 2120000142, "212000-0142"),
        (values.email, "asa.tollbom@molndal.se", "asa.tollbom@molndal.se"),
        (values.phone, "070-892 44 90", "070-892 44 90"),
        (values.phone, 701740605, "701740605"),
    ],
)
def test_what_people_write_is_understood(read: values.Reader, written: object, expected: object):
    warnings = Warnings()
    if expected is None:
        with pytest.raises(Invalid):
            read(written, warnings)
        return
    assert read(written, warnings) == expected
    assert warnings == []


@pytest.mark.parametrize(
    ("read", "written", "key"),
    [
        (values.number, "x" * 41, "workbook.too_long"),
        (values.number, True, "workbook.not_text"),
        (values.number, datetime(2019, 1, 1), "workbook.not_text"),  # noqa: DTZ001
        (values.number, float("inf"), "workbook.not_text"),
        (values.name, "x" * 201, "workbook.too_long"),
        (values.name, "två\nrader", "workbook.line_break"),
        (values.text, "x" * 2001, "workbook.too_long"),
        (values.name, "a\u202eb", "workbook.hidden_character"),
        (values.name, "a\u200bb", "workbook.hidden_character"),
        (values.name, "a\u200db", "workbook.hidden_character"),
        (values.name, "a\u2066b", "workbook.hidden_character"),
        (values.name, "a\ufeffb", "workbook.hidden_character"),
        (values.name, "a\U000e0041b", "workbook.hidden_character"),
        (values.name, "a\x07b", "workbook.hidden_character"),
        (values.name, "a\x85b", "workbook.hidden_character"),
        (values.partial, "31 februari 2021", "invalid.date"),
        (values.partial, 44133, "invalid.date"),
        (values.partial, time(8), "invalid.date"),
        (values.partial, True, "invalid.date"),
        (values.whole_day, "maj 2021", "workbook.whole_day"),
        (values.money, "gratis", "invalid.money"),
        (values.money, True, "invalid.money"),
        (values.money, "1e400", "invalid.money"),
        (values.money, 10**15, "invalid.money_range"),
        (values.granted, -1, "workbook.negative_grant"),
        (values.year, 1989, "workbook.year"),
        (values.year, "2101", "workbook.year"),
        (values.year, 2021.5, "workbook.year"),
        (values.whole(0, 12), 13, "workbook.whole_number"),
        (values.whole(0, 12), float("nan"), "workbook.whole_number"),
        (values.place, 0, "workbook.place"),
        (values.decimal, "många", "workbook.decimal"),
        (values.decimal, float("inf"), "workbook.decimal"),
        (values.decimal, 1e300, "workbook.decimal"),
        (values.decimal, 1e-300, "workbook.decimal"),
        (values.yes_no, "kanske", "workbook.yes_no"),
        (values.yes_no, 1, "workbook.yes_no"),
        (STATUS, "pågår", "workbook.choice"),
        (values.slack_user, "anna", "workbook.slack_user"),
        (values.slack_user, "C012", "workbook.slack_user"),
        (values.slack_channel, "#kultur", "workbook.slack_channel"),
        (values.months, "13", "invalid.months"),
        (values.months, 4.1, "invalid.months"),
        (values.steps, "ofta", "invalid.steps"),
        (values.organisation_number, "212000-0143", "workbook.organisation_number"),
        (values.organisation_number, "٢١٢٠٠٠٠١٤٢", "workbook.organisation_number"),
        (values.organisation_number, "212", "workbook.organisation_number"),
        (values.email, "asa.tollbom", "workbook.email"),
        (values.email, "a@b@c.se", "workbook.email"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_reason(
    read: values.Reader, written: object, key: str
):
    with pytest.raises(Invalid) as refused:
        read(written, Warnings())
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("read", "written", "kept", "key"),
    [
        (
            values.email,
            "elisabeth.kihlström@regionvarmland.se",
            "elisabeth.kihlström@regionvarmland.se",
            "workbook.email_not_ascii",
        ),
        (values.phone, "ring växeln", "ring växeln", "workbook.phone_unreadable"),
        (
            values.organisation_number,
            "121212-1212",
            "121212-1212",
            "workbook.like_birth_number",
        ),
        (values.text, "född 19121212-1212", "född 19121212-1212", "workbook.birth_number_in_text"),
        (values.link, r"G:\avtal\iop.pdf", r"G:\avtal\iop.pdf", "workbook.link_not_web"),
    ],
)
def test_what_is_odd_is_kept_as_it_is_with_a_warning(
    read: values.Reader, written: str, kept: str, key: str
):
    warnings = Warnings()
    assert read(written, warnings) == kept
    assert warnings == [key]


@given(st.text())
def test_clean_text_is_clean_already_and_cleaning_keeps_what_is_seen(text: str):
    try:
        once = clean(text, lines=True)
    except Invalid:
        return
    assert clean(once, lines=True) == once
    assert not set(once) & {"\u202e", "\u200b", "\ufeff", "\x00", "\x9f"}


def test_every_choice_has_its_own_word():
    assert len(set(KINDS.values())) == len(KINDS) == len(PartyKind)
