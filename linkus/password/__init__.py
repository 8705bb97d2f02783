"""A user's own password: changed by the user, or forgotten and set anew with a one-time link by mail."""
