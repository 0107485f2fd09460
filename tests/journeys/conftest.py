"""A town: a Slack with its people, the register, and the real bot between them.

Only Slack is played (``tests/workspace``). The bot is the one that runs in service, over a real
WebSocket or behind its own HTTP door, with a clock that stands where a test puts it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from bot import audit, installation, members
from bot.office import Office
from bot.settings import Settings
from bot.workbook.importing import import_register
from handlers.app import build_app
from handlers.health import HealthQuestion, Pulse
from handlers.listener import Listener
from handlers.reception import Reception
from handlers.slack_side import SlackSide, connect
from handlers.socket_mode import Intake
from handlers.ticks import Ticking, make_clock
from handlers.web import Door, make_wsgi
from tests.register import registered
from tests.workspace.client import Button, ChannelHandle, Message, Outcome, PersonHandle, Workspace
from tests.workspace_demo.make_register import write_register

ROADS = ("socket", "http")
HOME = ZoneInfo("Europe/Stockholm")
THE_DAY = "2021-09-01 10:00"
PARTNER = "T_FORENING"
PATIENCE = 20.0  # seconds
Found = TypeVar("Found")


@dataclass
class Town:
    """Everybody, and the bot. People have their Slack names' first part as attributes."""

    slack: Workspace
    office: Office
    clock_file: Path
    side: SlackSide
    people: dict[str, PersonHandle]
    linked: ChannelHandle
    """A channel shared with the association, linked to Kultur 1740."""
    hall: ChannelHandle
    """A channel linked to nothing."""
    operations: ChannelHandle
    ticking: Ticking | None = None
    reception: Reception | None = None
    stops: list[Callable[[], object]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def anna(self) -> PersonHandle:
        """Coordinates; reads Swedish."""
        return self.people["U_ANNA"]

    @property
    def bjorn(self) -> PersonHandle:
        """A colleague who reads, and Anna's deputy where a test says so."""
        return self.people["U_BJORN"]

    @property
    def cissi(self) -> PersonHandle:
        """Administers; reads English."""
        return self.people["U_CISSI"]

    def standing_at(self, moment: str) -> None:
        """Put the bot's clock at a moment of the town's own time."""
        instant = datetime.fromisoformat(moment).replace(tzinfo=HOME).isoformat()
        beside = self.clock_file.with_suffix(".new")
        beside.write_text(instant, encoding="utf-8")
        beside.replace(self.clock_file)

    def wait_for(self, condition: Callable[[], Found]) -> Found:
        """Wait until a condition holds; long enough for a machine that has much to do."""
        return self.slack.wait_for(condition, PATIENCE)

    def ask(self, person: PersonHandle, typed: str, where: ChannelHandle | None = None) -> Message:
        """Type a command and read the answer; it must be for the asker alone."""
        outcome = person.types(typed, in_channel=where)
        assert outcome.problem is None, outcome.problem
        answer = outcome.message or self.wait_for(outcome.later)[-1]
        assert answer.ephemeral
        return answer

    def press(self, person: PersonHandle, message: Message, which: str | Button) -> Message:
        """Press a button, named by its label, and read the answer."""
        return self.wait_for(self.pressing(person, message, which).later)[-1]

    def pressing(self, person: PersonHandle, message: Message, which: str | Button) -> Outcome:
        """Press a button and do not wait for the answer."""
        if isinstance(which, str):
            which = button(message, which)
        outcome = person.presses(message, which.action_id)
        assert outcome.problem is None, outcome.problem
        return outcome

    def rounds(self, many: int = 2) -> None:
        """Let the clock go some more rounds."""
        assert self.ticking is not None
        for _ in range(many):
            before = installation.last_round(self.office.database)
            self.wait_for(lambda: self._last_round() != before)  # noqa: B023  called at once

    def _last_round(self) -> datetime | None:
        return installation.last_round(self.office.database)

    def register(self, name: str, **said: Any) -> int:
        """Sign an agreement, as ``tests.register.registered`` does."""
        return registered(self.office, name, **{"number": f"N-{next(self._numbers)}", **said})

    def grant(self, slack_id: str, role: str, board: str = "") -> None:
        """Give somebody a role."""
        with self.office.database.writing() as session:
            members.grant(
                session, self.office, actor="terminal", slack_id=slack_id, role=role, board=board
            )

    def outbox(self) -> list[tuple[int, str, str]]:
        """List step, recipient and state of every message owed, by step."""
        question = "SELECT step, recipient, state FROM outbox ORDER BY due_at, recipient"
        with self.office.database.reading() as connection:
            return [
                (row.step, row.recipient, row.state) for row in connection.execute(sql(question))
            ]

    def close(self) -> None:
        """End everything, the last begun first."""
        for stop in reversed(self.stops):
            stop()


def button(message: Message, label: str) -> Button:
    """Find a button by its label, or fail saying what there is."""
    found = [each for each in message.buttons() if each.label == label]
    assert len(found) == 1, [each.label for each in message.buttons()]
    return found[0]


def labels(message: Message) -> list[str]:
    return [each.label for each in message.buttons()]


def harmless(message: Message, *people: str) -> None:
    """Assert that nothing in a message mentions, links or formats but these people's ids."""
    assert not set("<>") & set(message.text), message.text
    for thing in _things(message.blocks):
        kind = thing.get("type")
        assert kind not in {"mrkdwn", "link", "broadcast", "usergroup", "channel", "emoji", "date"}
        assert kind != "user" or thing["user_id"] in people, thing
        assert kind != "plain_text" or thing["emoji"] is False
        assert set(thing.get("style") or {}) <= {"bold"} or kind in {"button", "rich_text_list"}


def _things(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _things(one)


def _settings(url: str, slack: Workspace, clock_file: Path, road: str, named: Any) -> Settings:
    names = {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "FOLJSAM_ADMINS": "U_CISSI",
        "FOLJSAM_OPERATIONS_CHANNEL": "C_DRIFT",
        "FOLJSAM_CLOCK_FILE": str(clock_file),
        "FOLJSAM_TICK_SECONDS": "0.1",
        "FOLJSAM_ACTS_A_MINUTE": "100000",
    }
    if road == "socket":
        names["SLACK_APP_TOKEN"] = slack.app_token
    return Settings(_env_file=None, **(names | named))


def people_of(slack: Workspace) -> dict[str, PersonHandle]:
    """Let the cast move in."""
    cast = [
        slack.add_person("U_ANNA", name="Anna Ek"),
        slack.add_person("U_BJORN", name="Björn Al"),
        slack.add_person("U_CISSI", name="Cissi Dal", locale="en-GB", admin=True),
        slack.add_person("U_KJELL", name="Kjell", kind="outsider", team=PARTNER),
        slack.add_person("U_GRETA", name="Greta", kind="multi_channel_guest"),
        slack.add_person("U_GUN", name="Gun", kind="single_channel_guest"),
        slack.add_person("U_OTTO", name="Otto", kind="stranger", team="T_OKAND"),
    ]
    return {person.id: person for person in cast}


def build(url: str, folder: Path, road: str, *, ticking: bool, named: dict[str, str]) -> Town:
    """Let a town stand and its bot begin to work."""
    slack = Workspace.start()
    people = people_of(slack)
    town_folk = [people[each] for each in ("U_ANNA", "U_BJORN", "U_CISSI", "U_GRETA")]
    linked = slack.add_channel(
        "C_KULTUR",
        name="iop-kultur-1740",
        members=[*town_folk, people["U_KJELL"], people["U_GUN"]],
        shared_with=[PARTNER],
    )
    hall = slack.add_channel("C_HALL", name="hallen", members=town_folk)
    operations = slack.add_channel("C_DRIFT", name="drift", members=[people["U_CISSI"]])
    clock_file = folder / "clock"
    settings = _settings(url, slack, clock_file, road, named)
    office = installation.open_office(settings)
    side = connect(settings)
    town = Town(slack, office, clock_file, side, people, linked, hall, operations)
    town.standing_at(THE_DAY)
    installation.make_ready(office)
    town.stops = [slack.close, office.database.close]
    if ticking:
        town.ticking = make_clock(office, side, Pulse(settings.tick_seconds))
        town.ticking.start()
        town.stops.append(lambda: town.ticking and town.ticking.stop(5))
    _open_the_road(town, road)
    return town


def _open_the_road(town: Town, road: str) -> None:
    slack = town.slack
    if road == "nobody":
        return
    nudge = town.ticking.nudge if town.ticking else lambda: None
    town.reception = Reception(town.office, town.side)
    app = build_app(town.office, town.side, nudge, town.reception)
    if road == "socket":
        intake = Intake(app, slack.app_token)
        intake.connect()
        slack.wait_for_connection()
        town.stops.append(lambda: slack.hang_up(intake._handler))
        return
    question = HealthQuestion(town.office, None)
    door = Door(health=question, handle=app.handle, secrets=(slack.signing_secret.encode(),))
    listener = Listener(make_wsgi(door), "127.0.0.1", 0)
    listener.start()
    slack.deliver_to(f"http://127.0.0.1:{listener.port}/slack/events")
    town.stops.append(lambda: listener.stop(2))


@pytest.fixture(scope="session")
def register_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five published partnerships as a workbook."""
    path = tmp_path_factory.mktemp("register") / "register.xlsx"
    write_register(path)
    return path


def fill(url: str, workbook: Path, folder: Path) -> None:
    """Import the demonstration register on 1 September 2021."""
    clock_file = folder / "clock"
    instant = datetime.fromisoformat(THE_DAY).replace(tzinfo=HOME).isoformat()
    clock_file.write_text(instant, encoding="utf-8")
    settings = Settings(_env_file=None, DATABASE_URL=url, FOLJSAM_CLOCK_FILE=str(clock_file))
    office = installation.open_office(settings)
    installation.make_ready(office)
    with office.database.writing() as session:
        report = import_register(session, office, workbook, actor=audit.TERMINAL)
    assert report.saved, report.errors
    office.database.close()


@pytest.fixture(scope="session")
def filled_sqlite(
    sqlite_template: Path, register_workbook: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file with the demonstration register, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copyfile(sqlite_template, folder / "register.db")
    fill(f"sqlite:///{folder / 'register.db'}", register_workbook, folder)
    return folder / "register.db"


@pytest.fixture(scope="session")
def filled_postgresql(
    postgresql_server: Any,
    postgresql_template: str,
    register_workbook: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The name of a PostgreSQL database with the demonstration register, to be copied."""
    name = "filled_register"
    postgresql_server.psql(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    fill(
        str(postgresql_server.get_uri(name)),
        register_workbook,
        tmp_path_factory.mktemp("filled-postgresql"),
    )
    return name


@dataclass
class Builder:
    """Makes towns for one test, and clears them away."""

    request: pytest.FixtureRequest
    folder: Path
    towns: list[Town] = field(default_factory=list)
    drops: list[Callable[[], None]] = field(default_factory=list)

    def __call__(
        self,
        road: str = "socket",
        *,
        on: str = "sqlite",
        filled: bool = True,
        ticking: bool = False,
        **named: str,
    ) -> Town:
        """Make a town: by which road Slack's requests come, on which database.

        ``filled``: with the demonstration register. ``named``: settings by their names.
        """
        url = self.database(on, filled=filled)
        town = build(url, self.folder, road, ticking=ticking, named=named)
        self.towns.append(town)
        return town

    def database(self, on: str, *, filled: bool) -> str:
        """Give the address of a fresh copy."""
        if on == "sqlite":
            source = self.request.getfixturevalue("filled_sqlite" if filled else "sqlite_template")
            copy = self.folder / f"town-{len(self.towns)}.db"
            shutil.copyfile(source, copy)
            return f"sqlite:///{copy}"
        source = self.request.getfixturevalue(
            "filled_postgresql" if filled else "postgresql_template"
        )
        url, drop = self.request.getfixturevalue("copy_database")(source)
        self.drops.append(drop)
        return str(url)


@pytest.fixture
def build_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Builder]:
    """Make towns as a test wants them."""
    builder = Builder(request, tmp_path)
    yield builder
    for end in (*(town.close for town in builder.towns), *builder.drops):
        end()


@pytest.fixture
def town(build_town: Builder) -> Town:
    """The demonstration register, Socket Mode, SQLite, and no clock that ticks."""
    return build_town()
