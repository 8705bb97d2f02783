"""The server itself: its name, its settings, its parts and their state."""
