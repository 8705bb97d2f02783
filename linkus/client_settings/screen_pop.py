"""Checks the popup URL (SP-3), and fills it in for a call. Pure functions.

web/packages/sdk/src/screen-pop.ts has the same rules for the browser that opens the page.
tests/client_settings/screen_pop_cases.json tests both. The server does not save a URL that it refuses, even if a page
accepts it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from urllib.parse import quote

from linkus.kit.errors import FieldError

VARIABLES = ("CallerNumber", "CallerDisplayName", "DIDNumber", "DIDName", "StartTime")
# The manual writes a dot before each variable. It belongs to the variable, so that it does not reach the URL.
_VARIABLE = re.compile(r"\.?\{\{\.([A-Za-z][A-Za-z0-9_]*)\}\}")
# A brace has no other meaning in an address, so any that is left is an attempt at a variable. Chinese input methods
# produce full-width braces. Blanks inside belong to the attempt.
_BROKEN = re.compile(r"\.?[{｛]+[^{}｛｝/?&=#]{0,60}[}｝]*|[}｝]+")
# ASCII, as browsers read an address: otherwise a long s (U+017F) is an s, and a full-width digit in a port a digit.
_SCHEME = re.compile(r"https?://", re.IGNORECASE | re.ASCII)
_END_OF_HOST = re.compile(r"[/?#]")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\W_](?:[\w.-]*[^\W_])?\.?)(?::([0-9]{1,5}))?")
_BY_LOWER = {name.lower(): name for name in VARIABLES}
_MAX_SHOWN_CHARACTERS = 60
_SAFE = "!~*'()"  # encodeURIComponent leaves these unchanged, besides those that quote() leaves unchanged


def url_error(url: str) -> FieldError | None:
    """Return the first error in a popup URL; None if it can be opened in every call."""
    if not url:
        return FieldError("screen_pop_url_missing")
    return _variable_error(url) or _address_error(url)


def _variable_error(url: str) -> FieldError | None:
    problems = [
        (match.start(), _named("unknown", match[0], nearest(match[1]), misspelt="misspelt"))
        for match in _VARIABLE.finditer(url)
        if match[1] not in VARIABLES
    ]
    rest = _VARIABLE.sub(lambda match: " " * len(match[0]), url)  # keeps the positions
    for match in _BROKEN.finditer(rest):
        suggestion = nearest("".join(re.findall(r"[A-Za-z0-9]+", match[0])))
        problems.append((match.start(), _named("broken", match[0].strip(), suggestion, misspelt="broken_near")))
    return min(problems, key=lambda problem: problem[0])[1] if problems else None


def _named(code: str, text: str, suggestion: str, *, misspelt: str) -> FieldError:
    params = {"text": text.removeprefix(".")[:_MAX_SHOWN_CHARACTERS], "suggestion": suggestion}
    return FieldError(f"screen_pop_variable_{misspelt if suggestion else code}", params)


def nearest(name: str) -> str:
    """Return the placeholder that `name` was probably meant to be; empty if none is close."""
    matches = difflib.get_close_matches(name.lower(), _BY_LOWER, n=1, cutoff=0.6)
    return "{{." + _BY_LOWER[matches[0]] + "}}" if matches else ""


def _address_error(url: str) -> FieldError | None:
    scheme = _SCHEME.match(url)
    begin = scheme.end() if scheme else 0
    end = _END_OF_HOST.search(url, begin)
    variable = _VARIABLE.search(url)
    if variable is not None and variable.start() < (end.start() if end else len(url)):
        return FieldError("screen_pop_variable_in_host", {"text": variable[0].removeprefix(".")})
    if scheme is None:
        return FieldError("screen_pop_url_scheme")
    host = url[begin : end.start() if end else len(url)]
    if "@" in host:
        return FieldError("screen_pop_url_user")
    match = _HOST.fullmatch(host)
    if match is None or (match[1] is not None and not 1 <= int(match[1]) <= 65535):
        return FieldError("screen_pop_url_host")
    if any(char.isspace() or char == "\\" for char in url):
        return FieldError("screen_pop_url_blank")
    return None


def render(url: str, values: Mapping[str, str]) -> str:
    """Return the URL to open. Every value is URL-encoded; a variable without a value in this call becomes empty."""
    return _VARIABLE.sub(lambda match: quote(values.get(match[1], ""), safe=_SAFE), url)
