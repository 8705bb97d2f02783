"""Messages that callers have left."""
