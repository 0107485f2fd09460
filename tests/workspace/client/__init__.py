"""The stand-in from a test's or the demo's side: a workspace, its people, what they see."""

from tests.workspace.client.messages import Button, Message, Outcome, View
from tests.workspace.client.people import ChannelHandle, PersonHandle
from tests.workspace.client.workspace import Workspace

__all__ = [
    "Button",
    "ChannelHandle",
    "Message",
    "Outcome",
    "PersonHandle",
    "View",
    "Workspace",
]
