"""A workspace with the usual cast, and real Bolt apps before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from tests.workspace import Workspace
from tests.workspace.client import ChannelHandle, PersonHandle

PARTNER = "T_FORENING"


@dataclass(frozen=True)
class Cast:
    anna: PersonHandle
    cissi: PersonHandle
    kjell: PersonHandle
    greta: PersonHandle
    gun: PersonHandle
    otto: PersonHandle
    kultur: ChannelHandle
    internal: ChannelHandle


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace.start() as workspace:
        yield workspace


@pytest.fixture
def cast(slack: Workspace) -> Cast:
    anna = slack.add_person("U_ANNA", name="Anna Ek")
    cissi = slack.add_person("U_CISSI", name="Cissi Dal", admin=True)
    kjell = slack.add_person("U_KJELL", name="Kjell", kind="outsider", team=PARTNER)
    greta = slack.add_person("U_GRETA", name="Greta", kind="multi_channel_guest")
    gun = slack.add_person("U_GUN", name="Gun", kind="single_channel_guest")
    otto = slack.add_person("U_OTTO", name="Otto", kind="stranger", team="T_OKAND")
    kultur = slack.add_channel(
        "C_KULTUR",
        name="iop-kultur-1740",
        members=[anna, kjell, greta, gun],
        shared_with=[PARTNER],
    )
    internal = slack.add_channel("G_INTERN", "intern", kind="private", members=[anna, cissi])
    return Cast(anna, cissi, kjell, greta, gun, otto, kultur, internal)


@pytest.fixture
def client(slack: Workspace) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


def make_app(slack: Workspace) -> App:
    return App(
        name="an app",
        client=WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[]),
        signing_secret=slack.signing_secret,
        process_before_response=True,
    )


@pytest.fixture
def app(slack: Workspace) -> App:
    return make_app(slack)


@pytest.fixture
def by_socket(slack: Workspace, app: App) -> Iterator[App]:
    """The app, connected over Socket Mode."""
    handler = SocketModeHandler(app, slack.app_token, ping_interval=0.3)
    handler.connect()
    slack.wait_for_connection()
    yield app
    slack.hang_up(handler)


@dataclass
class Door:
    """A plain HTTP door before a Bolt app, which remembers what knocked."""

    app: App
    url: str
    knocks: list[tuple[dict[str, str], str]]
    verified: list[bool]


@pytest.fixture
def by_http(slack: Workspace, app: App) -> Iterator[Door]:
    """The app, behind signed HTTP."""
    verifier = SignatureVerifier(slack.signing_secret)
    door = Door(app, "", [], [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            door.knocks.append((headers, body))
            door.verified.append(verifier.is_valid_request(body, headers))
            answer = app.dispatch(BoltRequest(body=body, headers=dict(headers)))
            self.send_response(answer.status)
            for name, value in answer.first_headers_without_set_cookie().items():
                self.send_header(name, value)
            said = (answer.body or "").encode()
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    door.url = f"http://127.0.0.1:{server.server_port}/slack/events"
    slack.deliver_to(door.url)
    yield door
    server.shutdown()
    thread.join()
    server.server_close()
