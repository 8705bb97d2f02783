"""One running instance: what is checked before it starts, its processes, and what the terminal says meanwhile."""
