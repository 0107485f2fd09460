"""A browser, pages before people, and the workspaces they look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from slack_sdk import WebClient

from tests.page.browser import PATIENCE_MS, Seat, a_browser, a_room, installed, sit_down, stand_up
from tests.page.town import Town, a_town
from tests.workspace import Workspace
from tests.workspace.demonstration import SCENE

Sit = Callable[..., Seat]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> None:
    """A browser is installed here, or the test says that there is none."""
    if installed() is None:
        pytest.skip("no Chromium is installed: the page is not tested here")


@pytest.fixture(scope="module")
def browser(chromium: None) -> Iterator[Browser]:
    """The browser of one file: while it is open, no other event loop can run in this thread."""
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def room(browser: Browser) -> BrowserContext:
    """The profile in which the tests' tabs are opened."""
    return a_room(browser)


@pytest.fixture
def sit(browser: Browser, room: BrowserContext) -> Iterator[Sit]:
    """Open pages in tabs; at the end none of them may have done anything wrong.

    With ``open_to_scripts`` the page's policy is lifted, for tools that bring their own.
    """
    opened: list[Seat] = []
    rooms: list[BrowserContext] = []

    def open_page(
        address: str, person: str | None = None, *, open_to_scripts: bool = False, **more: Any
    ) -> Seat:
        here = room
        if open_to_scripts:
            here = a_room(browser, bypass_csp=True)
            rooms.append(here)
        opened.append(sit_down(here, address, person, **more))
        return opened[-1]

    yield open_page
    for seat in opened:
        stand_up(seat)
    for own in rooms:
        own.close()
    assert [wrong for seat in opened for wrong in seat.wrongs] == []


@pytest.fixture
def slack(chromium: None) -> Iterator[Workspace]:
    """The demonstration's people and channels in a thread of this process, without a bot."""
    with Workspace.start() as workspace:
        manifest = Path(__file__).parents[2] / "manifest.json"
        workspace.install(json.loads(manifest.read_text(encoding="utf-8")))
        workspace.load_scene(json.loads(SCENE.read_text(encoding="utf-8")))
        yield workspace


@pytest.fixture
def bot(slack: Workspace) -> WebClient:
    """The bot's own client: what it says comes through Slack's real door."""
    slack.settings(scopes=[*slack.settings()["scopes"], "files:write"])
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest.fixture(scope="session")
def the_town(chromium: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real bot as its own process, with the demonstration register; shared by the tests."""
    with a_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def town(the_town: Town) -> Town:
    """The same town, with the register and the clock as they were at first."""
    the_town.start_over()
    return the_town
