"""When the page's connection is lost: what it says, how it comes back, and what it then shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from tests.page.browser import Seat
from tests.page.conftest import Sit
from tests.page.relay import Relay
from tests.ports import free_port
from tests.workspace import Workspace
from tests.workspace.demonstration import SCENE

LOST = "Kontakten bröts. Försöker igen … Det du har skrivit finns kvar."
ATTEMPTS = """() => {
  const Real = WebSocket;
  window.attempts = [];
  window.WebSocket = function (where) {
    attempts.push(performance.now());
    return new Real(where);
  };
}"""


@pytest.fixture
def line(slack: Workspace) -> Iterator[Relay]:
    with Relay(urlsplit(slack.address).port or 0) as relay:
        yield relay


def lost(seat: Seat) -> Locator:
    return seat.page.locator("#lost")


def forgive(seat: Seat) -> None:
    """Leave out what the browser itself says of a server that does not answer."""
    own = ("/page/live", "net::ERR_")
    seat.wrongs[:] = [wrong for wrong in seat.wrongs if not any(word in wrong for word in own)]


def texts(seat: Seat) -> list[str]:
    return seat.page.locator("#conversation .message-content").all_inner_texts()


def test_after_a_cut_each_message_is_there_once_and_the_draft_is_kept(
    slack: Workspace, line: Relay, sit: Sit, bot: WebClient
):
    seat = sit(line.address, "U_KJELL")
    bot.chat_postMessage(channel="C_KULTUR", text="före")
    gone = bot.chat_postMessage(channel="C_KULTUR", text="tas bort")["ts"]
    expect(seat.messages).to_have_count(2)
    seat.field.fill("halvskrivet till")
    expect(lost(seat)).to_be_hidden()

    line.cut()
    expect(lost(seat)).to_have_text(LOST)
    expect(lost(seat)).to_be_in_viewport(ratio=1)
    bot.chat_postMessage(channel="C_KULTUR", text="medan det var brutet")
    bot.chat_postEphemeral(channel="C_KULTUR", user="U_ANNA", text="bara till Anna")
    bot.chat_delete(channel="C_KULTUR", ts=gone)
    assert "medan" not in "".join(texts(seat))

    line.mend()
    expect(lost(seat)).to_be_hidden()
    expect(seat.page.locator("#announcer")).to_have_text("Kontakten är tillbaka.")
    expect(seat.messages).to_have_count(2)
    assert texts(seat) == ["före", "medan det var brutet"]
    expect(seat.field).to_have_value("halvskrivet till")
    expect(seat.field).to_be_focused()
    bot.chat_postMessage(channel="C_KULTUR", text="efter")
    expect(seat.messages).to_have_count(3)
    seat.field.press("Enter")
    expect(seat.last).to_contain_text("halvskrivet till")
    assert texts(seat) == ["före", "medan det var brutet", "efter", "halvskrivet till"]
    forgive(seat)


def test_what_is_sent_while_the_connection_is_lost_stays_in_the_field(
    slack: Workspace, line: Relay, sit: Sit
):
    seat = sit(line.address, "U_ANNA")
    line.cut()
    expect(lost(seat)).to_be_visible()
    seat.write("kommer det fram?")
    expect(seat.page.locator("#announcer")).to_have_text("Det gick inte: kontakten bröts")
    expect(seat.field).to_have_value("kommer det fram?")
    line.mend()
    expect(lost(seat)).to_be_hidden()
    expect(seat.messages).to_have_count(0)
    seat.field.press("Enter")
    expect(seat.messages).to_have_count(1)
    expect(seat.field).to_have_value("")
    forgive(seat)


def test_the_page_tries_again_ever_more_seldom_and_says_it_is_lost_once(
    slack: Workspace, line: Relay, sit: Sit
):
    seat = sit(line.address, "U_ANNA")
    seat.page.evaluate(f"({ATTEMPTS})()")
    seat.page.evaluate(
        """() => {
          window.said = [];
          const announcer = document.getElementById('announcer');
          new MutationObserver(() => said.push(announcer.textContent))
            .observe(announcer, {childList: true});
        }"""
    )
    line.cut()
    seat.page.wait_for_function("() => attempts.length >= 3")
    waits = [later - sooner for sooner, later in pairwise(seat.page.evaluate("attempts"))]
    assert all(later > sooner * 1.4 for sooner, later in pairwise(waits)), waits
    assert seat.page.evaluate("said") == [LOST]
    forgive(seat)


def test_after_a_restart_the_page_shows_what_the_new_server_has(chromium: None, sit: Sit):
    port = free_port()
    with Workspace.spawn(port=port, scene=SCENE) as slack:
        slack.person("U_BJORN").writes("ett", in_channel="C_KULTUR")
        seat = sit(slack.address, "U_ANNA")
        expect(seat.messages).to_have_count(1)
        seat.field.fill("halvskrivet")
    expect(lost(seat)).to_have_text(LOST)
    with Workspace.spawn(port=port, scene=SCENE) as slack:
        slack.person("U_BJORN").writes("två", in_channel="C_KULTUR")
        expect(seat.last).to_contain_text("två")
        expect(lost(seat)).to_be_hidden()
        slack.person("U_BJORN").writes("tre", in_channel="C_KULTUR")
        expect(seat.messages).to_have_count(2)
        assert texts(seat) == ["två", "tre"]
        expect(seat.page.locator("#who")).to_have_value("U_ANNA")
        expect(seat.field).to_have_value("halvskrivet")
        forgive(seat)
        seat.page.close()
