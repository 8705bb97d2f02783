"""Imports CSV files of any kind: progress, errors by row, and clean-up after a restart."""
