"""The manifest that makes the app in Slack: commands, events, and no more scopes than needed.

Why each scope is needed stands beside it here, and in ``docs/running.md`` for those who decide.
Slack refuses unknown keys and texts that are too long; a test holds the limits.
"""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import urlsplit

from bot.errors import Invalid

Mode = Literal["socket", "http"]

SCOPES: Final[dict[str, str]] = {
    "app_mentions:read": "to be told when somebody mentions the bot in a channel",
    "channels:read": "to see whether a public channel is shared with others, and who is in it",
    "chat:write": "to send reminders and to edit them when they are dealt with",
    "commands": "to have /iop and the three short commands",
    "groups:read": "to see the same of a private channel that the bot is in",
    "im:history": "to find a reminder again after an interruption, instead of sending it twice",
    "im:write": "to open the conversation in which a reminder is sent",
    "users:read": "to tell members from guests and outsiders, and to know their language",
}
EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "member_joined_channel",
    "message.im",
    "user_change",
)
_AGREEMENT: Final = "[överenskommelse]"
_COMMANDS: Final = (
    (
        "/iop",
        "Följ upp överenskommelser (IOP): läge, medel, kontakter och vad som är på gång",
        "[status | medel | kontakter | lista | kommande | försenat | hjälp] [överenskommelse]",
    ),
    ("/iop-status", "Läget för en överenskommelse och nästa utvärdering", _AGREEMENT),
    ("/iop-medel", "Beviljade, utbetalda och återstående medel", f"{_AGREEMENT} [år]"),
    ("/iop-kontakter", "Kontaktpersoner hos varje part", _AGREEMENT),
)
_DESCRIPTION: Final = "Håller liv i idéburet offentligt partnerskap efter underskriften"
_LONG_DESCRIPTION: Final = (
    "Följsam håller reda på kommunens överenskommelser om idéburet offentligt partnerskap (IOP): "
    "vilka parterna är, hur länge avtalen gäller, vad som är beviljat och utbetalt, och när nästa "
    "utvärdering ska göras. Fråga med /iop. Den som samordnar en överenskommelse får en påminnelse "
    "i god tid före varje utvärdering och markerar den som genomförd med en knapptryckning. "
    "Uppgifterna finns i kommunens egen drift."
)


def build(mode: Mode = "socket", url: str | None = None) -> dict[str, Any]:
    """Make the manifest; over HTTP every request goes to ``URL/slack/events``.

    Raises :class:`Invalid` for an address that Slack would not call.
    """
    request_url = _request_url(url or "") if mode == "http" else None
    return {
        "display_information": {
            "name": "Följsam",
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Följsam", "always_online": True},
            "slash_commands": [_command(*each, request_url) for each in _COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": _settings(request_url),
    }


def _command(command: str, description: str, hint: str, url: str | None) -> dict[str, Any]:
    # Escaped, a mentioned person or channel comes with its id and cannot be confused with text.
    made = {"command": command, "description": description, "usage_hint": hint}
    return {**made, **({"url": url} if url else {}), "should_escape": True}


def _settings(url: str | None) -> dict[str, Any]:
    address = {"request_url": url} if url else {}
    return {
        "event_subscriptions": {**address, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **address},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }


def _request_url(url: str) -> str:
    address = url.strip().rstrip("/").removesuffix("/slack/events").rstrip("/")
    try:
        parts = urlsplit(address)
        host, plain = parts.hostname, parts.scheme == "http"
    except ValueError:
        raise Invalid("operator.manifest.bad_url", url=url[:100]) from None
    local = plain and host in {"127.0.0.1", "localhost", "::1"}
    clean = not (parts.query or parts.fragment or parts.username) and " " not in address
    if not host or not clean or not (parts.scheme == "https" or local):
        raise Invalid("operator.manifest.bad_url", url=url[:100])
    return f"{address}/slack/events"
