"""The stand-in as a program and as a thread: start, attach, stop."""

from __future__ import annotations

import json
import time
from pathlib import Path

from slack_sdk import WebClient

from tests.workspace import Workspace

SCENE = {
    "people": [
        {"id": "U_ANNA", "name": "Anna Ek"},
        {"id": "U_KJELL", "name": "Kjell", "kind": "outsider", "team": "T_FORENING"},
    ],
    "channels": [
        {"id": "C1", "name": "kultur", "members": ["U_ANNA", "U_KJELL"], "shared_with": ["T_F"]}
    ],
    "settings": {"commands": ["/iop"], "guests_may_use_commands": False},
}


def test_it_runs_as_a_program_with_a_scene(tmp_path: Path):
    scene = tmp_path / "scene.json"
    scene.write_text(json.dumps(SCENE), encoding="utf-8")
    with Workspace.spawn(scene=scene) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        client.chat_postMessage(channel="C1", text="hej")
        with Workspace.at(slack.address) as same:
            assert same.person("U_KJELL").sees()[-1].text == "hej"
            assert same.channel("C1").messages()[0].text == "hej"
            assert same.settings()["commands"] == ["/iop"]


def test_it_starts_and_stops_in_a_thread_at_once():
    started = time.perf_counter()
    for _ in range(5):
        with Workspace.start(ack_seconds=1.0) as slack:
            assert slack.settings()["ack_seconds"] == 1.0
    assert (time.perf_counter() - started) / 5 < 0.1
