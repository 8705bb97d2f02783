"""The event log: events that an administrator may have to know about."""
