"""Fixtures of the client's own tests: people and their pages."""

from tests.browser.client.conftest import alice, bob, open_client

__all__ = ["alice", "bob", "open_client"]
