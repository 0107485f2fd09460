"""Personnummer are noticed wherever somebody writes them, and other numbers are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.se import orgnr, personnummer

from bot.errors import Invalid
from bot.personal_numbers import (
    find_personal_numbers,
    refuse_personal_number,
    without_personal_numbers,
)
from bot.texts import LANGUAGES, Texts
from bot.workbook.problems import Findings

BORN = st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 12, 31))
FORMS = ("{c}{d}-{n}", "{c}{d}{n}", "{d}-{n}", "{d}+{n}", "{c}{d} {n}", "{c}{d}–{n}")


def numbered(day: date, last: int, *, coordination: bool = False) -> tuple[str, str, str]:
    """Give century, day and last four of a number with the right check digit."""
    born = day.day + (60 if coordination else 0)
    digits = f"{day:%y%m}{born:02}"
    last_three = f"{last:03}"
    check = luhn.calc_check_digit(digits + last_three)
    return str(day.year // 100), digits, last_three + check


def written(form: str, number: tuple[str, str, str]) -> str:
    century, digits, last = number
    return form.format(c=century, d=digits, n=last)


@pytest.mark.parametrize("form", FORMS)
@given(day=BORN, last=st.integers(0, 999), coordination=st.booleans())
def test_every_number_is_found_in_every_way_of_writing_it(form, day, last, coordination):
    number = written(form, numbered(day, last, coordination=coordination))
    text = f"Kontakta Kim ({number}), tack."
    assert find_personal_numbers(text) == ((14, 14 + len(number)),)


@given(day=BORN, last=st.integers(0, 999))
def test_whatever_the_authority_calls_valid_is_found(day, last):
    number = written("{c}{d}-{n}", numbered(day, last))
    assert personnummer.is_valid(number)
    assert find_personal_numbers(number)


@given(day=BORN, last=st.integers(0, 999), wrong=st.integers(1, 9))
def test_a_wrong_check_digit_is_no_number(day, last, wrong):
    century, digits, four = numbered(day, last)
    other = four[:3] + str((int(four[3]) + wrong) % 10)
    assert find_personal_numbers(f"{century}{digits}-{other}") == ()


@given(digits=st.integers(0, 10**9 - 1))
def test_no_number_of_an_organisation_is_taken_for_one(digits):
    nine = f"{digits:09}"
    nine = nine[:2] + str(2 + int(nine[2]) % 8) + nine[3:]
    number = nine + luhn.calc_check_digit(nine)
    assert orgnr.is_valid(number)
    for form in (number, f"{number[:6]}-{number[6:]}", f"16{number}"):
        assert find_personal_numbers(form) == ()


@pytest.mark.parametrize(
    "text",
    [
        "212000-0142",
        "070-174 06 05",
        "0701740605",
        "+46701740605",
        "0046 70 174 06 05",
        "08-123 456 78",
        "KFN 2019/00118",
        "KS2019.0123-4567",
        "KS121212-1212",
        "dnr 121212-1212X",
        "Dnr: 1212121212",
        "1212121212 kr",
        "1 212 121 212 kronor",
        "SEK 1212121212",
        "1212121212,50",
        "12121212.12",
        "1212121212123",
        "700172-1233",
        "121332-1212",
        "991299-1212",
        "20210529",
        "2021-05-29",
        "5050-1055",
        "U024BE7LH",
        "https://example.com/a/1212121212x",
        "",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert find_personal_numbers(text) == ()


@pytest.mark.parametrize("start", ["070", "072", "073", "076", "079", "08"])
@given(rest=st.integers(0, 10**7 - 1))
def test_a_telephone_number_without_signs_is_none(start, rest):
    """Those that the plan of numbers has; a child's number that is none of them is found."""
    import phonenumbers  # noqa: PLC0415

    digits = (start + f"{rest:07}" * 2)[:10]
    if phonenumbers.is_valid_number(phonenumbers.parse(digits, "SE")):
        assert find_personal_numbers(digits) == ()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("19121212-1212", "••••••"),
        ("121212+1212 och 201212121212.", "•••••• och ••••••."),
        ("121212-1212/191212121212", "••••••/••••••"),
        ("pnr:121212-1212", "pnr:••••••"),
        ("x\n121212-1272\ty", "x\n121212-1272\ty"),
        ("ingenting", "ingenting"),
    ],
)
def test_where_a_number_stood_dots_stand(text, masked):
    assert without_personal_numbers(text) == masked


@given(st.text())
def test_any_text_at_all_is_read_and_its_rest_is_kept(text):
    spans = find_personal_numbers(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    if not spans:
        assert without_personal_numbers(text) == text


def test_a_typed_text_with_one_is_refused_without_repeating_it():
    assert refuse_personal_number("Kim Exempel") == "Kim Exempel"
    with pytest.raises(Invalid) as refused:
        refuse_personal_number("Kim 19121212-1212")
    for language in LANGUAGES:
        said = Texts(language).error(refused.value)
        assert "personnummer" in said
        assert "1212" not in said
    assert Texts("sv").error(refused.value).endswith("Inget sparades.")


def test_no_problem_of_a_workbook_quotes_one():
    findings = Findings()
    quoted = {"text": "19121212-1212", "longest": 200}
    findings.warning("workbook.phone_unreadable", "Kontakter", 2, "Telefon", **quoted)
    findings.error("workbook.email", "121212-1212", 3, "191212121212", text="121212-1212@x")
    findings.refusal(Invalid("workbook.not_text", text="121212+1212"), "Parter", 2, "Namn")
    for problem in (*findings.errors, *findings.warnings):
        assert "1212" not in str(problem)
    assert findings.warnings[0].facts["longest"] == 200
