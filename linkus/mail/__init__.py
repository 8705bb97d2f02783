"""Mail: rows that are written in the transaction that causes them, and the worker that sends them."""
