"""Tables that several features read. The feature that writes a table has the same name."""
