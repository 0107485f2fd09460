"""Debian's Chromium through Playwright, and pages opened in it as one of the cast."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=sv-SE",
    "--font-render-hinting=none",
    "--disable-lcd-text",
)
WIDE = (1280, 820)
NARROW = (360, 740)
_NOTHING = "about:blank"
_SIT_DOWN = """
const seat = location.protocol === "http:" && document.cookie.match(/seat=([^;]*)/);
if (seat) {
    sessionStorage.clear();
    const begins = JSON.parse(decodeURIComponent(seat[1]));
    for (const [name, value] of Object.entries(begins)) sessionStorage.setItem(name, value);
}
"""
PATIENCE_MS = 30_000  # a machine with other work; what is there is seen at once


def installed() -> str | None:
    """Give the path of a browser that is installed here."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start the browser with a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed(),
            args=list(FLAGS),
            env={**os.environ, "LANGUAGE": "sv_SE:sv"},
        )
        yield browser
        browser.close()


@dataclass
class Seat:
    """A page open before one person, and what the page did that it should not have."""

    page: Page
    address: str
    wrongs: list[str] = field(default_factory=list)

    @property
    def listeners(self) -> dict[Any, Any]:
        """Who hears what the page does that it should not, by the event."""
        return {"pageerror": self._broken, "console": self._said, "request": self._asked}

    def _broken(self, error: Any) -> None:
        self.wrongs.append(f"error: {error}")

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.wrongs.append(f"{said.type}: {said.text}")

    def _asked(self, request: Any) -> None:
        ours = (f"{self.address}/", self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(ours):
            self.wrongs.append(f"asked elsewhere: {request.url}")

    @property
    def field(self) -> Locator:
        return self.page.locator("#conversation .write-field")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#conversation li.message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    def write(self, text: str) -> None:
        """Write into the open conversation and send."""
        self.field.fill(text)
        self.field.press("Escape")
        self.field.press("Enter")

    def be(self, person: str) -> None:
        """Be somebody else, in the menu above."""
        self.page.locator("#who").select_option(person)
        self.page.wait_for_function(
            "who => sessionStorage.getItem('me') === who",
            arg=person,
        )

    def go(self, place: str) -> None:
        """Open a conversation at the side; ``app`` is the bot's."""
        self.page.locator(f'.place[data-place="{place}"]').click()

    def press(self, label: str) -> None:
        """Press the latest button that says this."""
        self.page.locator("#conversation").get_by_role("button", name=label).last.click()


def a_room(browser: Browser, **more: Any) -> BrowserContext:
    """Open a fresh profile of somebody in Sweden who wants no movement on the screen."""
    usual = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "reduced_motion": "reduce"}
    room = browser.new_context(**{**usual, **more})
    room.set_default_timeout(PATIENCE_MS)
    room.add_init_script(_SIT_DOWN)
    return room


def sit_down(
    room: BrowserContext,
    address: str,
    person: str | None = None,
    *,
    size: tuple[int, int] = WIDE,
    scheme: Any = "light",
    tour: bool = False,
) -> Seat:
    """Open the page in a tab; a request elsewhere, an error or a warning is a wrong.

    A tab that somebody has left is taken over: a new one costs twice the work.
    """
    page = next((tab for tab in room.pages if tab.url == _NOTHING), None) or room.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat = Seat(page, address)
    for event, listener in seat.listeners.items():
        page.on(event, listener)
    begins = {"tour-open": "yes" if tour else "no"} | ({"me": person} if person else {})
    room.add_cookies([{"name": "seat", "value": quote(json.dumps(begins)), "url": address}])
    page.goto(address)
    room.clear_cookies()
    page.wait_for_selector("body.ready")
    return seat


def stand_up(seat: Seat) -> None:
    """Leave the tab to others; what the page keeps between visits is forgotten."""
    page = seat.page
    if page.is_closed():
        return
    page.evaluate("localStorage.clear()")
    for event, listener in seat.listeners.items():
        page.remove_listener(event, listener)
    page.goto(_NOTHING)
