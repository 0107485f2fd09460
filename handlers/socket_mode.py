"""Taking Slack's requests over a WebSocket, so that it can be stopped without dropping any."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import Invalid
from handlers.logs import failure, log
from handlers.shapes import Malformed, check_shapes

_LOOK_AGAIN: Final = 0.05  # seconds


class Intake:
    """One Socket Mode connection, with a count of the requests under way."""

    def __init__(self, app: Any, app_token: str) -> None:
        self._logger = logging.getLogger("slack_bolt.socket_mode")
        self._handler: Any = SocketModeHandler(app, app_token, logger=self._logger)
        listeners: list[Any] = self._handler.client.socket_mode_request_listeners
        listeners[:] = [self._take]
        self._under_way = 0
        self._stopping = False
        self._changed = threading.Condition()

    def connect(self) -> None:
        """Connect; raises :class:`Invalid` saying which setting is wrong, or that nobody answers.

        The library logs its own lines about a failure here, which would only repeat ours.
        """
        self._logger.setLevel(logging.CRITICAL)
        try:
            self._handler.connect()
        except SlackApiError as error:
            raise self._refused(str(error.response.get("error", ""))) from None
        except (SlackClientError, OSError) as error:
            raise Invalid("serving.slack_unreachable") from error
        self._logger.setLevel(logging.WARNING)

    def stop(self, seconds: float) -> None:
        """Take no more requests, answer those under way, and close the connection.

        What comes in meanwhile is not acknowledged, so Slack sends it to another connection.
        """
        with self._changed:
            self._stopping = True
            self._changed.wait_for(lambda: self._under_way == 0, timeout=seconds)
        closing = threading.Thread(target=self._close, daemon=True)
        closing.start()
        ends = time.monotonic() + seconds
        while closing.is_alive() and time.monotonic() < ends:
            # The library's receiver, if it begins only now, forgets that it is to end.
            self._handler.client.current_session_state.terminated = True
            closing.join(_LOOK_AGAIN)

    def _close(self) -> None:
        try:
            self._handler.close()
        except Exception as error:  # noqa: BLE001  # we are leaving anyway
            log().warning("socket_close_failed", **failure(error))

    def _take(self, client: Any, request: Any) -> None:
        with self._changed:
            if self._stopping:
                return
            self._under_way += 1
        try:
            check_shapes(request.payload)
            self._handler.handle(client, request)
        except Malformed:  # not acknowledged: it is nothing that Slack sends
            log().warning("payload_malformed")
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _refused(self, reason: str) -> Invalid:
        if reason in {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive"}:
            expected = "settings.expected.SLACK_APP_TOKEN"
            return Invalid("settings.invalid", name="SLACK_APP_TOKEN", expected=expected)
        return Invalid("serving.slack_refused", reason=reason or "?")
