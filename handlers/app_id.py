"""Which app of Slack's we are: every payload names the app it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from handlers.caller import NO_ANSWER

_log = structlog.get_logger("slack")


def learn_app_id(reader: WebClient, who: SlackResponse | Mapping[str, Any]) -> str | None:
    """Give the id of our app, from ``auth.test`` or else ``bots.info``; None if neither tells it.

    Never a reason not to start: without it the installing team alone is compared.
    """
    told = who.get("app_id") or _of_bot(reader, str(who.get("bot_id") or ""))
    return told if isinstance(told, str) and told else None


def _of_bot(reader: WebClient, bot_id: str) -> Any:
    if not bot_id:
        return None
    try:
        answer = reader.bots_info(bot=bot_id)
    except NO_ANSWER as error:
        _log.warning("app_id_unknown", reason=type(error).__name__)
        return None
    bot = answer.get("bot")
    return bot.get("app_id") if isinstance(bot, dict) else None
