"""Linkus server: portal, credentials, clients and call plans of a cloud PBX."""

__version__ = "0.1.0"
