"""Completes the OpenAPI description: summaries, examples, and what a newcomer must know first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

JSON = "application/json"
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
INTRODUCTION = """\
The API of the portal and the clients, for other programs as well. Paths begin with `/api/v1`.

- **Sign in** with `POST /api/v1/sessions` and `transport: bearer`. Send the `token` of the response as
  `Authorization: Bearer <token>`. A browser uses a cookie instead, and sends `Origin` with every change.
- **Errors** are `{"code", "message", "fields"}`. `code` stays the same; `message` is for people, in the language of
  `Accept-Language`.
- **Lists** take `page`, `page_size`, `search` and `sort` (`-number`: descending), and return `items` and `total`.
- **Changes** send the `version` that was read. If somebody else was faster, the response is 409 `version_conflict`.
- **401** `session_ended` has a `reason`. **429** has the header `Retry-After`.
- Times are ISO 8601 in UTC.
- Events come over the WebSocket `/ws/events` (docs/contracts/events.md).
"""
TAGS = {
    "sessions": "Sign in, sign out, and see where users are signed in.",
    "extensions": "Add, change and delete extensions.",
    "organization": "Departments and extension groups, and who is in them.",
    "client permission": "Which extensions the users of others see.",
    "linkus server": "Welcome mails and their template, login mode, validity of login links.",
    "credentials": "Login links and QR codes.",
    "client settings": "What each client does with a call: call waiting, auto answer, screen pop, codecs.",
    "trunks": "Connections to providers.",
    "routes": "Inbound routes by DID number, outbound routes by number pattern.",
    "paging groups": "One-way paging and two-way intercom.",
    "calls": "Calls in progress, call records, and what would happen to a call.",
    "voicemail": "A user's voicemail messages.",
    "prompts": "The spoken prompts and a company's own recordings.",
    "presence": "Who can be reached, and a client's SIP credential.",
    "password": "Set and change a user's password.",
    "privacy": "The privacy text and its acceptance.",
    "mail": "The mail server.",
    "events": "The event log.",
    "event notification": "Levels of the kinds of events, and who is notified.",
    "audit log": "Who changed what, when and from where.",
    "security": "Addresses that are blocked, those that never are, and the lock-out of signing in.",
    "imports": "Progress and errors of CSV imports.",
    "integrations": "Switches for other products.",
    "administrators": "The first administrator, and an administrator's own account.",
    "system": "State, versions and general settings of the server.",
}


def tags() -> list[dict[str, Any]]:
    return [{"name": name, "description": description} for name, description in TAGS.items()]


def operations(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from (operation for method, operation in methods.items() if method in _METHODS)


def complete(schema: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Give every operation the first line of its docstring as summary, and its examples. FastAPI writes the whole
    docstring into `description`, and a summary that only repeats the function's name."""
    for operation in operations(schema):
        operation["tags"] = operation["tags"][-1:]  # its own router's; a router inherits those of the one around it
        _split_docstring(operation)
        _add_examples(operation, examples.get(operation["operationId"], {}))


def _split_docstring(operation: dict[str, Any]) -> None:
    summary, _, description = operation.pop("description", "").partition("\n\n")
    operation["summary"] = " ".join(summary.split()).removesuffix(".")
    if description:
        operation["description"] = " ".join(description.split())


def _add_examples(operation: dict[str, Any], examples: Mapping[str, Any]) -> None:
    if "request" in examples:
        operation["requestBody"]["content"][JSON]["example"] = examples["request"]
    for status, body in examples.get("responses", {}).items():
        operation["responses"][status]["content"][JSON]["example"] = body
