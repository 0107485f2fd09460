"""Days and times are shown and taken as Swedes write them, whatever the browser speaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from slack_sdk import WebClient

from tests.page.browser import Seat, a_room, sit_down
from tests.page.conftest import Sit
from tests.page.gallery import plain
from tests.page.registration_app import OPENER, build, connect
from tests.page.town import Town
from tests.workspace import Workspace
from tests.workspace.demonstration import START

PICKERS = {
    "type": "actions",
    "elements": [
        {"type": "datepicker", "action_id": "day", "placeholder": plain("Dag")},
        {"type": "timepicker", "action_id": "time", "placeholder": plain("Tid")},
        {"type": "datetimepicker", "action_id": "both", "initial_date_time": 1630504800},
    ],
}


@pytest.fixture
def told(slack: Workspace) -> Iterator[list[dict[str, Any]]]:
    """What an app is told that takes every choice."""
    heard: list[dict[str, Any]] = []
    app = build(slack, heard)

    def chosen(ack: Any, action: dict[str, Any]) -> None:
        ack()
        heard.append(action)

    for name in ("day", "time", "both"):
        app.action(name)(chosen)
    handler = connect(slack, app)
    yield heard
    slack.hang_up(handler)


def alert(field: Locator) -> Locator:
    """Find where it is said what is wrong with a field of a message."""
    return field.locator("xpath=ancestor::*[@class='element']").get_by_role("alert")


def test_the_clock_goes_to_a_day_written_the_swedish_way(town: Town, browser: Browser, sit: Sit):
    seat = sit(town.address, "U_ANNA")
    page = seat.page
    day = page.get_by_label("Gå till dagen (åååå-mm-dd)", exact=True)
    expect(day).to_have_value("2021-09-01")
    for written, said in (
        ("2021-02-31", "2021-02-31 finns inte. Skriv till exempel 2021-09-01."),
        ("2021", "Skriv till exempel 2021-09-01."),
        ("9/3/2021", "Skriv till exempel 2021-09-01."),
        ("", "Skriv till exempel 2021-09-01."),
    ):
        day.fill(written)
        day.press("Enter")
        expect(page.locator("#clock .problem")).to_have_text(said)
        expect(day).to_have_accessible_description(said)
        expect(day).to_have_attribute("aria-invalid", "true")
        expect(day).to_be_focused()
        expect(day).to_have_value(written)
    day.fill("20210903")
    day.press("Enter")
    now = page.locator(".clock-now time")
    expect(now).to_have_attribute("datetime", "2021-09-03T10:00:00+02:00")
    expect(page.locator("#clock .problem")).to_be_hidden()
    page.locator("#clock-day:not([aria-disabled])").click()
    expect(day).to_have_value("2021-09-04")


def test_an_american_browser_shows_the_same(
    slack: Workspace, bot: WebClient, told: list[dict[str, Any]], browser: Browser
):
    bot.chat_postMessage(channel="C_KULTUR", text="Välj", blocks=[PICKERS])
    room = a_room(browser, locale="en-US")
    seat = sit_down(room, slack.address, "U_ANNA")
    assert seat.page.evaluate("new Date(0).toLocaleDateString()") == "1/1/1970"
    day = seat.page.get_by_label("Dag (åååå-mm-dd)", exact=True)
    time = seat.page.get_by_label("Tid (tt:mm)", exact=True)
    both = seat.page.get_by_label("Välj (åååå-mm-dd tt:mm)", exact=True)
    expect(both).to_have_value("2021-09-01 16:00")
    expect(day).to_have_attribute("placeholder", "åååå-mm-dd")

    day.press_sequentially("2021-02-31")
    day.press("Tab")
    expect(alert(day)).to_have_text("2021-02-31 finns inte. Skriv till exempel 2021-09-01.")
    time.fill("4:00 PM")
    time.press("Tab")
    expect(alert(time)).to_have_text("Skriv till exempel 14:30.")
    assert told == []

    day.fill("2021-09-03")
    time.fill("1600")
    both.fill("2021-09-01 16:30")
    both.press("Tab")
    slack.wait_for(lambda: len(told) == 3)
    by_name = {each["action_id"]: each for each in told}
    assert by_name["day"]["selected_date"] == "2021-09-03"
    assert by_name["time"]["selected_time"] == "16:00"
    assert by_name["both"]["selected_date_time"] == 1630504800 + 30 * 60
    expect(time).to_have_value("16:00")
    expect(alert(day)).to_be_hidden()
    assert seat.wrongs == []
    room.close()


def test_the_browsers_own_calendar_writes_the_day_the_swedish_way(
    slack: Workspace, bot: WebClient, told: list[dict[str, Any]], sit: Sit
):
    bot.chat_postMessage(channel="C_KULTUR", text="Välj", blocks=[PICKERS])
    seat = sit(slack.address, "U_ANNA")
    seat.page.evaluate("HTMLInputElement.prototype.showPicker = function () { window.at = this; }")
    choose = seat.page.get_by_role("button", name="Välj i kalendern").first
    choose.press("Enter")
    seat.page.evaluate(
        "at.value = '2021-09-03'; at.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    expect(seat.page.get_by_label("Dag (åååå-mm-dd)", exact=True)).to_have_value("2021-09-03")
    slack.wait_for(lambda: told)
    assert told[0]["selected_date"] == "2021-09-03"


def test_a_form_with_a_day_that_does_not_exist_is_not_sent(
    slack: Workspace, bot: WebClient, told: list[dict[str, Any]], sit: Sit
):
    bot.chat_postMessage(channel="C_KULTUR", text="Boka", blocks=[OPENER])
    seat: Seat = sit(slack.address, "U_ANNA")
    seat.press("Boka datum")
    page = seat.page
    day = page.get_by_label("Dag (åååå-mm-dd)", exact=True)
    page.get_by_label("Plats").fill("Kulturhuset")
    page.get_by_label("Antal personer").fill("4")
    day.fill("2021-02-31")
    day.press("Enter")
    said = "En arbetsdag 2021-02-31 finns inte. Skriv till exempel 2021-09-01."
    expect(day).to_have_accessible_description(said)
    expect(page.locator("dialog[open]").get_by_role("alert")).to_have_text("1 fält behöver rättas.")
    expect(day).to_be_focused()
    assert told == []
    day.fill("2021-10-29")
    day.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert told[0]["day"]["day_field"]["selected_date"] == "2021-10-29"


def test_whoever_stands_on_a_button_stays_there_although_the_clock_was_set_back(
    town: Town, sit: Sit
):
    seat, bjorn = sit(town.address, "U_ANNA"), town.slack.person("U_BJORN")
    for instant, text in ((START, "ett"), ("2021-09-16T09:00:00+02:00", "två"), (START, "tre")):
        town.move_clock(instant)
        bjorn.writes(text, in_channel="C_KULTUR")
        expect(seat.last).to_contain_text(text)
    reply = seat.messages.filter(has_text="tre").last.get_by_role("button").last
    reply.focus()
    bjorn.writes("fyra", in_channel="C_KULTUR")
    expect(seat.last).to_contain_text("fyra")
    expect(reply).to_be_focused()
