"""Blocked addresses."""
