"""Limits on signing in, and blocked addresses."""
