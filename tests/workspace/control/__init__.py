"""The control interface: what tests and the demo ask of the stand-in itself, as JSON."""

from tests.workspace.control import acts, faults, observing, setting_up
from tests.workspace.control.verbs import VERBS

__all__ = ["VERBS", "acts", "faults", "observing", "setting_up"]
