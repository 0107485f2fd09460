"""Modals of a small app: fields, their errors and the mending, a stack, closing; and the home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from tests.page import gallery
from tests.page.browser import Seat
from tests.page.conftest import Sit
from tests.page.registration_app import OPENER, WEEKEND, build, connect
from tests.workspace import Workspace


@pytest.fixture
def heard(slack: Workspace) -> Iterator[list[dict[str, Any]]]:
    """The app is connected; what it was told."""
    told: list[dict[str, Any]] = []
    handler = connect(slack, build(slack, told))
    yield told
    slack.hang_up(handler)


@pytest.fixture
def seat(slack: Workspace, heard: list[dict[str, Any]], bot: WebClient, sit: Sit) -> Seat:
    """Kjell, from the association, with the modal open: whoever sees a button can press it."""
    bot.chat_postMessage(channel="C_KULTUR", text="Boka", blocks=[OPENER])
    seat = sit(slack.address, "U_KJELL")
    seat.press("Boka datum")
    expect(modal(seat)).to_be_visible()
    return seat


def modal(seat: Seat) -> Locator:
    return seat.page.locator("dialog.modal[open]")


def test_an_error_is_said_at_its_field_and_mended(seat: Seat, heard: list[dict[str, Any]]):
    page = seat.page
    day = page.get_by_label("Dag (åååå-mm-dd)", exact=True)
    expect(day).to_be_focused()
    page.get_by_role("button", name="Spara").click()
    expect(modal(seat).get_by_role("alert")).to_have_text("3 fält behöver rättas.")
    expect(day).to_have_accessible_description("En arbetsdag Fyll i det här fältet.")
    assert heard == []

    day.fill(WEEKEND)
    page.get_by_label("Plats").fill("Kulturhuset")
    people = page.get_by_label("Antal personer")
    people.fill("många")
    page.get_by_role("button", name="Spara").click()
    expect(people).to_have_accessible_description("Det är inget tal.")
    expect(people).to_be_focused()

    people.fill("4")
    page.get_by_label("Slag").select_option("konst")
    page.get_by_role("checkbox", name="Kultur 1740").check()
    page.get_by_role("button", name="Spara").click()
    expect(day).to_have_accessible_description("En arbetsdag 30 oktober är en lördag.")
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Plats")).to_have_value("Kulturhuset")

    day.fill("2021-10-29")
    page.get_by_role("button", name="Spara").click()
    expect(modal(seat)).to_have_count(0)
    expect(page.get_by_role("button", name="Boka datum")).to_be_focused()
    told = heard[-1]
    assert told["day"]["day_field"]["selected_date"] == "2021-10-29"
    assert told["people"]["people_field"]["value"] == "4"
    assert told["kind"]["kind_field"]["selected_option"]["value"] == "konst"
    assert len(told["topics"]["topics_field"]["selected_options"]) == 1
    assert told["notes"]["notes_field"]["value"] is None
    seat.go("app")
    expect(seat.last).to_contain_text("Bokad till 2021-10-29.")


def test_a_modal_over_a_modal_leaves_what_was_filled_in(
    slack: Workspace, seat: Seat, heard: list[dict[str, Any]]
):
    page = seat.page
    page.get_by_label("Plats").fill("Kulturhuset")
    page.get_by_role("button", name="Vad betyder det?").click()
    expect(modal(seat)).to_contain_text("Dagen då ni träffas.")
    page.keyboard.press("Escape")
    expect(modal(seat).locator("h2")).to_have_text("Boka utvärdering")
    expect(page.get_by_label("Plats")).to_have_value("Kulturhuset")
    page.get_by_role("button", name="Avbryt").click()
    expect(modal(seat)).to_have_count(0)
    slack.wait_for(lambda: heard)
    assert heard == [{"closed": True}]


def test_the_home_tab_shows_what_was_published_and_its_buttons_work(
    slack: Workspace, heard: list[dict[str, Any]], bot: WebClient, sit: Sit
):
    seat = sit(slack.address, "U_ANNA")
    seat.go("app")
    seat.page.get_by_role("tab", name="Meddelanden").press("ArrowLeft")
    expect(seat.page.get_by_role("tabpanel")).to_contain_text("inte lagt något på hemfliken")
    bot.views_publish(user_id="U_ANNA", view=gallery.HOME)
    expect(seat.page.get_by_role("tabpanel")).to_contain_text("Mina överenskommelser")
    seat.press("Visa")
    slack.wait_for(lambda: heard)
    assert heard == [{"pressed": "view"}]
