"""The welcome mail that carries login credentials: its template, its queueing, and what became of it."""
