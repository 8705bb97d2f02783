"""Paging groups: one caller speaks, many members listen."""
