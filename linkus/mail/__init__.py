"""Mail: rows that are written with what caused them, and the worker that sends them."""
