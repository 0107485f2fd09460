"""Evaluations: when they are to take place, and that they have."""
