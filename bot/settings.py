"""The settings: read once at the start from the environment (and ``.env``), then handed in.

Every mistake is told in one line that names the setting and what was expected; values are never
repeated in it, since some of them are secrets.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import FoljsamError, Invalid
from bot.reminders.planning import parse_steps

ENV_FILE = Path(".env")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_YES = {"yes", "ja", "true", "1", "on"}
_NO = {"no", "nej", "false", "0", "off"}
_Number = TypeVar("_Number", int, float)


def _named(name: str, default: Any) -> Any:
    return Field(default=default, validation_alias=AliasChoices(name), validate_default=True)


class Settings(BaseSettings):
    """What an operator can set; names and defaults are described in ``docs/running.md``."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file_encoding="utf-8")

    bot_token: SecretStr | None = _named("SLACK_BOT_TOKEN", None)
    app_token: SecretStr | None = _named("SLACK_APP_TOKEN", None)
    signing_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = _named("SLACK_SIGNING_SECRET", ())
    api_url: str = _named("SLACK_API_URL", "https://slack.com/api/")
    database_url: SecretStr = _named("DATABASE_URL", "sqlite:///foljsam.db")
    host: str = _named("HOST", "127.0.0.1")
    port: int = _named("PORT", 3000)
    language: Literal["sv", "en"] = _named("FOLJSAM_LANGUAGE", "sv")
    time_zone: ZoneInfo = _named("FOLJSAM_TIME_ZONE", "Europe/Stockholm")
    admins: Annotated[tuple[str, ...], NoDecode] = _named("FOLJSAM_ADMINS", ())
    operations_channel: str | None = _named("FOLJSAM_OPERATIONS_CHANNEL", None)
    members_may_read: bool = _named("FOLJSAM_MEMBERS_MAY_READ", "yes")
    tick_seconds: float = _named("FOLJSAM_TICK_SECONDS", 30)
    clock_file: Path | None = _named("FOLJSAM_CLOCK_FILE", None)
    steps: Annotated[tuple[int, ...], NoDecode] = _named("FOLJSAM_STEPS", "-30,-14,-3,1,5,10")
    quiet_months: Annotated[tuple[int, ...], NoDecode] = _named("FOLJSAM_QUIET_MONTHS", "7")
    messages_a_week: int = _named("FOLJSAM_MESSAGES_A_WEEK", 3)
    acts_a_minute: int = _named("FOLJSAM_ACTS_A_MINUTE", 20)
    contacts_months: int | None = _named("FOLJSAM_CONTACTS_MONTHS", None)
    contacts_decision: str | None = _named("FOLJSAM_CONTACTS_DECISION", None)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str) and not value.strip() and info.field_name != "quiet_months":
            return cls.model_fields[info.field_name].default
        return value.strip() if isinstance(value, str) else value

    @field_validator("bot_token", "app_token", mode="after")
    @classmethod
    def _token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError("token")
        return value

    @field_validator("signing_secrets", mode="before")
    @classmethod
    def _secrets(cls, value: Any) -> Any:
        parts = _parts(value)
        if len(parts) > 2 or not all(part.isascii() for part in parts):
            raise ValueError("one secret, or two while one is being changed")
        return tuple(SecretStr(part) for part in parts)

    @field_validator("api_url", mode="after")
    @classmethod
    def _api_url(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise ValueError("https, or http to this machine")
        return value if value.endswith("/") else value + "/"

    @field_validator("port", mode="after")
    @classmethod
    def _port(cls, value: int) -> int:
        return _within(value, 1, 65535)

    @field_validator("messages_a_week", mode="after")
    @classmethod
    def _cap(cls, value: int) -> int:
        return _within(value, 0, 1000)

    @field_validator("acts_a_minute", mode="after")
    @classmethod
    def _pace(cls, value: int) -> int:
        return _within(value, 1, 1_000_000)

    @field_validator("contacts_months", mode="after")
    @classmethod
    def _kept(cls, value: int | None) -> int | None:
        return None if value is None else _within(value, 1, 1200)

    @field_validator("contacts_decision", mode="after")
    @classmethod
    def _decision(cls, value: str | None) -> str | None:
        if value is not None and len(value) > 200:
            raise ValueError("long")
        return value

    @field_validator("tick_seconds", mode="after")
    @classmethod
    def _tick(cls, value: float) -> float:
        return _within(value, 0.05, 3600)

    @field_validator("time_zone", mode="before")
    @classmethod
    def _zone(cls, value: Any) -> Any:
        try:
            return ZoneInfo(value) if isinstance(value, str) else value
        except (KeyError, ValueError, OSError) as error:  # zoneinfo's ways to say a bad name
            raise ValueError("zone") from error

    @field_validator("admins", mode="before")
    @classmethod
    def _admins(cls, value: Any) -> Any:
        ids = _parts(value)
        if not all(re.fullmatch(r"[UW][A-Z0-9_]{1,38}", user) for user in ids):
            raise ValueError("ids")
        return ids

    @field_validator("operations_channel", mode="after")
    @classmethod
    def _channel(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[CGDUW][A-Z0-9_]{1,38}", value):
            raise ValueError("id")
        return value

    @field_validator("members_may_read", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        word = str(value).casefold()
        if word not in _YES | _NO:
            raise ValueError("yes or no")
        return word in _YES

    @field_validator("steps", mode="before")
    @classmethod
    def _steps(cls, value: Any) -> Any:
        return _read(parse_steps, value)

    @field_validator("quiet_months", mode="before")
    @classmethod
    def _months(cls, value: Any) -> Any:
        months = tuple(sorted({int(part) for part in _parts(value)}))
        if not all(1 <= month <= 12 for month in months) or len(months) > 11:
            raise ValueError("months")
        return months

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        if self.app_token is not None and self.bot_token is None:
            raise ValueError("SLACK_BOT_TOKEN")
        if (self.contacts_months is None) is not (self.contacts_decision is None):
            missing = "MONTHS" if self.contacts_months is None else "DECISION"
            raise ValueError(f"FOLJSAM_CONTACTS_{missing}")
        return self


def _parts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str):
        return tuple(value)
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _within(value: _Number, low: float, high: float) -> _Number:
    if not low <= value <= high:
        raise ValueError("range")
    return value


def _read(reader: Any, value: Any) -> Any:
    try:
        return reader(value) if isinstance(value, str) else value
    except FoljsamError as error:
        raise ValueError("malformed") from error


def load_settings() -> Settings:
    """Read the environment and ``.env``; raise :class:`Invalid` naming the first bad setting."""
    try:
        return Settings(_env_file=_private(ENV_FILE))
    except ValidationError as error:
        raise Invalid("settings.invalid", **_first(error)) from None


def _private(path: Path) -> Path | None:
    if not path.is_file():
        return None
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Invalid("settings.readable_by_others", file=str(path))
    return path


def _first(error: ValidationError) -> dict[str, Any]:
    problem = error.errors(include_input=False, include_url=False)[0]
    # A contradiction between settings has no place of its own, but names one.
    name = str(problem["loc"][0] if problem["loc"] else problem["ctx"]["error"])
    return {"name": name, "expected": f"settings.expected.{name}"}
