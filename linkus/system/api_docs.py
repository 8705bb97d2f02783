"""Serves the API description as a page: Swagger UI, from the files of a package and never from another host."""

from __future__ import annotations

import html
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from linkus.session.auth import Public

PATH = "/api/docs"
# Swagger UI needs no inline script and no inline style sheet. Its icons are data: URLs.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{path}/swagger-ui.css?v={version}">
</head>
<body>
<div id="api" data-description="{description}"></div>
<script src="{path}/swagger-ui-bundle.js?v={version}"></script>
<script src="{path}/start.js"></script>
</body>
</html>
"""
# `validatorUrl: null`: no badge from a public host.
_START = """\
const page = document.getElementById("api");
SwaggerUIBundle({
  url: page.dataset.description,
  domNode: page,
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
  defaultModelsExpandDepth: -1,
});
"""
_FILES = Path(str(files("fastapi_swagger"))) / "resources"
_VERSION = version("fastapi-swagger")  # a part of the files' addresses, so that a browser may keep them
_MEDIA_TYPES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}

router = APIRouter(prefix=PATH, include_in_schema=False, dependencies=[Public])


@router.get("")
async def read_api_docs(request: Request) -> HTMLResponse:
    """Show the API description."""
    title = html.escape(f"{request.app.title} API")
    page = _PAGE.format(title=title, path=PATH, version=_VERSION, description=html.escape(request.app.openapi_url))
    return HTMLResponse(page, headers=_HEADERS)


@router.get("/start.js")
async def read_api_docs_start() -> Response:
    """Start Swagger UI."""
    return Response(_START, media_type="text/javascript", headers=_HEADERS)


@router.get("/{name}")
async def read_api_docs_file(name: Literal["swagger-ui-bundle.js", "swagger-ui.css"]) -> FileResponse:
    """Return a file of Swagger UI."""
    headers = {**_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(_FILES / name, media_type=_MEDIA_TYPES[name], headers=headers)
