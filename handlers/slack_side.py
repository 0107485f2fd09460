"""Our connection to Slack: two clients, who we are there, who calls, and late answers.

The writing client never tries again by itself (it would post twice when a connection drops after
Slack has taken the request); the reading one is used where nothing is changed. One TLS context is
shared by all: reading the certificates anew for each call costs seventeen times the call.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import Invalid
from bot.settings import Settings
from handlers.app_id import learn_app_id
from handlers.blocks.elements import Message
from handlers.caller import NO_ANSWER, Callers
from handlers.channels import Channels
from handlers.replies import Answer
from handlers.straight import StraightClient, StraightWebhook

_log = structlog.get_logger("slack")

_WRITE_SECONDS = 8  # so that a stop within ten seconds can wait for the post under way
_READ_SECONDS = 2
_SLACKS_ADDRESS = "https://hooks.slack.com/"


@dataclass(frozen=True, slots=True)
class SlackSide:
    """Slack as this installation meets it."""

    writer: WebClient
    callers: Callers
    channels: Channels
    tls: ssl.SSLContext
    team_id: str
    enterprise_id: str | None  # on Enterprise Grid
    app_id: str | None  # where Slack tells it
    bot_id: str
    bot_user_id: str
    scopes: frozenset[str]
    answer_addresses: tuple[str, ...]  # where late answers may go: scheme and host

    def without_token(self) -> WebClient:
        """Give a client for Bolt, which puts the token in for each request."""
        writer = self.writer
        return StraightClient(
            base_url=writer.base_url, timeout=writer.timeout, ssl=self.tls, retry_handlers=[]
        )

    def answer_late(self, url: str, answer: Answer) -> bool:
        """Answer through a ``response_url``; say whether Slack took it. Never tried again."""
        if not url.startswith(self.answer_addresses):
            _log.warning("late_answer_refused", reason="address")
            return False
        webhook = StraightWebhook(url, timeout=_WRITE_SECONDS, ssl=self.tls, retry_handlers=[])
        body = answer.message.body() | {
            "mrkdwn": False,
            "response_type": "in_channel" if answer.for_all else "ephemeral",
            "replace_original": answer.replace,
        }
        try:
            status = webhook.send_dict(body).status_code
        except NO_ANSWER as error:
            _log.warning("late_answer_lost", reason=type(error).__name__)
            return False
        if status != 200:
            _log.warning("late_answer_lost", reason=status)
        return status == 200

    def post(self, channel_id: str, message: Message, thread_ts: str | None = None) -> bool:
        """Answer with a message of our own, in a thread or in a conversation with us.

        Says whether Slack took it. Never tried again: it may have.
        """
        try:
            self.writer.chat_postMessage(
                channel=channel_id,
                thread_ts=thread_ts,
                unfurl_links=False,
                unfurl_media=False,
                **literal(message),
            )
        except NO_ANSWER as error:
            _log.warning("answer_lost", reason=type(error).__name__)
            return False
        return True

    def publish_home(self, user_id: str, message: Message) -> bool:
        """Show somebody their home tab; say whether Slack took it."""
        view = {"type": "home", "blocks": list(message.blocks)}
        try:
            self.writer.views_publish(user_id=user_id, view=view)
        except NO_ANSWER as error:
            _log.warning("home_lost", reason=type(error).__name__)
            return False
        return True


def literal(message: Message) -> dict[str, Any]:
    """Give the body of a post that Slack is to read as it stands."""
    return message.body() | {"mrkdwn": False, "parse": "none", "link_names": False}


@cache
def _tls() -> ssl.SSLContext:
    """Read the certificates that this machine trusts, once."""
    return ssl.create_default_context()


def connect(settings: Settings) -> SlackSide:
    """Ask Slack who we are. Raises :class:`Invalid` in words when the token is no good."""
    token = settings.bot_token
    if token is None:
        raise Invalid(
            "settings.invalid",
            name="SLACK_BOT_TOKEN",
            expected="settings.expected.SLACK_BOT_TOKEN",
        )
    tls = _tls()
    writer, reader = (
        StraightClient(
            token.get_secret_value(),
            base_url=settings.api_url,
            timeout=seconds,
            ssl=tls,
            retry_handlers=[],
        )
        for seconds in (_WRITE_SECONDS, _READ_SECONDS)
    )
    try:
        who = writer.auth_test()
    except SlackApiError as error:
        raise Invalid("slack.refused", code=error.response.get("error", "")) from error
    except NO_ANSWER as error:
        raise Invalid("slack.unreachable") from error
    granted = str(who.headers.get("x-oauth-scopes", ""))
    api = urlsplit(settings.api_url)
    home = frozenset(filter(None, (who["team_id"], who.get("enterprise_id"))))
    callers = Callers(reader, home, settings.language)
    return SlackSide(
        writer=writer,
        callers=callers,
        channels=Channels(reader, callers, home),
        tls=tls,
        team_id=str(who["team_id"]),
        enterprise_id=who.get("enterprise_id"),
        app_id=learn_app_id(reader, who),
        bot_id=str(who["bot_id"]),
        bot_user_id=str(who["user_id"]),
        scopes=frozenset(scope.strip() for scope in granted.split(",") if scope.strip()),
        answer_addresses=(_SLACKS_ADDRESS, f"{api.scheme}://{api.netloc}/"),
    )
