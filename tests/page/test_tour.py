"""The guided tour, with the real bot: every step is done for real, and noticed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.page.browser import NARROW, WIDE, Seat
from tests.page.conftest import Sit
from tests.page.town import Town


def step(seat: Seat, number: int) -> Locator:
    return seat.page.locator(f"#tour [data-step-done='{number}']")


def onwards(seat: Seat) -> None:
    seat.page.locator("#tour-next").click()


def go(seat: Seat, place: str) -> None:
    """Open a conversation, on a phone through the list that lies hidden."""
    menu = seat.page.locator("#menu")
    if menu.is_visible():
        menu.click()
    seat.go(place)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_all_five_steps_are_walked_for_real(town: Town, sit: Sit, size: tuple[int, int]):
    seat = sit(town.address, "U_ANNA", size=size, tour=True)
    tour = seat.page.locator("#tour")
    expect(tour.locator("h3")).to_have_text("Fråga hur det står")

    seat.write("/iop status kultur 1740")
    expect(step(seat, 1)).to_be_visible()
    expect(seat.last).to_contain_text("2 100 000 kr av 2 100 000 kr")

    onwards(seat)
    seat.press("Visa medel")
    expect(seat.last).to_contain_text("Återstående = beslutat − utbetalt")
    seat.press("Visa hur siffrorna räknats")
    expect(step(seat, 2)).to_be_visible()

    onwards(seat)
    before = seat.page.locator(".clock-now time").get_attribute("datetime")
    seat.page.locator("#clock-next").click()
    expect(step(seat, 3)).to_be_visible(timeout=15_000)
    assert seat.page.locator(".clock-now time").get_attribute("datetime") != before

    onwards(seat)
    go(seat, "app")
    seat.press("Genomförd")
    question = seat.page.locator("dialog[open]")
    expect(question).to_contain_text("markeras som genomförd i dag")
    question.get_by_role("button", name="Genomförd").click()
    expect(step(seat, 4)).to_be_visible()
    expect(seat.page.locator("#conversation .edited").last).to_be_visible()

    onwards(seat)
    seat.be("U_KJELL")
    seat.write("/iop status")
    expect(step(seat, 5)).to_be_visible()
    expect(seat.last).to_contain_text("/iop is not a valid command")
    expect(seat.last).to_contain_text("Kjell hör till en annan organisation")
    expect(seat.page.locator("#conversation")).not_to_contain_text("2 100 000")

    onwards(seat)
    expect(tour).to_be_hidden()
    seat.page.locator("#tour-button").click()
    expect(tour.locator("h3")).to_have_text("Fråga hur det står")


def test_the_tour_speaks_english_and_stays_closed(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA", tour=True)
    seat.page.locator("#language-button").click()
    expect(seat.page.locator("#tour h3")).to_have_text("Ask how it stands")
    expect(seat.page.locator("html")).to_have_attribute("lang", "en")
    seat.page.locator("#tour-close").click()
    expect(seat.page.locator("#tour")).to_be_hidden()
    expect(seat.page.locator("#tour-button")).to_be_focused()
    seat.page.reload()
    seat.page.wait_for_selector("body.ready")
    expect(seat.page.locator("#tour")).to_be_hidden()
    expect(seat.page.locator(".coming-first")).to_contain_text("Anna Ek", timeout=15_000)


def test_each_person_meets_what_is_theirs(town: Town, sit: Sit):
    seat = sit(town.address, "U_BJORN")
    for person, sees in (
        ("U_BJORN", "2 100 000 kr av 2 100 000 kr"),
        ("U_GRETA", "Bara du ser detta"),
        ("U_KJELL", "not a valid command"),
    ):
        seat.be(person)
        before = seat.messages.count()
        seat.write("/iop status kultur 1740")
        expect(seat.messages).to_have_count(before + 1)
        expect(seat.last).to_contain_text(sees)
        expect(seat.last).to_contain_text("Bara du ser detta")


def test_somebody_outside_sees_nothing(town: Town, sit: Sit):
    seat = sit(town.address, "U_OTTO")
    expect(seat.page.locator("#conversation")).to_contain_text("delar ingen kanal")
    expect(seat.page.locator(".place")).to_have_count(0)


def test_the_clock_goes_a_day_a_week_and_never_back(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA")
    now = seat.page.locator(".clock-now time")
    start = datetime.fromisoformat(now.get_attribute("datetime") or "")
    for by, days in (("day", 1), ("week", 8)):
        seat.page.locator(f"#clock-{by}:not([aria-disabled])").click()
        then = (start + timedelta(days=days)).date().isoformat()
        expect(now).to_have_attribute("datetime", re.compile(then), timeout=20_000)
    seat.page.locator("#clock-date").fill(start.date().isoformat())
    seat.page.locator("#clock-day:not([aria-disabled])").wait_for()
    seat.page.locator("#clock-go").click()
    expect(seat.page.locator("#clock .problem")).to_have_text("Klockan går bara framåt.")


def test_the_drawer_shows_the_raw_requests_and_answers(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA")
    seat.page.locator("#drawer-button").click()
    seat.write("/iop kontakter kultur 1740")
    first = seat.page.locator(".exchanges > li", has_text="/iop kontakter kultur 1740").first
    first.locator("summary").click()
    expect(first).to_contain_text('"command": "/iop"')
    expect(first).to_contain_text("Kontakter")
    seat.page.keyboard.press("Escape")
    expect(seat.page.locator("#drawer")).to_be_hidden()
    expect(seat.page.locator("#drawer-button")).to_be_focused()
