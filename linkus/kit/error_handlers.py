"""Turns every error into `{code, message, fields}` in the reader's language."""

from __future__ import annotations

import itertools
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from linkus.kit.database_failure import failure_of
from linkus.kit.errors import Conflict, FieldError, LinkusError, Unavailable, ValidationFailed
from linkus.kit.http import request_language
from linkus.kit.services import kit_of

log = structlog.get_logger("errors")
_PLACES = {"body", "query", "path", "header", "cookie"}
_CODES = {
    "missing": "field_required",
    "string_too_long": "field_too_long",
    "bytes_too_long": "field_too_long",
    "too_long": "field_too_many",
    "string_too_short": "field_required",
    "too_short": "field_required",
    "greater_than_equal": "field_too_small",
    "less_than_equal": "field_too_large",
    "int_parsing_size": "field_out_of_range",
    "int_parsing": "field_not_a_number",
    "int_type": "field_not_a_number",
    "int_from_float": "field_not_a_number",
    "invalid_characters": "field_invalid_characters",
    "invisible_characters": "field_invisible_characters",
    "string_unicode": "field_invalid_characters",
    "moment_out_of_range": "field_out_of_range",
    "extra_forbidden": "field_unknown",
}
MAX_FIELDS = 50  # reported per request: thousands of wrong fields do not come from a form
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 415: "unsupported_media_type"}


def field_error(error: dict[str, Any]) -> FieldError:
    """Map a Pydantic error to one of our codes. Its text and input are hidden: the text is English, the input may be
    secret."""
    code = _CODES.get(error["type"], "field_invalid")
    limits = error.get("ctx", {})
    match code:
        case "field_too_long" | "field_too_many":
            return FieldError(code, {"max": limits.get("max_length", 0)})
        case "field_too_small":
            return FieldError(code, {"min": limits["ge"]})
        case "field_too_large":
            return FieldError(code, {"max": limits["le"]})
    return FieldError(code)


def field_name(location: tuple[Any, ...]) -> str:
    """Return the dotted name: `("body", "rows", 3, "number")` becomes `rows.3.number`. Replace characters that UTF-8
    cannot encode, because the sender chooses the names."""
    parts = location[1:] if location and location[0] in _PLACES else location
    name = ".".join(str(part) for part in parts) or "body"
    return name.encode(errors="replace").decode()[:200]


def _answer(request: Request, error: LinkusError) -> JSONResponse:
    headers = {}
    if "seconds" in error.params:
        headers["Retry-After"] = str(error.params["seconds"])  # RFC 9110, 10.2.3
    return JSONResponse(error.body(request_language(request)), error.status_code, headers=headers)


async def _linkus_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LinkusError)  # noqa: S101 - registered for this class only
    return _answer(request, error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    problems = list(itertools.islice(error.errors(), MAX_FIELDS))
    if any(problem["type"] == "json_invalid" for problem in problems):
        return _answer(request, ValidationFailed("body_not_json"))
    return _answer(
        request, ValidationFailed(fields={field_name(problem["loc"]): field_error(problem) for problem in problems})
    )


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if error.status_code == 400:  # FastAPI's status for a body that is neither JSON nor a form
        return _answer(request, ValidationFailed("body_unreadable"))
    answer = LinkusError(_HTTP_CODES.get(error.status_code, "bad_request"))
    answer.status_code = error.status_code
    response = _answer(request, answer)
    response.headers.update(error.headers or {})
    return response


async def _integrity(request: Request, error: Exception) -> JSONResponse:
    """Answer a conflict between concurrent writes, which the check in the service cannot catch."""
    log.warning("integrity_error", error=str(error)[:500])
    return _answer(request, Conflict())


async def _database_away(request: Request, error: Exception) -> JSONResponse:
    log.error("database_error", exc_info=error)
    kit_of(request).suspicion.set()
    failure = failure_of(error)
    return _answer(request, Unavailable(f"database_{failure}") if failure else Unavailable())


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a DBAPIError. A connection lost during a statement has no class of its own; any other case is our bug."""
    assert isinstance(error, DBAPIError)  # noqa: S101 - registered for this class only
    is_away = error.connection_invalidated or failure_of(error) is not None
    return await (_database_away if is_away else _unexpected)(request, error)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled_error", request_id=request.state.request_id, exc_info=error)
    answer = LinkusError("internal_error", request_id=request.state.request_id)
    answer.status_code = 500
    response = _answer(request, answer)
    response.headers["X-Request-Id"] = request.state.request_id  # this response bypasses the middleware
    return response


def install_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(LinkusError, _linkus_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(IntegrityError, _integrity)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(InterfaceError, _database_away)
    app.add_exception_handler(PoolTimeoutError, _database_away)  # the pool had no free connection
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(Exception, _unexpected)
