"""Block Kit's limits, as Slack enforces them: refuse with the place, never repair."""

from tests.workspace.blocks.whole import message_problems, view_problems

__all__ = ["message_problems", "view_problems"]
