"""Takes the pictures of ``docs/pictures/``: ``python -m tests.page.take_pictures``.

Look at each one before you commit it. They show the real bot with the demonstration register, on
1 September 2021 and at the first reminder after it.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.page.browser import NARROW, Seat, a_browser, a_room, installed, sit_down, stand_up
from tests.page.town import Town, a_town

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 150_000
PAGE = (1240, 712)
CARD_ROOM = (980, 900)
CARDS = ("status", "medel", "kontakter")


def main() -> int:
    """Take them all; the exit code is 1 where one is missing or too large."""
    if installed() is None:
        sys.exit("No Chromium is installed.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        a_town(Path(folder)) as town,
        a_browser() as browser,
    ):
        plain, sharp = a_room(browser), a_room(browser, device_scale_factor=1.5)
        whole(plain, town)
        dark(plain, town)
        cards(sharp, town)
        reminder(sharp, town)
        association(plain, town)
    large = [file for file in FOLDER.glob("*.png") if file.stat().st_size > MOST_BYTES]
    for file in sorted(FOLDER.glob("*.png")):
        sys.stdout.write(f"{file.stat().st_size:>7} {file.name}\n")
    return 1 if large else 0


def save(place: Locator | Page, name: str) -> None:
    """Take a picture of a part of the page."""
    (FOLDER / f"{name}.png").write_bytes(packed(place.screenshot()))


def packed(png: bytes) -> bytes:
    """Pack a picture harder than the browser takes the time for; no dot of it changes."""
    parts, at = [], 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        parts.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + size]))
        at += size + 12
    dots = zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT"))
    best = (b"IDAT", zlib.compress(dots, 9))
    kept = [parts[0], best, *(part for part in parts[1:] if part[0] != b"IDAT")]
    return png[:8] + b"".join(_chunk(*part) for part in kept)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return len(content).to_bytes(4) + kind + content + check.to_bytes(4)


def still(seat: Seat) -> None:
    """Let the page come to rest: what is coming is counted, nothing is marked by the pointer."""
    expect(seat.page.locator(".coming-first")).to_be_visible(timeout=30_000)
    seat.page.mouse.move(0, 0)


def cards(room: BrowserContext, town: Town) -> None:
    """Take the three cards, each alone."""
    seat = sit_down(room, town.address, "U_ANNA", size=CARD_ROOM)
    for name in CARDS:
        seat.write(f"/iop {name} kultur 1740")
        expect(seat.last.locator("h3")).to_contain_text("Kultur 1740")
        seat.page.mouse.move(0, 0)
        save(seat.last, name)
    stand_up(seat)


def whole(room: BrowserContext, town: Town) -> None:
    """Take the whole page with the tour, as Anna."""
    seat = sit_down(room, town.address, "U_ANNA", size=PAGE, tour=True)
    seat.write("/iop status kultur 1740")
    expect(seat.page.locator("#tour [data-step-done]")).to_be_visible()
    still(seat)
    save(seat.page, "sidan")
    stand_up(seat)


def dark(room: BrowserContext, town: Town) -> None:
    """Take it dark, as Björn, who reads."""
    seat = sit_down(room, town.address, "U_BJORN", size=PAGE, scheme="dark")
    seat.write("/iop lista")
    expect(seat.last.locator("h3")).to_contain_text("överenskommelser")
    seat.write("/iop medel kultur 1740")
    expect(seat.last.locator("h3")).to_contain_text("Medel")
    still(seat)
    save(seat.page, "sidan-mork")
    stand_up(seat)


def phone(room: BrowserContext, town: Town) -> None:
    """Take the reminder as it is read on a phone."""
    seat = sit_down(room, town.address, "U_ANNA", size=NARROW)
    seat.page.locator("#menu").click()
    seat.go("app")
    expect(seat.last.locator("h3")).to_be_visible()
    still(seat)
    save(seat.page, "sidan-smal")
    stand_up(seat)


def reminder(room: BrowserContext, town: Town) -> None:
    """Take the reminder, the question before it is marked as held, and what it then becomes."""
    seat = sit_down(room, town.address, "U_ANNA", size=CARD_ROOM)
    seat.page.locator("#clock-next").click()
    expect(seat.page.locator('.place[data-place="app"] .badge')).to_be_visible(timeout=30_000)
    seat.go("app")
    seat.page.mouse.move(0, 0)
    save(seat.last, "paminnelse")
    phone(room, town)
    seat.press("Genomförd")
    question = seat.page.locator("dialog[open]")
    save(question, "fragan")
    question.get_by_role("button", name="Genomförd").click()
    expect(seat.page.locator("#conversation .edited").last).to_be_visible(timeout=15_000)
    seat.page.mouse.move(0, 0)
    save(seat.messages.filter(has=seat.page.locator(".edited")).last, "genomford")
    stand_up(seat)


def association(room: BrowserContext, town: Town) -> None:
    """Take what the association's representative meets."""
    seat = sit_down(room, town.address, "U_KJELL", size=(1100, 560))
    seat.write("/iop status")
    expect(seat.last).to_contain_text("annan organisation")
    still(seat)
    save(seat.page, "foreningen")
    stand_up(seat)


if __name__ == "__main__":
    sys.exit(main())
