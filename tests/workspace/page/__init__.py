"""The page: the workspace as its people see it, in a browser, with the bot's clock beside it."""

from tests.workspace.page.clock import DemoClock
from tests.workspace.page.doors import Page, add_page
from tests.workspace.page.guard import only_from_here

__all__ = ["DemoClock", "Page", "add_page", "only_from_here"]
