"""Linkus server: portal, credentials, clients and call plans of a cloud PBX."""

__version__ = "0.2.0"  # the one place: pyproject.toml, the pages and the API description take it from here
