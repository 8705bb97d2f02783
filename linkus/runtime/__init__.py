"""Runs an instance: checks before the start, its processes, and its messages to the terminal."""
