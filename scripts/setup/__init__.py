"""Installs what is missing on a fresh machine. Standard library only: this runs before anything is installed."""
