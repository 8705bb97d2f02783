"""The event log: what happened that somebody may have to know."""
