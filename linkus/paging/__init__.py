"""Paging groups: one speaks, many hear."""
