"""Answers an oversized request body with 413 in the reader's language, with the limit and, for a form, the field."""

from __future__ import annotations

import json

from starlette.datastructures import Headers
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linkus.kit.errors import FieldError, LinkusError
from linkus.kit.messages import pick_language

_TOO_LARGE_STATUS = 413
_MEGABYTE_BYTES = 1024 * 1024


class BodyLimitAnswers:
    """Replaces Starlette's own 413 response, which is plain English and bypasses every other middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body: bytes | None = None

        async def send_in_words(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and message["status"] == _TOO_LARGE_STATUS:
                body = _body(scope)
                headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
                message = {**message, "headers": headers}
            elif body is not None:
                message = {"type": message["type"], "body": body}
            await send(message)

        await self._app(scope, receive, send_in_words if scope["type"] == "http" else send)


def _body(scope: Scope) -> bytes:
    limit = int(scope.get(MAX_BODY_SIZE_SCOPE_KEY, 0))
    size = f"{limit // _MEGABYTE_BYTES} MB" if limit >= _MEGABYTE_BYTES else f"{limit // 1024} KB"
    headers = Headers(scope=scope)
    is_form = headers.get("content-type", "").startswith("multipart/")
    fields = {"file": FieldError("file_too_large", {"size": size})} if is_form else None
    error = LinkusError("file_too_large", fields=fields, size=size)
    return json.dumps(error.body(pick_language(headers.get("accept-language"))), ensure_ascii=False).encode()
