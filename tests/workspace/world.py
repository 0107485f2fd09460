"""The workspace as it stands: people, channels, tokens, and what the app was handed.

What changes a conversation lives in ``conversations.py``; how the app is told in ``delivery``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.workspace import ids
from tests.workspace.belated import Belated
from tests.workspace.channels import Channel
from tests.workspace.clock import Clock
from tests.workspace.faults import Faults
from tests.workspace.ids import BOT_USER, HOME_TEAM, Ids
from tests.workspace.journal import Journal
from tests.workspace.people import Person
from tests.workspace.permits import Permits
from tests.workspace.rates import Rates
from tests.workspace.settings import Settings
from tests.workspace.sightings import Sighting, Sightings
from tests.workspace.views import OpenView


@dataclass(slots=True)
class StoredFile:
    """A file on its way in, or complete and shared."""

    id: str
    name: str
    title: str
    content: bytes | None = None
    complete: bool = False
    user: str = BOT_USER
    channels: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class World:
    """One home workspace with one installed app."""

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    belated: Belated = field(default_factory=Belated)
    permits: Permits = field(default_factory=Permits)
    sightings: Sightings = field(default_factory=Sightings)
    rates: Rates = field(default_factory=lambda: Rates(Clock.monotonic))
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    modals: dict[str, list[OpenView]] = field(default_factory=dict)
    homes: dict[str, OpenView] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    broken_tokens: dict[str, str] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    address: str = ""
    team: str = HOME_TEAM
    enterprise: str | None = None
    _dms: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people[BOT_USER] = Person(BOT_USER, "Följsam", "bot", handle="foljsam")
        self.people["USLACKBOT"] = Person("USLACKBOT", "Slackbot", "bot", handle="slackbot")

    def record(self, kind: str, **facts: Any) -> None:
        """Tell everybody who watches what happened."""
        self.journal.record(kind, self.clock.now(), **facts)

    def show(self, person: str, kind: str, content: Any) -> None:
        """Let something reach a person's client, and remember that it did."""
        self.sightings.show(person, Sighting(self.clock.now(), kind, content))
        self.record("shown", person=person, what=kind, content=content)

    # People and where they meet

    def is_stranger(self, person: Person) -> bool:
        """Whether somebody from elsewhere shares no channel with this workspace."""
        if person.is_home:
            return False
        return person.kind == "stranger" or not any(
            person.id in channel.members and channel.kind != "im"
            for channel in self.channels.values()
        )

    def dm_with(self, user: str) -> Channel:
        """Give the one direct conversation between the bot and a person."""
        if user not in self._dms:
            channel = Channel(self.ids.make("D"), "directmessage", "im", [user, BOT_USER])
            self.channels[channel.id] = channel
            self._dms[user] = channel.id
            self.record("channel", channel=channel.id, name=channel.name, members=[user])
        return self.channels[self._dms[user]]

    def has_dm_with(self, user: str) -> bool:
        return user in self._dms

    def renumber(self, channel: Channel, new_id: str) -> None:
        """Give a channel another id, as sharing and unsharing do; the old one is gone."""
        del self.channels[channel.id]
        channel.id = new_id
        for message in [*channel.messages.values(), *channel.ephemerals.values()]:
            message.channel = new_id
        self.channels[new_id] = channel

    # Tokens

    def token_problem(self, token: str, wanted: str) -> str | None:
        """Name what is wrong with a token where a bot or an app token is wanted."""
        if not token:
            return "not_authed"
        if token in self.broken_tokens:
            return self.broken_tokens[token]
        if token not in (ids.BOT_TOKEN, ids.APP_TOKEN):
            return "invalid_auth"
        if (token == ids.APP_TOKEN) != (wanted == "app"):
            return "not_allowed_token_type"
        return None

    # Views

    def find_view(self, view_id: str | None, external_id: str | None = None) -> OpenView | None:
        """Find an open modal or a home by its id or by the app's own id for it."""
        everything = [*self.homes.values(), *(v for stack in self.modals.values() for v in stack)]
        for view in everything:
            if view_id and view.id == view_id:
                return view
            if external_id and view.external_id == external_id:
                return view
        return None

    def top_modal(self, user: str) -> OpenView | None:
        stack = self.modals.get(user)
        return stack[-1] if stack else None
