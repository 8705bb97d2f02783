"""Helpers that the features share. Imports no feature and no engine code."""
