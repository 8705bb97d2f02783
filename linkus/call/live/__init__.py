"""Tracks live calls and controls them: who answers, whose legs they are, whose calls are kept."""
