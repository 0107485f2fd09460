"""By keyboard alone, at the width of a phone, and as assistive technology meets the page."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import expect
from slack_sdk import WebClient

from tests.page import gallery
from tests.page.browser import NARROW, WIDE, Seat
from tests.page.conftest import Sit
from tests.page.registration_app import OPENER, build, connect
from tests.page.town import Town
from tests.sampling import sample
from tests.workspace import Workspace


def findings(seat: Seat) -> list[str]:
    """List what the audit holds to be serious or critical."""
    found = Axe().run(seat.page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in grave]


@pytest.mark.parametrize(
    ("scheme", "size"),
    sample([("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)][::-1], 3),
)
def test_the_audit_finds_nothing_grave(town: Town, sit: Sit, scheme: str, size: tuple[int, int]):
    # The audit's own script is markup to Trusted Types, so the page's policy is lifted for it.
    seat = sit(town.address, "U_ANNA", size=size, scheme=scheme, tour=True, open_to_scripts=True)
    seat.write("/iop status kultur 1740")
    expect(seat.last).to_contain_text("Återstående medel")
    assert findings(seat) == []
    seat.be("U_KJELL")
    seat.write("/iop status")
    expect(seat.last).to_contain_text("annan organisation")
    seat.page.locator("#drawer-button").click()
    assert findings(seat) == []


@pytest.mark.parametrize("scheme", sample(["light", "dark"], 2))
def test_the_audit_finds_nothing_grave_in_blocks_threads_and_modals(
    slack: Workspace, sit: Sit, bot: WebClient, scheme: str
):
    heard: list[dict[str, Any]] = []
    handler = connect(slack, build(slack, heard))
    bot.chat_postMessage(channel="C_KULTUR", text="Alla slag", blocks=gallery.BLOCKS)
    ts = bot.chat_postMessage(channel="C_KULTUR", text="Boka", blocks=[OPENER])["ts"]
    bot.chat_postMessage(channel="C_KULTUR", text="I tråden", thread_ts=ts)
    seat = sit(slack.address, "U_ANNA", scheme=scheme, open_to_scripts=True)
    seat.page.get_by_role("button", name="1 svar").click()
    seat.field.press_sequentially("/io")
    assert findings(seat) == []
    seat.field.press("Escape")
    seat.press("Boka datum")
    expect(seat.page.locator("dialog[open]")).to_be_visible()
    seat.page.get_by_role("button", name="Spara").click()
    expect(seat.page.locator("dialog .wrong")).to_have_count(3)
    assert findings(seat) == []
    slack.hang_up(handler)


def test_everything_is_done_by_keyboard_alone(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA")
    page, keys = seat.page, seat.page.keyboard
    keys.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#conversation")).to_be_focused()

    page.locator('.place[data-place="C_KULTUR"]').focus()
    for place in ("C_VARMLAND", "C_ALLA"):
        keys.press("ArrowDown")
        expect(page.locator(f'.place[data-place="{place}"]')).to_be_focused()
    keys.press("Home")
    keys.press("Enter")
    expect(seat.field).to_be_focused()
    keys.press("F6")
    expect(page.locator("#who")).to_be_focused()
    keys.press("Shift+F6")
    expect(seat.field).to_be_focused()

    keys.type("/iop-s")
    expect(page.get_by_role("option").filter(visible=True)).to_have_count(1)
    keys.press("Tab")
    expect(seat.field).to_have_value("/iop-status ")
    keys.type("kultur 1740")
    before = seat.messages.count()
    keys.press("Enter")
    expect(seat.messages).to_have_count(before + 1)
    expect(seat.field).to_be_focused()

    keys.press("Shift+Tab")
    expect(page.get_by_role("button", name="Dela i kanalen").last).to_be_focused()
    keys.press("Shift+Tab")
    expect(page.get_by_role("button", name="Visa kontakter").last).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(seat.last).to_contain_text("Medel: Kultur 1740")
    expect(page.get_by_role("button", name="Visa medel").last).to_be_focused()

    held = page.get_by_role("button", name="Genomförd").last
    held.focus()
    keys.press("Enter")
    expect(page.locator("dialog[open]").get_by_role("button", name="Genomförd")).to_be_focused()
    keys.press("Escape")
    expect(held).to_be_focused()

    seat.last.focus()
    keys.press("ArrowUp")
    expect(seat.messages.nth(-2)).to_be_focused()
    keys.press("End")
    expect(seat.last).to_be_focused()


def test_the_page_fits_a_phone(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA", size=NARROW)
    page = seat.page
    side = page.locator("#side")
    expect(side).not_to_be_visible()
    page.locator("#menu").click()
    expect(side).to_be_visible()
    expect(page.locator('.place[data-place="C_KULTUR"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(side).not_to_be_visible()
    expect(page.locator("#menu")).to_be_focused()

    seat.write("/iop medel kultur 1740")
    expect(seat.last).to_contain_text("Återstående medel")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    rights = "[...e.querySelectorAll('*')].map(x => x.getBoundingClientRect().right)"
    assert seat.last.evaluate(f"e => Math.max(...{rights})") <= NARROW[0]
    box = seat.field.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= NARROW[1]


def test_landmarks_and_names_are_there(town: Town, sit: Sit):
    seat = sit(town.address, "U_ANNA", tour=True)
    page = seat.page
    for role, name in (
        ("banner", None),
        ("navigation", "Samtal"),
        ("main", None),
        ("region", "Botens klocka"),
        ("complementary", "Rundtur"),
    ):
        place = page.get_by_role(role, name=name) if name else page.get_by_role(role)  # type: ignore[arg-type]
        expect(place.first).to_be_visible()
    expect(page.get_by_role("combobox", name="Du är")).to_have_value("U_ANNA")
    expect(page.get_by_role("combobox", name="Skriv till #iop-kultur-1740")).to_be_visible()
    seat.write("/iop kontakter kultur 1740")
    expect(page.locator("#announcer")).to_contain_text("Nytt från Följsam: Kontakter")


def test_the_look_and_the_language_are_chosen_and_kept(slack: Workspace, sit: Sit):
    seat = sit(slack.address, "U_ANNA")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = seat.page.evaluate(ground)
    seat.page.locator("#look-button").click()
    seat.page.locator("#look-button").click()
    expect(seat.page.locator("#look-button")).to_have_attribute("aria-label", "Utseende: mörkt")
    assert seat.page.evaluate(ground) != light
    seat.page.locator("#language-button").click()
    seat.page.reload()
    seat.page.wait_for_selector("body.ready")
    expect(seat.page.get_by_role("combobox", name="You are")).to_be_visible()
    assert seat.page.evaluate(ground) != light
