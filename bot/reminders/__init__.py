"""Reminders: which should exist, when they go, and that they arrive exactly once."""
