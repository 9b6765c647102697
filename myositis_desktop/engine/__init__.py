"""The pathway engine: pure functions from a case and a knowledge pack to a plan."""

LEVEL = 1
"""Rises only when the output of the engine can change for the same case and pack."""
