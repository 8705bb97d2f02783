"""Roles: which pages of the portal an administrator may see and change."""
