"""Records ended calls, and reads the records for users and administrators."""
