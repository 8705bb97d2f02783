"""Holds what features of every layer need: tables, the events about extensions, and the groups of settings.

This package imports no feature. Code comes here only if a lower feature needs it of a higher one (see the order of the
features in `pyproject.toml`). All other code stays in its feature.
"""
