"""The second factor of administrators: an authenticator app, and recovery codes for when it is lost."""
