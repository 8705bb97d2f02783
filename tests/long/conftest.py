"""The product and a browser, as in tests/browser."""

from tests.browser.client.conftest import open_client
from tests.browser.conftest import chromium, open_page, portal, product

__all__ = ["chromium", "open_client", "open_page", "portal", "product"]
