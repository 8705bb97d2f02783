"""Voicemail messages that callers have left."""
