"""Evaluations: when they are to take place, and that they have."""

from bot.evaluations.planning import *  # noqa: F403
