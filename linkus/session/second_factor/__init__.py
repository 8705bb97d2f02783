"""Checks the second factor of administrators at sign-in."""
