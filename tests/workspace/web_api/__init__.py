"""Slack's Web API: one file per family of methods, collected in one table."""

from tests.workspace.web_api import (
    auth,
    chat,
    conversations,
    files,
    users,
    views,
)
from tests.workspace.web_api.calls import METHODS

__all__ = ["METHODS", "auth", "chat", "conversations", "files", "users", "views"]
