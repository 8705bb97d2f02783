"""The server itself: its name, settings, parts and their state."""
