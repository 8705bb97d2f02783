"""The people and their pages of the client's own tests."""

from tests.browser.client.conftest import alice, bob, open_client

__all__ = ["alice", "bob", "open_client"]
