"""Importing CSV files, whatever they are about: progress, what was wrong with which row, and what a restart leaves."""
