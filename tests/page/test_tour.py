"""The guided tour, with the real bot: every step is done for real, and noticed."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from itertools import product

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from tests.page.browser import NARROW, Seat
from tests.page.conftest import Sit
from tests.page.town import Town
from tests.sampling import sample
from tests.workspace.demonstration import SCENE

WIDE = (1280, 800)
NAMES = {
    person["id"]: person["name"]
    for person in json.loads(SCENE.read_text(encoding="utf-8"))["people"]
}
FIRST_REMINDER = re.compile("^2021-09-17T09:00")


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


KEPT_OUT = {
    "U_KJELL": "Kjell är med i kanalen, men hör till en annan organisation",
    "U_GRETA": "En gäst får se det som föreningen får se, inte mer",
    "U_OTTO": "Otto delar ingen kanal med kommunen och ser varken samtal eller bot",
}
"""Who cannot ask, and what the tour says to them."""


def become(seat: Seat, person: str, name: str) -> None:
    """Let the tour make one somebody who can take the step."""
    seat.page.get_by_role("button", name=f"Bli {name}", exact=True).click()
    expect(seat.page.locator("#who")).to_have_value(person)
    expect(seat.page.locator("#tour h3")).to_be_focused()
    expect(seat.page.locator("#tour-be")).to_have_count(0)


def shown_where(seat: Seat) -> Locator:
    """Ask the tour where the step is taken; it points at one thing that is really to be seen."""
    seat.page.locator("#tour").get_by_role("button", name="Visa mig var").click()
    pointed = seat.page.locator(".pointed")
    expect(pointed).to_be_in_viewport(ratio=1)
    expect(pointed).to_be_focused()
    return pointed


def fits(seat: Seat) -> None:
    """The step's buttons and the field where one writes are on the screen, and nothing is wider."""
    assert seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in seat.page.locator("#tour .button").all():
        expect(button).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("person", "size"),
    sample([*product(NAMES, (WIDE, NARROW))], 7),
)
def test_whoever_one_is_the_tour_leads_through_all_five_steps(
    town: Town, sit: Sit, person: str, size: tuple[int, int]
):
    seat = sit(town.address, person, size=size, tour=True)
    page, tour = seat.page, seat.page.locator("#tour")
    expect(tour.locator("h3")).to_have_text("Fråga hur det står")
    expect(tour.locator(".tour-me")).to_contain_text(f"Du är {NAMES[person]}")
    fits(seat)
    me = person
    if person in KEPT_OUT:
        expect(tour).to_contain_text(KEPT_OUT[person])
        expect(tour).not_to_contain_text("Skriv i kanalen")
        become(seat, "U_ANNA", "Anna Ek")
        me = "U_ANNA"
    expect(tour).to_contain_text("Skriv i kanalen")
    expect(shown_where(seat)).to_have_class(re.compile("write-field"))
    seat.write("/iop status kultur 1740")
    expect(step(seat, 1)).to_contain_text("Boten svarade bara dig")
    expect(seat.last).to_contain_text("2 100 000 kr av 2 100 000 kr")
    expect(seat.last.get_by_role("button", name="Visa kontakter")).to_be_in_viewport(ratio=1)
    fits(seat)

    onwards(seat)
    expect(shown_where(seat)).to_have_text("Visa medel")
    seat.press("Visa medel")
    expect(seat.last).to_contain_text("Återstående = beslutat − utbetalt")
    expect(shown_where(seat)).to_have_text("Visa hur siffrorna räknats")
    seat.press("Visa hur siffrorna räknats")
    expect(step(seat, 2)).to_contain_text("Återstår är beslutat minus utbetalt")
    fits(seat)

    onwards(seat)
    expect(shown_where(seat)).to_have_id("clock-next")
    page.locator("#clock-next").click()
    ends = "direktmeddelande till dig" if me == "U_ANNA" else "gick till Anna som ett direktm"
    expect(step(seat, 3)).to_contain_text(ends)
    expect(page.locator(".clock-now time")).to_have_attribute("datetime", FIRST_REMINDER)
    fits(seat)

    onwards(seat)
    if me != "U_ANNA":
        expect(tour).to_contain_text("Påminnelsen gick till Anna, som samordnar.")
        become(seat, "U_ANNA", "Anna Ek")
    where = shown_where(seat)
    expect(where).to_have_id("menu") if size == NARROW else expect(where).to_contain_text("Följsam")
    go(seat, "app")
    expect(shown_where(seat)).to_have_text("Genomförd")
    seat.press("Genomförd")
    question = page.locator("dialog[open]")
    expect(question).to_contain_text("markeras som genomförd i dag")
    question.get_by_role("button", name="Genomförd").click()
    expect(step(seat, 4)).to_contain_text("Utvärderingen är markerad")
    expect(page.locator("#conversation .edited").last).to_be_visible()
    expect(seat.last.get_by_role("button", name="Genomförd")).to_have_count(0)
    fits(seat)

    onwards(seat)
    expect(tour).to_contain_text("Se samma kanal som Kjell från föreningen Kultur 1740.")
    become(seat, "U_KJELL", "Kjell Svensson")
    expect(shown_where(seat)).to_have_class(re.compile("write-field"))
    seat.write("@Följsam status")
    expect(step(seat, 5)).to_contain_text("Svaret ligger under 1 svar")
    expect(tour).to_contain_text("Det var hela turen")
    fits(seat)
    page.locator("#conversation .replies").last.click()
    answer = page.locator("#thread li.message").last
    expect(answer).to_contain_text("Kultur 1740")
    expect(answer).to_contain_text("Nästa utvärdering")
    expect(answer.get_by_role("button", name="Visa kontakter")).to_be_in_viewport(ratio=1)
    for place in ("#conversation", "#thread"):
        expect(page.locator(place)).not_to_contain_text("2 100 000")
    page.locator("#thread").get_by_role("button", name="Stäng tråden").click()
    expect(page.locator("#thread")).to_be_hidden()

    onwards(seat)
    expect(tour).to_be_hidden()
    page.locator("#tour-button").click()
    expect(tour.locator("h3")).to_have_text("Fråga hur det står")


def test_what_the_tour_points_at_stays_so_when_news_come(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA", tour=True)
    seat.page.evaluate("sessionStorage.setItem('tour-at', '3')")
    seat.page.reload()
    pointed = shown_where(seat)
    expect(pointed).to_have_attribute("data-place", "app")
    pointed.evaluate("place => place.setAttribute('data-drawn', 'before')")
    bot = WebClient(town.slack.bot_token, base_url=town.slack.api_url)
    bot.chat_postMessage(channel="U_ANNA", text="Hej")
    expect(seat.page.locator("[data-drawn]")).to_have_count(0)
    expect(pointed).to_be_focused()
    pointed.press("Tab")
    expect(pointed).to_have_count(0)


def test_an_answer_to_another_question_does_not_end_a_step(town: Town, sit: Sit):
    seat = sit(town.address, "U_GRETA", tour=True)
    seat.write("/iop lista")
    expect(seat.last).to_contain_text("Jag håller reda på er överenskommelse")
    expect(step(seat, 1)).to_have_count(0)
    expect(seat.page.locator("#tour-be")).to_have_text("Bli Anna Ek")


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
    expect(seat.page.locator(".coming-first")).to_contain_text("Anna Ek")


def test_each_person_meets_what_is_theirs(town: Town, sit: Sit):
    seat = sit(town.address, "U_BJORN")
    for person, sees in (
        ("U_BJORN", "2 100 000 kr av 2 100 000 kr"),
        ("U_GRETA", "Åtaganden: "),
        ("U_KJELL", "not a valid command"),
    ):
        seat.be(person)
        before = seat.messages.count()
        seat.write("/iop status kultur 1740")
        expect(seat.messages).to_have_count(before + 1)
        expect(seat.last).to_contain_text(sees)
        expect(seat.last).to_contain_text("Bara du ser detta")
        if person != "U_BJORN":
            expect(seat.last).not_to_contain_text("2 100 000")


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
    expect(seat.page.locator("#clock .problem")).to_have_text(
        "Det gick inte: klockan går bara framåt"
    )


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
