"""What is exported and imported again is the same register, whatever it holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.office import Office
from bot.workbook import values
from bot.workbook.cleaning import clean
from bot.workbook.exporting import export_register
from bot.workbook.pairing import same
from bot.workbook.sheets import SHEETS
from bot.workbook.values import Extra, OpenEnd
from bot.workbook.writing import write_workbook
from storage import register
from storage.models import AgreementStatus, Decision, PartyKind, PartyRole, Recurrence
from storage.types import PartialDate
from tests.bot.workbook.conftest import bring_in, contents
from tests.sampling import EVERYTHING

ODD = st.sampled_from(
    [
        "=1+1",
        "+46 70",
        "-5",
        "@namn",
        "#N/A",
        "#REF!",
        '=HYPERLINK("http://example.com")',
        "_x0041_",
        "_x005F_x0041_",
        "_x000D_",
        "kvartersscenen ”Under”",
        "'citerad",
        "007",
        "1e5",
        "TRUE",
        "2021-05-01",
        "<b>&amp;</b>",
        "👩\u200d🚒",
        "a\u00a0b",
        "İI",
        "ß",
        "ﷺ",
    ]
)


def _clean(longest: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    def is_clean(text: str) -> bool:
        try:
            return 0 < len(text) <= longest and clean(text, lines=lines) == text
        except Invalid:
            return False

    alphabet = st.characters(exclude_categories=("Cs", "Cc", "Cn"))
    more = st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")) if lines else alphabet
    return (ODD | st.text(more, min_size=1, max_size=20)).filter(is_clean)


NAMES = _clean(200)
TEXTS = _clean(2000, lines=True)
YEARS = st.integers(1990, 2100)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
DATES = st.one_of(
    DAYS.map(PartialDate.of),
    st.builds(PartialDate, YEARS, st.integers(1, 12)),
    st.builds(PartialDate, YEARS),
)
OPTIONAL_DATES = st.none() | DATES
ORE = st.integers(0, 10**13) | st.integers(0, 10**6)
USERS = st.none() | st.from_regex(r"[UW][A-Z0-9]{3,8}", fullmatch=True)
NUMBERS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=3)


def _agreement(number: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an agreement whose term holds."""
    return st.fixed_dictionaries(
        {
            "number": st.just(number),
            "name": NAMES,
            "registry_number": st.none() | NAMES,
            "status": st.none() | st.sampled_from(AgreementStatus),
            "decided_on": OPTIONAL_DATES,
            "decided_by": st.none() | NAMES,
            "responsible_board": st.none() | NAMES,
            "starts_on": st.none() | st.builds(PartialDate, st.integers(2015, 2020)),
            "ends_on": st.sampled_from(
                [None, OpenEnd.open, PartialDate(2022), PartialDate(2023, 5)]
            ),
            "term_months": st.none() | st.integers(1, 60),
            "notice_months": st.none() | st.integers(0, 120),
            "evaluations_per_year": st.none() | st.integers(0, 12),
            "evaluation_months": st.sampled_from([None, "4, 10"]),
            "purpose": st.none() | TEXTS,
            "coordinator": USERS,
            "channel_id": st.sampled_from([None, "C0123", "G_X"]),
            "sheltered": st.booleans(),
            "funding_visible": st.booleans(),
            "steps": st.sampled_from([None, "-30,5"]),
            "link": st.none() | TEXTS,
        }
    )


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Draw a register as rows for a workbook."""
    drawn: dict[str, list[dict[str, Any]]] = {sheet.matter: [] for sheet in SHEETS}
    numbers = draw(st.lists(_clean(40), min_size=1, max_size=3, unique=True))
    for number in numbers:
        drawn["agreement"].append(draw(_agreement(number)))
        _draw_parties(draw, drawn, number)
        _draw_money(draw, drawn, number)
        _draw_rest(draw, drawn, number)
    for board, day in draw(st.lists(st.tuples(NAMES, DAYS), max_size=2, unique=True)):
        papers = draw(st.none() | DAYS)
        drawn["board_meeting"].append({"board": board, "meets_on": day, "papers_due_on": papers})
    for day in draw(st.lists(DAYS, max_size=2, unique=True)):
        last = day + timedelta(days=draw(st.integers(0, 20)))
        drawn["closed_period"].append({"from_on": day, "to_on": last, "reason": draw(NAMES)})
    return drawn


def _draw_parties(draw: st.DrawFn, drawn: dict[str, list[dict[str, Any]]], number: str) -> None:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=same))
    members = draw(st.integers(0, len(names) - 1))
    for at, organisation in enumerate(names):
        party = {
            "number": number,
            "organisation": organisation,
            "role": draw(st.sampled_from(PartyRole)),
            "kind": draw(st.none() | st.sampled_from(PartyKind)),
            "organisation_number": draw(st.sampled_from([None, "212000-0142"])),
            "coordinating": draw(st.booleans()),
            "joined_on": draw(st.sampled_from([None, PartialDate(2019, 2)])),
            "left_on": draw(st.sampled_from([None, PartialDate(2021)])),
            "umbrella": names[0] if at >= len(names) - members else None,
        }
        drawn["party"].append(party)
        for _ in range(draw(st.integers(0, 2))):
            person = {"title": draw(st.none() | NAMES), "confirmed_on": draw(OPTIONAL_DATES)}
            known = {"number": number, "organisation": organisation, "name": draw(NAMES)}
            address = draw(st.sampled_from([None, "kim@example.com", "åsa@example.com"]))
            phone = draw(st.none() | NAMES)
            drawn["contact"].append({**known, **person, "email": address, "phone": phone})
        for _ in range(draw(st.integers(0, 2))):
            promise = {"number": number, "organisation": organisation, "promise": draw(TEXTS)}
            recurs = draw(st.none() | st.sampled_from(Recurrence))
            days = {"due_on": draw(OPTIONAL_DATES), "done_on": draw(OPTIONAL_DATES)}
            drawn["commitment"].append({**promise, **days, "recurs": recurs})


def _draw_money(draw: st.DrawFn, drawn: dict[str, list[dict[str, Any]]], number: str) -> None:
    years = draw(st.sampled_from([st.none(), YEARS]))  # years may not exceed a total beside them
    for _ in range(draw(st.integers(0, 3))):
        grant = {"number": number, "year": draw(years), "note": draw(st.none() | TEXTS)}
        grant["amount_ore"] = draw(st.none() | ORE)
        drawn["grant"].append(grant | {"decision": draw(st.sampled_from(Decision))})
    for _ in range(draw(st.integers(0, 4))):
        is_correction = draw(st.booleans())
        amount = draw(ORE)
        drawn["payment"].append(
            {
                "number": number,
                "year": draw(st.none() | YEARS),
                "planned_on": draw(OPTIONAL_DATES),
                "amount_ore": -amount if is_correction else amount,
                "paid_on": draw(OPTIONAL_DATES),
                "condition": draw(st.none() | TEXTS),
                "reference": draw(st.none() | NAMES),
                "correction": draw(TEXTS) if is_correction else None,
            }
        )


def _draw_rest(draw: st.DrawFn, drawn: dict[str, list[dict[str, Any]]], number: str) -> None:
    for _ in range(draw(st.integers(0, 2))):
        figure = {"number": number, "name": draw(NAMES), "unit": draw(st.none() | NAMES)}
        when = {"from_on": PartialDate(2019), "to_on": draw(st.just(PartialDate(2021, 3)))}
        drawn["key_figure"].append(figure | when | {"value": values._plain(draw(NUMBERS))})
    places = draw(st.lists(st.integers(1, 9) | st.just(Extra.extra), max_size=3))
    for place in dict.fromkeys(places):
        held = {"held_on": draw(OPTIONAL_DATES), "outcome": draw(st.none() | TEXTS)}
        due = {"number": number, "place": place, "due": draw(DATES)}
        drawn["evaluation"].append(due | held | {"booked_on": draw(OPTIONAL_DATES)})


def everything(office: Office) -> dict[str, list[Any]]:
    """Give all that the register holds, without what is its own: ids, moments, the plan."""
    own = {"id", "uid", "registered_at", "known_at", "revision", "label", "runs_from", "runs_until"}
    held: dict[str, list[Any]] = {}
    with office.database.reading() as connection:
        names = {row.id: row.organisation for row in register.all_rows(connection, "party")}
        numbers = {row.id: row.number for row in register.all_rows(connection, "agreement")}
        for sheet in SHEETS:
            held[sheet.matter] = [
                {name: value for name, value in row._asdict().items() if name not in own}
                | {"party_id": names.get(getattr(row, "party_id", None))}
                | {"umbrella_id": names.get(getattr(row, "umbrella_id", None))}
                | {"agreement_id": numbers.get(getattr(row, "agreement_id", None))}
                for row in register.all_rows(connection, sheet.matter)
                if sheet.matter != "evaluation" or row.typed
            ]
    return held


@settings(
    max_examples=25 if EVERYTHING else 12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,  # much that can be drawn stands in no cell
    ],
)
@given(drawn=registers())
def test_a_register_comes_back_the_same_from_its_export(
    drawn: dict[str, list[dict[str, Any]]],
    sqlite_template: Path,
    make_office: Callable[..., Office],
):
    with tempfile.TemporaryDirectory() as folder:
        first, second = (_office(make_office, sqlite_template, Path(folder), n) for n in "ab")
        given_, once, twice = (Path(folder) / f"{name}.xlsx" for name in ("given", "once", "twice"))
        write_workbook(given_, drawn)
        assert bring_in(first, given_).errors == ()
        _export(first, once)
        assert bring_in(second, once).errors == ()
        _export(second, twice)
        assert contents(once) == contents(twice)
        assert everything(first) == everything(second)
        assert _counts(drawn) == {name: len(rows) for name, rows in everything(first).items()}
        again = bring_in(first, once)
        assert again.agreements_changed == ()
        first.database.close()
        second.database.close()


def _counts(drawn: dict[str, list[Any]]) -> dict[str, int]:
    return {name: len(rows) for name, rows in drawn.items()}


def _office(make: Callable[..., Office], template: Path, folder: Path, name: str) -> Office:
    shutil.copyfile(template, folder / f"{name}.db")
    return make(f"sqlite:///{folder / name}.db")


def _export(office: Office, target: Path) -> None:
    with office.database.reading() as connection:
        export_register(connection, target)


@pytest.mark.parametrize("title", [sheet.title for sheet in SHEETS])
def test_an_export_has_every_sheet_even_when_it_is_empty(
    sqlite_office: Office, tmp_path: Path, title: str
):
    _export(sqlite_office, tmp_path / "register.xlsx")
    sheet = next(sheet for sheet in SHEETS if sheet.title == title)
    [headings] = contents(tmp_path / "register.xlsx")[title]
    assert headings == tuple((column.heading, "s") for column in sheet.columns)
