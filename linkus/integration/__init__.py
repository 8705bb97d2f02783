"""Access for other programs: the switch of the Linkus SDK."""
