"""Money is read as Swedes write it, to the öre or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.money import LIMIT_ORE, format_kronor, parse_kronor, share_bar

NBSP = "\u00a0"
NARROW = "\u202f"
THIN = "\u2009"

ORE = st.integers(-LIMIT_ORE, LIMIT_ORE)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("value", "ore"),
    [
        ("2 100 000", 210_000_000),
        (f"2{NBSP}100{NBSP}000", 210_000_000),
        (f"2{NARROW}100{NARROW}000 kr", 210_000_000),
        (f"2{THIN}100{THIN}000 kronor", 210_000_000),
        ("  2 100 000 kr  ", 210_000_000),
        ("2100000kr", 210_000_000),
        ("2 100 000 SEK", 210_000_000),
        ("SEK 2 100 000", 210_000_000),
        ("SEK 2,100,000", 210_000_000),
        ("SEK 2,100", 210_000),
        ("2 100 000:-", 210_000_000),
        ("380 tkr", 38_000_000),
        ("380 tusen kronor", 38_000_000),
        ("2,1 mnkr", 210_000_000),
        ("2,1 mkr", 210_000_000),
        ("2.1 mkr", 210_000_000),
        ("2,125 mnkr", 212_500_000),
        ("2,1 miljoner", 210_000_000),
        ("2,1 Miljoner Kronor", 210_000_000),
        ("1 miljon kronor", 100_000_000),
        ("SEK 2.1 million", 210_000_000),
        ("12 500,50", 1_250_050),
        ("12500.50", 1_250_050),
        ("12500,5", 1_250_050),
        ("1.000.000", 100_000_000),
        ("1.000.000,50", 100_000_050),
        ("1.000,50", 100_050),
        ("1,000,000", 100_000_000),
        ("1,000.50", 100_050),
        ("0,05 kr", 5),
        ("12,500000 tkr", 1_250_000),
        ("-500", -50_000),
        ("−500 kr", -50_000),
        ("– 500", -50_000),
        ("−SEK 500", -50_000),
        ("SEK -500", -50_000),
        ("0", 0),
        ("-0", 0),
        (0, 0),
        (-0.0, 0),
        (2_100_000, 210_000_000),
        (12500.5, 1_250_050),
        (0.1 + 0.2, 30),
        (1_000_000.1 + 0.2, 100_000_030),
        (Decimal("12500.50"), 1_250_050),
        (Decimal("1.5000"), 150),
        (Decimal("2.1E6"), 210_000_000),
        (-LIMIT_ORE // 100, -LIMIT_ORE),
        ("100 000 000 000", LIMIT_ORE),
    ],
)
def test_an_amount_is_read_as_it_was_meant(value, ore):
    assert parse_kronor(value) == ore


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "kr", "-", "tolv", "12 50", "2 10000", "1.000", "2,100", "2,100 SEK", "1.250 mnkr",
        "1.00.000", "1..5", "1,5,5", "--5", "- SEK -5", "5-", "12²", "½", "1e5", "١٢", "5 kr kr",
        "5 euro", "$5", "ca 2 mnkr", "2 mnkr?", "=1+1", "uppgift saknas", "1" * 61,
        True, False, None, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"),
        Decimal("-Infinity"), [], b"5",
    ],
)  # fmt: skip
def test_what_is_no_clear_amount_is_refused_and_quoted(value):
    with pytest.raises(Invalid) as refusal:
        parse_kronor(value)
    assert refusal.value.key == "invalid.money"
    assert len(refusal.value.facts["text"]) <= 60


@pytest.mark.parametrize(
    "value",
    [
        "12,5055 kr", "0,001", "0,125", "1,2345", "12,500001 tkr", "0,123456789 mnkr",
        0.005, 12500.505, 0.00001, 1.000002,
        Decimal("0.001"), Decimal("1." + "0" * 45 + "1"), Decimal("1e-999999"),
    ],
)  # fmt: skip
def test_parts_of_an_ore_are_refused_and_never_rounded(value):
    with pytest.raises(Invalid) as refusal:
        parse_kronor(value)
    assert refusal.value.key == "invalid.money_precision"


@pytest.mark.parametrize(
    "value",
    [
        "100 000 000 000,01", "-100 000 000 001", "999999999 miljoner",
        10**12, -(10**4000), 1e300, Decimal("9e999999"),
    ],
    ids=range(7),
)  # fmt: skip
def test_amounts_beyond_any_grant_are_refused(value):
    with pytest.raises(Invalid) as refusal:
        parse_kronor(value)
    assert refusal.value.key == "invalid.money_range"


@pytest.mark.parametrize(
    ("ore", "swedish", "english"),
    [
        (210_000_000, "2 100 000 kr", "SEK 2,100,000"),
        (1_250_050, "12 500,50 kr", "SEK 12,500.50"),
        (5, "0,05 kr", "SEK 0.05"),
        (0, "0 kr", "SEK 0"),
        (-50_000, "−500 kr", "−SEK 500"),
    ],
)
def test_an_amount_is_shown_as_its_reader_writes_it(ore, swedish, english):
    assert plain(format_kronor(ore, "sv")) == swedish
    assert plain(format_kronor(ore, "en")) == english
    assert " " not in format_kronor(ore, "sv") + format_kronor(ore, "en")


@given(ORE, st.sampled_from(["sv", "en"]))
def test_what_the_bot_writes_it_reads_back_unchanged(ore, language):
    assert parse_kronor(format_kronor(ore, language)) == ore


@given(ORE)
def test_every_ore_survives_a_decimal_and_every_amount_a_spreadsheet_can_hold_a_float(ore):
    assert parse_kronor(Decimal(ore) / 100) == ore
    if abs(ore) < 10**11:
        assert parse_kronor(ore / 100) == ore


@given(st.text(max_size=80))
def test_any_text_is_an_amount_or_a_refusal_and_never_a_crash(text):
    try:
        assert abs(parse_kronor(text)) <= LIMIT_ORE
    except Invalid as refusal:
        assert set(refusal.facts) == {"text"}  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize(
    ("part", "whole", "bar"),
    [
        (0, 100, "░░░░░░░░░░"),
        (1, 100_000, "▓░░░░░░░░░"),
        (30, 100, "▓▓▓░░░░░░░"),
        (50, 100, "▓▓▓▓▓░░░░░"),
        (99_999, 100_000, "▓▓▓▓▓▓▓▓▓░"),
        (100, 100, "▓▓▓▓▓▓▓▓▓▓"),
        (250, 100, "▓▓▓▓▓▓▓▓▓▓"),
        (-5, 100, "░░░░░░░░░░"),
    ],
)
def test_the_bar_never_hides_a_used_krona_nor_a_remaining_one(part, whole, bar):
    assert share_bar(part, whole) == bar


@given(st.integers(-100, 10**13), st.integers(1, 10**13), st.integers(2, 40))
def test_the_bar_keeps_its_width(part, whole, width):
    bar = share_bar(part, whole, width)
    assert len(bar) == width
    assert bar == "".join(sorted(bar, reverse=True))
    assert ("▓" in bar) == (part > 0)
    assert ("░" in bar) == (part < whole)


@pytest.mark.parametrize(("whole", "width"), [(0, 10), (-1, 10), (1, 1)])
def test_there_is_no_share_of_nothing(whole, width):
    with pytest.raises(ValueError, match="whole above zero"):
        share_bar(1, whole, width)
