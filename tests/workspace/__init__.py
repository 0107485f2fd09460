"""A local stand-in for Slack: speaks Slack's side of the wire, and is strict about it."""

from tests.workspace.client import Workspace

__all__ = ["Workspace"]
