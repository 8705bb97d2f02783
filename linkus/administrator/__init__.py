"""Administrators: who may open the portal, and how the first one is created."""
