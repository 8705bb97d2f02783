"""A user's own password: changed by the user, or reset with a one-time link by mail after it was forgotten."""
