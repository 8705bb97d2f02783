"""The event log as every feature writes it. `linkus/event` reads it, and `linkus.event_notification` tells contacts."""
