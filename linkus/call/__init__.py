"""Plans calls, tracks live calls and records ended calls."""
