"""Notifies contacts of events (OV-7, OV-8): which events, at which level, and who gets a mail."""
