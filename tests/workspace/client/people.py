"""People and channels as handles: what a person does and sees."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.workspace.client.messages import Message, Outcome, View
from tests.workspace.client.wire import Wire


def id_of(thing: Any) -> str | None:
    """Give the id of a handle, or the id itself."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)


@dataclass(frozen=True, slots=True)
class ChannelHandle:
    """A channel; what happens to it is told to the app."""

    id: str
    name: str
    _wire: Wire = field(repr=False)

    def _ask(self, verb: str, **facts: Any) -> Outcome:
        return Outcome.read(self._wire.ask(verb, channel=self.id, **facts), self._wire)

    def join(self, person: PersonHandle | str) -> Outcome:
        return self._ask("join", person=id_of(person))

    def leave(self, person: PersonHandle | str) -> Outcome:
        return self._ask("leave", person=id_of(person))

    def share(self, team: str, new_id: str | None = None) -> ChannelHandle:
        self._ask("share", team=team, new_id=new_id)
        return ChannelHandle(new_id or self.id, self.name, self._wire)

    def unshare(self, team: str) -> Outcome:
        return self._ask("unshare", team=team)

    def renumber(self, new_id: str) -> ChannelHandle:
        self._ask("renumber", new_id=new_id)
        return ChannelHandle(new_id, self.name, self._wire)

    def archive(self) -> Outcome:
        return self._ask("archive")

    def change(self, **changes: Any) -> None:
        """Set fields without an event, such as ``posting_restricted`` or ``pending_teams``."""
        self._wire.ask("change_channel", channel=self.id, **changes)

    def messages(self) -> list[Message]:
        """List what stands here, oldest first; nothing that only one person was shown."""
        return [Message.read(raw) for raw in self._wire.ask("messages", channel=self.id)]


@dataclass(frozen=True, slots=True)
class PersonHandle:
    """A person with a Slack client: acts, and sees."""

    id: str
    name: str
    kind: str
    team: str
    _wire: Wire = field(repr=False)

    def _act(self, verb: str, **facts: Any) -> Outcome:
        return Outcome.read(self._wire.ask(verb, person=self.id, **facts), self._wire)

    def types(
        self,
        text: str,
        in_channel: ChannelHandle | str | None = None,
        *,
        in_thread: str | None = None,
    ) -> Outcome:
        """Type a slash command, in a channel or (without one) in the DM with the bot."""
        return self._act("types", text=text, channel=id_of(in_channel), thread_ts=in_thread)

    def uses_shortcut(self, callback_id: str, on: Message | None = None) -> Outcome:
        """Use a global shortcut, or a message shortcut on a message."""
        where = {"channel": on.channel, "ts": on.ts} if on else {}
        return self._act("shortcut", callback_id=callback_id, **where)

    def presses(
        self,
        where: Message | View | None = None,
        action_id: str | None = None,
        *,
        label: str | None = None,
        block_id: str | None = None,
        value: Any = None,
    ) -> Outcome:
        """Press a button, or choose ``value`` in a menu or picker.

        The element is named by action id or by label, in a message or a view; without either
        place, in the modal that is open. An option is named by its value or its label.
        """
        facts: dict[str, Any] = {"action_id": action_id, "label": label, "block_id": block_id}
        if isinstance(where, Message):
            facts |= {"channel": where.channel, "ts": where.ts}
        elif where is not None:
            facts["view"] = where.id
        return self._act("presses", value=value, **facts)

    def chooses(self, where: Message | View | None, action_id: str, value: Any) -> Outcome:
        """Choose in a menu or picker."""
        return self.presses(where, action_id, value=value)

    def submits(self, view: View | None = None, values: dict[str, Any] | None = None) -> Outcome:
        """Fill in and submit a modal; fields are named by block id or action id."""
        return self._act("submits", view=id_of(view), values=values or {})

    def closes(self, view: View | None = None, *, all_of_them: bool = False) -> Outcome:
        return self._act("closes", view=id_of(view), all=all_of_them)

    def looks_up(self, action_id: str, text: str, view: View | None = None) -> Outcome:
        """Type into a menu whose options the app gives; they are the outcome's ``options``."""
        return self._act("looks_up", view=id_of(view), action_id=action_id, text=text)

    def writes(
        self, text: str, in_channel: ChannelHandle | str, *, in_thread: str | None = None
    ) -> Outcome:
        return self._act("writes", text=text, channel=id_of(in_channel), thread_ts=in_thread)

    def mentions(
        self, text: str, in_channel: ChannelHandle | str, *, in_thread: str | None = None
    ) -> Outcome:
        """Mention the bot before a text; the outcome's ``ts`` is the message's."""
        return self._act(
            "writes", text=text, channel=id_of(in_channel), thread_ts=in_thread, mention=True
        )

    def writes_to_bot(self, text: str, *, in_thread: str | None = None) -> Outcome:
        return self._act("writes_to_bot", text=text, thread_ts=in_thread)

    def opens_home(self, tab: str = "home") -> Outcome:
        """Open the app's Home; what was published is the outcome's ``view``, or ``home()``."""
        return self._act("opens_home", tab=tab)

    def uploads(self, name: str, content: bytes) -> dict[str, Any]:
        """Choose a file for a file field, into which it is then put in a list."""
        sent = base64.b64encode(content).decode()
        file: dict[str, Any] = self._wire.ask("upload", person=self.id, name=name, base64=sent)
        return file

    def sees(self, in_channel: ChannelHandle | str | None = None) -> list[Message]:
        """List the messages before this person now, newest last."""
        found = self._wire.ask("sees", person=self.id, channel=id_of(in_channel))
        return [Message.read(raw) for raw in found]

    def direct_messages(self) -> list[Message]:
        """List what the bot wrote in this person's DM, newest last."""
        found = self._wire.ask("direct_messages", person=self.id)
        return [Message.read(raw) for raw in found]

    def dm(self) -> ChannelHandle:
        """Give the direct conversation with the bot."""
        found = self._wire.ask("direct_channel", person=self.id)
        return ChannelHandle(found["channel"], "directmessage", self._wire)

    def modal(self) -> View | None:
        """Give the modal in front."""
        raw = self._wire.ask("modal", person=self.id)
        return View.read(raw) if raw else None

    def modals(self) -> list[View]:
        return [View.read(raw) for raw in self._wire.ask("modals", person=self.id)]

    def home(self) -> View | None:
        raw = self._wire.ask("home", person=self.id)
        return View.read(raw) if raw else None

    def has_seen(self) -> list[dict[str, Any]]:
        """List everything ever shown to this person: when, what kind, every byte."""
        found: list[dict[str, Any]] = self._wire.ask("sightings", person=self.id)
        return found

    def has_seen_text(self) -> str:
        """Give everything ever shown to this person as one text."""
        return str(self._wire.ask("seen_text", person=self.id)["text"])

    def change(self, **changes: Any) -> PersonHandle:
        """Change kind, name, locale, presence …; the app is told with ``user_change``."""
        self._wire.ask("change_person", person=self.id, **changes)
        return PersonHandle(
            self.id,
            changes.get("name", self.name),
            changes.get("kind", self.kind),
            self.team,
            self._wire,
        )
