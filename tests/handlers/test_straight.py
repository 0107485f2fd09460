"""Our own calls go where they are sent; and which app we are is asked for, not needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from handlers.app_id import learn_app_id
from handlers.caller import NO_ANSWER
from handlers.straight import StraightClient, StraightWebhook

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class Host:
    """A host that answers what it is told to, and knows who called."""

    server: ThreadingHTTPServer
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    called: list[tuple[str, str, str | None]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


def _host() -> Host:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            host.called.append((self.command, self.path, self.headers.get("Authorization")))
            status, headers, body = host.answers.pop(0) if host.answers else (200, {}, b"{}")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815  # the library's names

        def log_message(self, *_: Any) -> None: ...

    host = Host(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    threading.Thread(target=host.server.serve_forever, args=(0.01,), daemon=True).start()
    return host


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    both = _host(), _host()
    yield both
    for host in both:
        host.server.shutdown()
        host.server.server_close()


def client(host: Host) -> StraightClient:
    return StraightClient("xoxb-secret", base_url=host.address + "api/", retry_handlers=[])


def says(host: Host, **told: Any) -> None:
    host.answers.append((200, {"Content-Type": "application/json"}, json.dumps(told).encode()))


def test_a_call_is_answered_as_ever(hosts: tuple[Host, Host]) -> None:
    slack, _ = hosts
    says(slack, ok=True, team_id="T1")
    answer = client(slack).auth_test()
    assert answer["team_id"] == "T1"
    assert answer.status_code == 200
    assert slack.called == [("POST", "/api/auth.test", "Bearer xoxb-secret")]
    says(slack, ok=False, error="invalid_auth")
    with pytest.raises(SlackApiError):
        client(slack).auth_test()


@pytest.mark.parametrize("status", REDIRECTS)
def test_the_token_follows_no_redirect(hosts: tuple[Host, Host], status: int) -> None:
    slack, elsewhere = hosts
    slack.answers.append((status, {"Location": elsewhere.address + "take"}, b""))
    with pytest.raises(NO_ANSWER):
        client(slack).auth_test()
    assert elsewhere.called == []


@pytest.mark.parametrize("status", REDIRECTS)
def test_an_answer_follows_no_redirect(hosts: tuple[Host, Host], status: int) -> None:
    slack, elsewhere = hosts
    slack.answers.append((status, {"Location": elsewhere.address + "take"}, b""))
    sent = StraightWebhook(slack.address + "x", retry_handlers=[]).send_dict({"text": "hemligt"})
    assert sent.status_code == status
    assert elsewhere.called == []


def test_an_answer_arrives_as_ever(hosts: tuple[Host, Host]) -> None:
    slack, _ = hosts
    slack.answers.append((200, {}, b"ok"))
    sent = StraightWebhook(slack.address + "x", retry_handlers=[]).send_dict({"text": "hej"})
    assert (sent.status_code, sent.body) == (200, "ok")


def test_which_app_we_are_is_read_from_the_first_that_tells(hosts: tuple[Host, Host]) -> None:
    slack, _ = hosts
    assert learn_app_id(client(slack), {"app_id": "A1", "bot_id": "B1"}) == "A1"
    assert slack.called == []
    says(slack, ok=True, bot={"id": "B1", "app_id": "A2"})
    assert learn_app_id(client(slack), {"bot_id": "B1"}) == "A2"


@pytest.mark.parametrize(
    "told", [{"ok": False, "error": "missing_scope"}, {"ok": True}, {"ok": True, "bot": "x"}]
)
def test_where_slack_does_not_tell_which_app_we_are_it_stays_unknown(
    hosts: tuple[Host, Host], told: dict[str, Any]
) -> None:
    slack, _ = hosts
    says(slack, **told)
    assert learn_app_id(client(slack), {"bot_id": "B1"}) is None
    assert learn_app_id(client(slack), {}) is None
