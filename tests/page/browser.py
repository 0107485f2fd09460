"""Debian's Chromium through Playwright, and pages opened in it as one of the cast."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

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
    wrongs: list[str] = field(default_factory=list)

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
    """Open the page in a tab of its own; a request elsewhere, an error or a warning is a wrong."""
    page = room.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seat = Seat(page)
    page.on("pageerror", lambda error: seat.wrongs.append(f"error: {error}"))
    page.on("console", lambda said: _listen(seat, said))
    page.on("request", lambda request: _watch(seat, request.url, address))
    kept = {"me": person, "tour-open": "yes" if tour else "no"}
    for name, value in kept.items():
        if value is not None:
            page.add_init_script(
                f"sessionStorage.getItem({name!r}) ?? sessionStorage.setItem({name!r}, {value!r})"
            )
    page.goto(address)
    page.wait_for_selector("body.ready")
    return seat


def stand_up(seat: Seat) -> None:
    """Close the tab; what the page keeps between visits is forgotten."""
    if seat.page.is_closed():
        return
    seat.page.evaluate("localStorage.clear()")
    seat.page.close()


def _listen(seat: Seat, said: Any) -> None:
    if said.type in ("error", "warning"):
        seat.wrongs.append(f"{said.type}: {said.text}")


def _watch(seat: Seat, url: str, address: str) -> None:
    if not url.startswith((f"{address}/", address.replace("http", "ws"), "data:", "blob:")):
        seat.wrongs.append(f"asked elsewhere: {url}")
