"""The main cards look as they did when somebody last looked at them.

Three things are compared: the text, to the letter; the size; and the picture, made small and grey
so that a smoother edge is no change but a lost button is. Other fonts than those of the committed
pictures (Liberation Sans, which CI installs) break lines elsewhere: then a card may be up to a
quarter higher or lower and only its text and size are compared. With ``FOLJSAM_NEW_PICTURES=1`` the
pictures are taken anew; look at them before you commit.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.office import Office
from tests.page.browser import Seat
from tests.page.cards import main_cards
from tests.page.conftest import Sit
from tests.workspace import Workspace

PICTURES = Path(__file__).with_name("pictures")
FACTS = PICTURES / "cards.json"
NEW = os.environ.get("FOLJSAM_NEW_PICTURES") == "1"
NAMES = ("status", "medel", "kontakter", "paminnelse")
MEASURE = """() => {
  const brush = document.createElement('canvas').getContext('2d');
  brush.font = getComputedStyle(document.body).font;
  return Math.round(brush.measureText('Återstående medel 2 100 000 kr').width * 10) / 10;
}"""
DIFFERENCE = """async ([one, other]) => {
  const W = 96;
  const grey = async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const H = Math.max(8, Math.round(W * image.height / image.width));
    return [image, H];
  };
  const [[a, H], [b]] = [await grey(one), await grey(other)];
  const cells = (image) => {
    const canvas = new OffscreenCanvas(W, H);
    const brush = canvas.getContext('2d');
    brush.imageSmoothingQuality = 'high';
    brush.drawImage(image, 0, 0, W, H);
    const p = brush.getImageData(0, 0, W, H).data;
    return Array.from({length: W * H}, (_, i) => (p[4*i] * 3 + p[4*i+1] * 6 + p[4*i+2]) / 10);
  };
  const [x, y] = [cells(a), cells(b)];
  const off = x.map((value, i) => Math.abs(value - y[i]));
  return {mean: off.reduce((sum, each) => sum + each, 0) / off.length, most: Math.max(...off)};
}"""


@pytest.fixture
def shown(
    slack: Workspace, sit: Sit, bot: WebClient, sqlite_office: Office, tmp_path: Path
) -> Seat:
    """All cards, one below the other, before Anna."""
    for card in main_cards(sqlite_office, tmp_path).values():
        bot.chat_postMessage(channel="C_KULTUR", **card)
    seat = sit(slack.address, "U_ANNA", size=(1000, 2400))
    expect(seat.messages).to_have_count(len(NAMES))
    return seat


def look(seat: Seat, place: int) -> tuple[dict[str, Any], bytes]:
    """Give what is to be said of a card, and its picture."""
    card = seat.messages.nth(place).locator(".message-content")
    box = card.bounding_box()
    assert box is not None
    facts = {
        "text": [line for line in card.inner_text().splitlines() if line.strip()],
        "width": round(box["width"]),
        "height": round(box["height"]),
        "font": seat.page.evaluate(MEASURE),
    }
    return facts, card.screenshot()


def test_the_main_cards_look_as_they_did(shown: Seat, tmp_path: Path):
    known = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.exists() else {}
    for place, name in enumerate(NAMES):
        facts, picture = look(shown, place)
        file = PICTURES / f"{name}.png"
        if NEW:
            known[name] = facts
            file.write_bytes(picture)
            continue
        seen = tmp_path / file.name
        seen.write_bytes(picture)
        off = difference(shown, file.read_bytes(), picture)
        compare(known[name], facts, off, f"look at {file} and {seen}")
    if NEW:
        said = json.dumps(known, ensure_ascii=False, indent=1)
        FACTS.write_text(said + "\n", encoding="utf-8")


def difference(seat: Seat, old: bytes, new: bytes) -> dict[str, float]:
    """Say how far two pictures are apart, on average and at most, of 255."""
    page = seat.page.context.new_page()
    pictures = [base64.b64encode(each).decode() for each in (old, new)]
    off: dict[str, float] = page.evaluate(DIFFERENCE, pictures)
    page.close()
    return off


def compare(
    known: dict[str, Any], facts: dict[str, Any], off: dict[str, float], where: str
) -> None:
    """Hold a card against what it was."""
    same_fonts = abs(known["font"] - facts["font"]) < 0.5
    assert facts["text"] == known["text"], where
    for side, stray in (("width", 0.0), ("height", 0.25)):
        room = 2 if same_fonts else 2 + known[side] * stray
        assert abs(facts[side] - known[side]) <= room, f"{side}: {where}"
    if same_fonts:
        assert off["mean"] <= 2.0, f"{off}: {where}"
        assert off["most"] <= 60.0, f"{off}: {where}"


def test_a_lost_button_is_noticed(shown: Seat):
    known, before = look(shown, 0)
    lost = "button => { button.style.visibility = 'hidden'; }"
    shown.messages.first.locator("button.primary").evaluate(lost)
    facts, after = look(shown, 0)
    assert facts["height"] == known["height"]
    facts["text"] = known["text"]
    with pytest.raises(AssertionError, match="look at"):
        compare(known, facts, difference(shown, before, after), "look at the two")
