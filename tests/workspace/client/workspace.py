"""Starting the stand-in in a thread or as a process, and setting it up."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.workspace.client.background import Background
from tests.workspace.client.messages import Message
from tests.workspace.client.people import ChannelHandle, PersonHandle, id_of
from tests.workspace.client.wire import Wire

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.05
Found = TypeVar("Found")


class Workspace:
    """One stand-in for Slack, wherever it runs."""

    def __init__(self, address: str, stop: Callable[[], None] | None = None) -> None:
        self._wire = Wire(address)
        self._stop = stop
        described = self._wire.ask("describe")
        self.address = address
        self.api_url: str = described["api_url"]
        self.bot_token: str = described["bot_token"]
        self.app_token: str = described["app_token"]
        self.signing_secret: str = described["signing_secret"]
        self.team: str = described["team"]
        self.bot_user: str = described["bot_user"]
        self.bot_id: str = described["bot_id"]

    @classmethod
    def start(cls, **settings: Any) -> Self:
        """Start one in a thread of this process."""
        background = Background()
        slack = cls(background.start(), background.stop)
        if settings:
            slack.settings(**settings)
        return slack

    @classmethod
    def spawn(
        cls,
        *,
        port: int = 0,
        scene: Path | None = None,
        options: Iterable[str] = (),
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> Self:
        """Start one as a process of its own; options are the program's, beside these."""
        command = [sys.executable, "-m", "tests.workspace", "--port", str(port)]
        if scene is not None:
            command += ["--scene", str(scene)]
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        assert process.stdout is not None
        line = process.stdout.readline()

        def stop() -> None:
            process.terminate()
            process.wait(START_SECONDS)
            assert process.stdout is not None
            process.stdout.close()

        if not line:
            stop()
            raise RuntimeError("the stand-in did not start")
        slack = cls(json.loads(line)["address"], stop)
        if settings:
            slack.settings(**settings)
        return slack

    @classmethod
    def at(cls, address: str) -> Self:
        """Attach to one that runs already."""
        return cls(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave, and end the stand-in if it was started here."""
        self._wire.close()
        if self._stop is not None:
            stop, self._stop = self._stop, None
            stop()

    # People, channels, the app

    def add_person(self, id: str, name: str = "", **facts: Any) -> PersonHandle:  # noqa: A002  Slack's own word
        """Add a person: kind, team, locale, handle, admin, present, enterprise."""
        raw = self._wire.ask("add_person", id=id, name=name or id, **facts)
        return PersonHandle(raw["id"], raw["name"], raw["kind"], raw["team"], self._wire)

    def person(self, user: str) -> PersonHandle:
        """Give the handle of somebody who is there already."""
        for raw in self._wire.ask("describe")["people"]:
            if raw["id"] == user:
                return PersonHandle(user, raw["name"], raw["kind"], raw["team"], self._wire)
        raise KeyError(user)

    def channel(self, channel: str) -> ChannelHandle:
        """Give the handle of a channel that is there already."""
        for raw in self._wire.ask("describe")["channels"]:
            if raw["id"] == channel:
                return ChannelHandle(channel, raw.get("name", ""), self._wire)
        raise KeyError(channel)

    def add_channel(
        self,
        id: str,  # noqa: A002  Slack's own word
        name: str = "",
        *,
        members: Iterable[PersonHandle | str] = (),
        bot: bool = True,
        **facts: Any,
    ) -> ChannelHandle:
        """Add a channel: kind (public, private, im), shared_with, archived, limited_teams, …."""
        raw = self._wire.ask(
            "add_channel",
            id=id,
            name=name or id.lower(),
            members=[id_of(member) for member in members],
            bot=bot,
            **facts,
        )
        return ChannelHandle(raw["id"], name or id.lower(), self._wire)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Turn settings by name; gives them all."""
        found: dict[str, Any] = self._wire.ask("settings", **changes)
        return found

    def install(self, manifest: dict[str, Any]) -> None:
        """Install the app as its manifest says."""
        self._wire.ask("install", manifest=manifest)

    def load_scene(self, scene: dict[str, Any]) -> None:
        self._wire.ask("scene", **scene)

    def add_commands(self, *commands: str) -> None:
        self.settings(commands=[*self.settings()["commands"], *commands])

    def deliver_to(self, url: str | None) -> None:
        """Deliver over signed HTTP to an address, while no socket is connected."""
        self.settings(request_url=url)

    # What goes wrong

    def fault(self, method: str, kind: str, nth: int = 1, **facts: Any) -> None:
        """Plan a fault: times, chance, seconds, code, channel."""
        self._wire.ask("fault", method=method, kind=kind, nth=nth, **facts)

    def clear_faults(self, seed: int | None = None) -> None:
        self._wire.ask("clear_faults", seed=seed)

    def accept_belated(self, by: float) -> None:
        """Carry out what was to come by a moment of the app's clock."""
        self._wire.ask("accept_belated", by=by)

    def belated_from(self, moment: float) -> None:
        """Count from this moment of the app's clock how late what comes in now will be."""
        self._wire.ask("belated_from", moment=moment)

    def rates(self, profile: str = "real", **per_minute: int) -> None:
        """Choose off, real or history_once_a_minute; limit single methods (``_`` for ``.``)."""
        limits = {name.replace("_", ".", 1): limit for name, limit in per_minute.items()}
        self._wire.ask("rates", profile=profile, per_minute=limits)

    def revoke_token(self, token: str = "bot", error: str = "token_revoked") -> None:
        self._wire.ask("revoke", token=token, error=error)

    def restore_tokens(self) -> None:
        self._wire.ask("restore_tokens")

    def advance(self, seconds: float) -> None:
        """Push the workspace's clock."""
        self._wire.ask("advance", seconds=seconds)

    def cut_sockets(self, *, after_envelope: bool = False) -> None:
        self._wire.ask("cut_sockets", after_envelope=after_envelope)

    def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        self._wire.ask("disconnect_sockets", reason=reason)

    def hang_up(self, handler: Any) -> None:
        """Close a Bolt ``SocketModeHandler`` at once.

        The SDK's receiver sleeps up to three seconds in its socket, and its message queue
        one second; a ping and an empty message wake them.
        """
        client = handler.client
        client.auto_reconnect_enabled = False
        client.current_session_state.terminated = True
        client.closed = True
        client.enqueue_message("")
        self._wire.ask("ping_sockets")
        closing = threading.Thread(target=handler.close)
        closing.start()
        while closing.is_alive():  # a receiver that begins only now forgets that it is to end
            client.current_session_state.terminated = True
            closing.join(0.02)

    # Odd deliveries

    def emit(self, event: dict[str, Any], channel: ChannelHandle | str | None = None) -> Any:
        return self._wire.ask("emit", event=event, channel=id_of(channel) or "")

    def repeat_delivery(self, number: int = 0) -> Any:
        """Tell the app again what it was told, word for word; the last if none is named."""
        return self._wire.ask("repeat_delivery", number=number)

    def probe(self, kind: str) -> Any:
        """Probe the request address: ``ssl_check`` or ``url_verification``."""
        return self._wire.ask("probe", kind=kind)

    def post_raw(self, body: bytes, headers: dict[str, str]) -> Any:
        return self._wire.ask("post_raw", body=body.decode("latin-1"), headers=headers)

    def plant_message(
        self, user: str, text: str, channel: ChannelHandle | str | None = None, **facts: Any
    ) -> Message:
        """Let anybody have written a message (``dm_of``, ``metadata``, ``bot_id``)."""
        placed = self._wire.ask(
            "plant_message", user=user, text=text, channel=id_of(channel), **facts
        )
        written = self._wire.ask("messages", channel=placed["channel"])
        return next(Message.read(raw) for raw in written if raw["ts"] == placed["ts"])

    # Reading

    def requests(self, method: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """List the calls the app made: method, fields, raw, fault, carried_out, answer."""
        found: list[dict[str, Any]] = self._wire.ask("requests", method=method, after=after)
        return found

    def accepted_posts(self) -> list[list[Any]]:
        """List what was posted: metadata, channel, ts, number of the call."""
        found: list[list[Any]] = self._wire.ask("accepted_posts")
        return found

    def struck_faults(self) -> dict[str, int]:
        """Count the faults that have struck, by method and kind."""
        found: dict[str, int] = self._wire.ask("struck_faults")
        return found

    def deliveries(self, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """List what the app was told: kind, payload, raw, retry, how, status, took_ms."""
        found: list[dict[str, Any]] = self._wire.ask("deliveries", kind=kind, after=after)
        return found

    def messages(self) -> list[Message]:
        """List what stands in all channels and DMs: what was really sent."""
        return [Message.read(raw) for raw in self._wire.ask("all_messages")]

    def happenings(self, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._wire.ask("happenings", kind=kind, after=after)
        return found

    def forget_logs(self) -> None:
        self._wire.ask("forget_logs")

    @property
    def connections(self) -> int:
        """How many sockets the app has open."""
        return int(self._wire.ask("wait", after=0, seconds=0)["connections"])

    def wait_for_connection(self, seconds: float = 10.0) -> None:
        """Wait until the app has a socket open."""
        self.wait_for(lambda: self.connections, seconds)

    def wait_for(self, condition: Callable[[], Found], seconds: float = 5.0) -> Found:
        """Wait until a condition holds, looking again whenever something happens."""
        deadline = time.monotonic() + seconds
        latest = 0
        while True:
            if found := condition():
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"did not come about within {seconds} s")
            patience = min(left, LOOK_AGAIN_SECONDS)
            latest = self._wire.ask("wait", after=latest, seconds=patience)["latest"]
