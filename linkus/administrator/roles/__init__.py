"""Roles that administrators make, and what roles protect."""
