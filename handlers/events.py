"""What Slack tells without being asked: mentions, messages to us, the home tab, and news.

Slack may tell the same thing several times, and to several processes: what is answered is answered
once. Other bots, and ourselves, are not answered. News changes what we know of people and channels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from bot import linking, requests
from bot.access import Permission, Person, Place, Surface
from bot.office import Office
from bot.texts import Texts
from handlers import asking, home
from handlers.reception import Reception
from handlers.replies import Answer
from handlers.slack_side import SlackSide


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as it reaches what answers it."""

    office: Office
    slack: SlackSide
    event: dict[str, Any]

    @property
    def channel_id(self) -> str:
        """Where it happened."""
        return str(self.event.get("channel") or "")

    @property
    def text(self) -> str:
        """What was written."""
        return str(self.event.get("text") or "")


@dataclass(frozen=True, slots=True)
class Tidings:
    """What an event of this kind needs, what answers it, and where the answer goes."""

    permission: Permission
    answer: Callable[[Happening, Person, Texts], Answer]
    tell: Callable[[Happening, Answer], object]
    is_read_by_all: bool = False


def _question(happening: Happening, person: Person, texts: Texts, place: Place) -> asking.Question:
    return asking.Question(happening.office, happening.slack, person, texts, place, happening.text)


def _mentioned(happening: Happening, person: Person, texts: Texts) -> Answer:
    place = Place(happening.channel_id, Surface.channel)
    return asking.ask_in_channel(_question(happening, person, texts, place))


def _in_thread(happening: Happening, answer: Answer) -> None:
    event = happening.event
    thread = str(event.get("thread_ts") or event.get("ts") or "") or None
    happening.slack.post(happening.channel_id, answer.message, thread)


def _written_to(happening: Happening, person: Person, texts: Texts) -> Answer:
    return asking.ask_in_conversation(_question(happening, person, texts, Place()))


def _in_conversation(happening: Happening, answer: Answer) -> None:
    thread = str(happening.event.get("thread_ts") or "") or None
    happening.slack.post(happening.channel_id, answer.message, thread)


def _opened(happening: Happening, person: Person, texts: Texts) -> Answer:
    return home.home_of(happening.office, person, texts)


def _on_the_tab(happening: Happening, answer: Answer) -> None:
    happening.slack.publish_home(str(happening.event.get("user") or ""), answer.message)


TIDINGS: Final[dict[str, Tidings]] = {
    "app_mention": Tidings(Permission.ask_help, _mentioned, _in_thread, is_read_by_all=True),
    "message": Tidings(Permission.ask_help, _written_to, _in_conversation),
    "app_home_opened": Tidings(Permission.ask_help, _opened, _on_the_tab),
}
"""By event type: what is answered."""


class Events:
    """Takes events from Bolt, which has acknowledged them."""

    def __init__(
        self, office: Office, slack: SlackSide, reception: Reception, nudge: Callable[[], None]
    ) -> None:
        self._office = office
        self._slack = slack
        self._reception = reception
        self._nudge = nudge

    def take(self, body: dict[str, Any]) -> None:
        """Answer an event, note news, or leave it."""
        event = body.get("event") or {}
        kind = str(event.get("type"))
        if not (body.get("event_id") and self._reception.is_for_us(body)):
            return  # what cannot be told apart from itself cannot be done once
        if kind in NEWS:
            NEWS[kind](self, body)
            return
        tidings = TIDINGS.get(kind)
        if tidings is not None and _is_to_us(event):
            self._answer(body, Happening(self._office, self._slack, event), tidings)

    def _answer(self, body: dict[str, Any], happening: Happening, tidings: Tidings) -> None:
        settings = self._office.settings

        def serve(person: Person, texts: Texts) -> Answer:
            with self._office.database.writing() as session:
                requests.only_once(session, f"event:{body['event_id']}")
            return tidings.answer(happening, person, texts)

        self._reception.event(
            body,
            serve,
            lambda answer: tidings.tell(happening, answer),
            language=settings.language if tidings.is_read_by_all else None,
        )

    def _note(self, body: dict[str, Any], note: Callable[[Session], None]) -> None:
        """Note news once, before Slack is told that we have them: what fails is told again."""
        try:
            with self._office.database.writing() as session:
                requests.only_once(session, f"event:{body['event_id']}")
                note(session)
        except requests.HandledBefore:
            return
        self._nudge()

    # -- news

    def person_changed(self, body: dict[str, Any]) -> None:
        """Ask Slack anew who somebody is."""
        user = body["event"].get("user")
        if isinstance(user, dict):
            self._slack.callers.forget(str(user.get("id", "")))

    def people_changed(self, body: dict[str, Any]) -> None:
        """Ask Slack anew who is in a channel."""
        self._slack.channels.forget(str(body["event"].get("channel") or ""))

    def channel_shared(self, body: dict[str, Any]) -> None:
        """Judge a channel anew that another organisation has been connected to."""
        event = body["event"]
        channel_id, newcomer = str(event.get("channel")), event.get("connected_team_id")
        audience = self._slack.channels.audience(channel_id)
        self._note(
            body,
            lambda session: linking.shared(session, self._office, channel_id, newcomer, audience),
        )

    def channel_renumbered(self, body: dict[str, Any]) -> None:
        """Follow a channel to its new id, and judge it anew."""
        event = body["event"]
        old, new = str(event.get("old_channel_id")), str(event.get("new_channel_id"))
        audience = self._slack.channels.audience(new)
        self._note(
            body,
            lambda session: linking.renumbered(session, self._office, old, new, audience),
        )


NEWS: Final[dict[str, Callable[[Events, dict[str, Any]], None]]] = {
    "user_change": Events.person_changed,
    "member_joined_channel": Events.people_changed,
    "channel_unshared": Events.people_changed,
    "channel_shared": Events.channel_shared,
    "channel_id_changed": Events.channel_renumbered,
}
"""By event type: what is noted; nobody is answered."""


def _is_to_us(event: dict[str, Any]) -> bool:
    """Say whether a person did this to us: no bot, no edit, no message in a channel."""
    if event.get("bot_id") or event.get("subtype"):
        return False
    if event["type"] == "message":
        return bool(event.get("channel_type") == "im")
    return bool(event["type"] != "app_home_opened" or event.get("tab", "home") == "home")
