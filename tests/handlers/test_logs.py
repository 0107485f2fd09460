"""The log says what happened and to which row, and nothing that anybody wrote."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from handlers import logs
from tests import overheard
from tests.handlers.web.kinds import KINDS, command, press
from tests.handlers.web.town_hall import TownHall, opened
from tests.overheard import lower_everything, search

CANARIES = "Kanarie Svensson kanarie@example.se 070-550 56 65 121212-1212 xoxb-1-kanarie Kjell"


@pytest.fixture
def as_in_service() -> Iterator[None]:
    """Set the log up as the bot does, then lower everything; put back what was there."""
    root = logging.getLogger()
    before, handlers, level = structlog.get_config(), list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in overheard.LIBRARIES}
    logs.set_up(logging.DEBUG)
    lower_everything()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    structlog.configure(**before)


@pytest.fixture
def hall(sqlite_template: Path, tmp_path: Path, as_in_service: None) -> Iterator[TownHall]:
    shutil.copyfile(sqlite_template, tmp_path / "register.db")
    with opened(f"sqlite:///{tmp_path / 'register.db'}", overheard=False) as hall:
        yield hall


def _journeys(hall: TownHall) -> None:
    """Ask, press, fail and send rubbish, with canaries in every place that takes a text."""
    for kind, payload in KINDS.items():
        hall.send(kind, payload)
    for word in ("status", "kontakter", "medel", "lista", "försenat", CANARIES):
        hall.send("command status", command(f"{word} {CANARIES}", user_name=CANARIES))
    for value in (CANARIES, "1", f"status:1:{CANARIES}"):
        hall.send("press choose", press("choose", value) | {"message": {"text": CANARIES}})
    hall.send(
        "press more", press("more", "0") | {"response_url": f"{hall.slack.api_url}{CANARIES}"}
    )
    away = f"https://elsewhere.example/{CANARIES}"
    hall.send("press more", press("more", "0") | {"response_url": away})
    hall.send("event app_mention", {**KINDS["event app_mention"], "type": CANARIES})
    hall.slack.fault("users.info", "cut_before")
    hall.send("command status", command(user_id="U_KANARIE", text=CANARIES))
    hall.office.database.close()
    with hall.office.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE agreement RENAME TO gone")
    hall.send("command status", command(f"status {CANARIES} again"))


def test_nothing_that_anybody_wrote_is_in_the_log_at_any_level(
    hall: TownHall, capfd: pytest.CaptureFixture[str]
) -> None:
    _journeys(hall)
    for name in overheard.LIBRARIES:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "Failed to run it (%s)", CANARIES)
    told = capfd.readouterr()
    assert "request_failed" in told.err, "it has told something"
    assert search(told.out + told.err) == {}


def test_an_error_is_told_by_its_kind_and_place_and_not_in_its_words(
    as_in_service: None, capfd: pytest.CaptureFixture[str]
) -> None:
    try:
        int(CANARIES)
    except ValueError:
        logs.log().exception("request_failed", reference="A1B2C3")
        logging.getLogger("apscheduler").exception("Job (%s) raised", CANARIES)
    told = capfd.readouterr().err
    assert told.count('"error": "ValueError"') == 2
    assert told.count("test_logs.py") == 2
    assert search(told) == {}


@pytest.mark.parametrize("name", [*overheard.LIBRARIES, "slack_bolt.App:listener", "anything"])
def test_no_level_set_anywhere_lets_a_library_tell_more(
    name: str,
    as_in_service: None,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logger = logging.getLogger(name)
    monkeypatch.setattr(logger, "disabled", False)  # as other tests may have left it
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.debug("the body is %s", CANARIES)
    logger.info("the body is %s", CANARIES)
    assert "the body" not in capfd.readouterr().err
    logger.warning("Something was odd: %s", CANARIES)
    told = capfd.readouterr().err.splitlines()  # other threads may be telling something too
    [line] = [json.loads(one) for one in told if "Something was odd" in one]
    logger.setLevel(before)
    assert (line["event"], line["level"], line["logger"]) == ("Something was odd", "warning", name)


@pytest.mark.parametrize(
    "text",
    [
        "kim@example.se",
        "elisabeth.kihlström@regionvarmland.se",
        "070-550 56 65",
        "+46 70 550 56 65",
        "031-315 17 33",
        "121212-1212",
        "19121212-1212",
        "191212121212",
        "121212+1212",
        "xoxb-1-2-3",
        "xapp-1-A-2",
        "https://hooks.slack.com/commands/T1/2/3",
        "wss://wss.slack.com/link/?ticket=1",
    ],
)
def test_the_net_takes_out_what_is_somebodys(text: str) -> None:
    assert logs.scrub(f"before {text} after") == "before (hidden) after"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:37:37.123456Z",
        "handlers/web.py:258 _dispatch < handlers/app.py:12 f",
        "1698765432.000100",
        "A1B2C3",
        "port 8080, 12 rows, 0.25 s",
        "U012ABCDEF C012ABCDEF",
        "0 of 10 000",
        "request_failed",
    ],
)
def test_the_net_leaves_what_the_log_is_for(text: str) -> None:
    assert logs.scrub(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-stand-in-bot",
        "kim@example.se",
        "070-550 56 65",
        "Kultur 1740",
        "Kjell",
        "121212-1212",
        "8f742231b10e8888abcd99yyyzzz85a5",
    ],
)
def test_the_search_would_find_it(text: str) -> None:
    assert search(f"a line with {text} in it")


def test_what_is_searched_for_are_the_people_of_the_demonstration() -> None:
    assert len(overheard.words()) > 25
    assert any("@" in word for word in overheard.words())
