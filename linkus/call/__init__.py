"""Calls: the plan of each, those that go on, and the records of those that ended."""
