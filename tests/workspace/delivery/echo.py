"""The app's own messages as events: Slack tells an app what it wrote itself, too."""

from __future__ import annotations

import asyncio

from tests.workspace.acting import payloads
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.ids import BOT_USER
from tests.workspace.journal import Happening
from tests.workspace.world import World

KINDS = {"im": "message.im", "public": "message.channels", "private": "message.groups"}


class Echo:
    """Watches what is written and tells the app of its own messages, where that is wanted."""

    def __init__(self, world: World, dispatch: Dispatch) -> None:
        self._world = world
        self._dispatch = dispatch
        self._tasks: set[asyncio.Task[object]] = set()
        world.journal.watch(self._heard)

    def _heard(self, happening: Happening) -> None:
        settings, facts = self._world.settings, happening.facts
        if happening.kind != "message" or not settings.own_message_events:
            return
        if facts["by"] != BOT_USER or facts["message"]["ephemeral"]:
            return
        channel = self._world.channels[facts["channel"]]
        if KINDS[channel.kind] not in settings.events:
            return
        event = {**facts["message"], "event_ts": facts["ts"], "channel_type": channel.kind}
        del event["ephemeral"], event["was_edited"], event["mrkdwn"]
        payload = payloads.event_callback(self._world, event, channel=channel)
        task = asyncio.get_running_loop().create_task(self._dispatch.send_event(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
