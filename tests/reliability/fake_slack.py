"""A Slack in memory, for stories of any length: what it accepted, and how it fails on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.reminders.messenger import NotDelivered, Trouble

LATE: Final = timedelta(seconds=69)
"""Slack has accepted what it will a little before the bot looks."""
CERTAIN: Final = {
    "429": (Trouble.too_fast, "ratelimited"),
    "refused": (Trouble.not_now, "refused"),
    "gone": (Trouble.gone, "user_disabled"),
    "no such user": (Trouble.not_there, "user_not_found"),
}
DOUBTFUL: Final = ("cut before", "cut after", "cut later")
FAULTS: Final = (*CERTAIN, *DOUBTFUL)
POINTS: Final = ("channel", "before", "after", "later", "look", "edit")


class Death(BaseException):
    """The process is no more: nothing in it may run on."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message as it stands in Slack; the first key is its own."""

    channel_id: str
    keys: tuple[str, ...]
    at: datetime


@dataclass(slots=True)
class FakeSlack:
    """Takes messages, and has a next fault for posts and for looks, and a point of death."""

    now: Callable[[], datetime]
    watch: Callable[[str, Sequence[str]], None]
    accepted: list[Accepted] = field(default_factory=list)
    coming: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    looks: list[Trouble] = field(default_factory=list)
    token_is_good: bool = True
    dies_at: str | None = None

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self.faults.clear()
        self.looks.clear()
        self.token_is_good, self.dies_at = True, None

    def accept_by(self, moment: datetime) -> None:
        """Accept what was on its way and comes by this moment."""
        for due, channel_id, keys in sorted(self.coming):
            if due <= moment:
                self.accepted.append(Accepted(channel_id, keys, due))
        self.coming = [each for each in self.coming if each[0] > moment]

    def keys(self) -> list[str]:
        """List each key as often as it was accepted."""
        return [key for each in self.accepted for key in each.keys]

    # -- what delivery asks of a messenger

    def channel_of(self, recipient: str) -> str:
        self._ask("channel")
        return f"D_{recipient}"

    def judge(self, recipient: str) -> None:
        """Everybody may be told."""

    def post(
        self,
        channel_id: str,
        _notice: Any,
        *,
        recipient: str,
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        assert channel_id == f"D_{recipient}"
        self.watch(wire_key, members)
        self._ask("before")
        fault = self.faults.pop(0) if self.faults else None
        if fault in CERTAIN:
            raise NotDelivered(*CERTAIN[fault])
        keys = (wire_key, *members)
        if "later" in (fault and fault.split()[-1], self.dies_at):
            self.coming.append((self.now() + LATE, channel_id, keys))
            self._die("later")
        elif fault != "cut before":
            self.accepted.append(Accepted(channel_id, keys, self.now()))
            self._die("after")
        if fault is not None:
            raise NotDelivered(Trouble.unsure, fault)
        return f"{len(self.accepted)}.000"

    def edit(self, channel_id: str, _ts: str, _notice: Any, *, recipient: str) -> None:
        assert channel_id == f"D_{recipient}"
        self._ask("edit")

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> Mapping[str, str]:
        self._ask("look")
        if self.looks:
            raise NotDelivered(self.looks.pop(0), "look")
        return {
            key: f"{number}.000"
            for number, each in enumerate(self.accepted, 1)
            if each.channel_id == channel_id and each.at >= since
            for key in each.keys
            if key in wire_keys
        }

    def time(self) -> datetime | None:
        return None

    def _ask(self, point: str) -> None:
        self._die(point)
        if not self.token_is_good:
            raise NotDelivered(Trouble.nobody_may, "token_revoked")

    def _die(self, point: str) -> None:
        if self.dies_at == point:
            self.dies_at = None
            raise Death
