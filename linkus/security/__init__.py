"""Limits on signing in."""
