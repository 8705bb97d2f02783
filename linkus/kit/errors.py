"""Errors for people: `{code, message, fields}` in the reader's language, with the invalid field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from linkus.kit.messages import Language, text


@dataclass(frozen=True)
class FieldError:
    """Error of one field. `code` is a key of the message catalogue; `params` fill in its text."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


class LinkusError(Exception):
    """Base of every error with a status code. Declare it on the endpoint, so that the generated client knows it."""

    status_code = 400
    code = "bad_request"

    def __init__(
        self,
        code: str | None = None,
        *,
        fields: dict[str, FieldError] | None = None,
        extra: dict[str, Any] | None = None,
        **params: Any,
    ) -> None:
        self.code = code or type(self).code
        self.params = params
        self.fields = fields or {}
        self.extra = extra or {}
        super().__init__(self.code)

    def body(self, language: Language) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": text(language, self.code, **self.params),
            "fields": {
                name: {"code": error.code, "message": text(language, error.code, **error.params)}
                for name, error in self.fields.items()
            },
            **self.extra,
        }


class ValidationFailed(LinkusError):
    status_code = 422
    code = "validation_failed"


class NotSignedIn(LinkusError):
    status_code = 401
    code = "not_signed_in"


class Forbidden(LinkusError):
    status_code = 403
    code = "forbidden"


class NotFound(LinkusError):
    status_code = 404
    code = "not_found"


class Conflict(LinkusError):
    status_code = 409
    code = "conflict"


class VersionConflict(Conflict):
    """Raised when somebody else has saved meanwhile. The present values in `current` let the page show what changed, so
    that nobody's change is lost unnoticed."""

    code = "version_conflict"

    def __init__(self, current: BaseModel) -> None:
        super().__init__(extra={"current": current.model_dump(mode="json")})


class Gone(LinkusError):
    status_code = 410
    code = "gone"


class TooManyRequests(LinkusError):
    status_code = 429
    code = "too_many_requests"


class Unavailable(LinkusError):
    status_code = 503
    code = "unavailable"


class FieldErrorBody(BaseModel):
    code: str
    message: str


class ErrorBody(BaseModel):
    """The body of every error response."""

    code: str
    message: str
    fields: dict[str, FieldErrorBody] = {}


def responses(*errors: type[LinkusError]) -> dict[int | str, dict[str, Any]]:
    """Return the value for `responses=` of a route, which documents these errors in OpenAPI."""
    return {error.status_code: {"model": ErrorBody} for error in errors}
