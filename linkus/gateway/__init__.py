"""Delivers events to every connected page and client over `/ws/events`."""
