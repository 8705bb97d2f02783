"""Links by which administrators with a user name of their own choose their password."""
