"""The page that shows the API description: it works with a strict policy, and loads nothing from another host."""

from __future__ import annotations

import re

import httpx
import pytest

from linkus.system.api_docs import CONTENT_SECURITY_POLICY

PAGE = "/api/docs"


async def test_page_needs_no_session_and_names_files_of_this_server_only(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get(PAGE)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    found = re.findall(r'(?:src|href|data-description)="([^"]*)"', page.text)
    assert sorted(path.partition("?")[0] for path in found) == [
        "/api/docs/start.js",
        "/api/docs/swagger-ui-bundle.js",
        "/api/docs/swagger-ui.css",
        "/api/v1/openapi.json",
        "data:,",
    ]
    for path in found:
        if path.startswith("/"):
            assert (await anonymous.get(path)).status_code == 200, path


@pytest.mark.parametrize("path", ["", "/start.js", "/swagger-ui-bundle.js", "/swagger-ui.css"])
async def test_policy_allows_scripts_and_styles_of_this_server_only(anonymous: httpx.AsyncClient, path: str) -> None:
    answer = await anonymous.get(PAGE + path)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_browser_keeps_the_files_until_the_package_changes(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get(PAGE)
    [path] = re.findall(r'src="(/api/docs/swagger-ui-bundle.js[?]v=[0-9.]+)"', page.text)
    assert "immutable" in (await anonymous.get(path)).headers["cache-control"]
    assert page.headers["cache-control"] == "no-store"


async def test_other_files_of_the_package_are_not_served(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get(f"{PAGE}/__init__.py")).status_code == 422
    assert (await anonymous.get(f"{PAGE}/..%2Fmain.py")).status_code in (404, 422)
