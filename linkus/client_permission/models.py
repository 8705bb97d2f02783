"""Imports the tables of this feature, which are in a file for each kind of rule."""

from linkus.client_permission import visibility_models

__all__ = ["visibility_models"]
