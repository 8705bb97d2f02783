"""Rules that relate the values of one client's settings, or of a bulk change: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkus.client_settings.screen_pop import url_error
from linkus.kit.errors import FieldError

CALL_TYPES = ("screen_pop_inbound", "screen_pop_internal")


def setting_errors(values: Mapping[str, Any]) -> dict[str, FieldError]:
    """Check all values of a kind, as they will be. While the pop-up is off, its address may be anything."""
    errors: dict[str, FieldError] = {}
    if values.get("screen_pop") and (url_problem := url_error(values["screen_pop_url"])) is not None:
        errors["screen_pop_url"] = url_problem
    if not any(values.get(name, True) for name in CALL_TYPES):
        errors["screen_pop_inbound"] = FieldError("screen_pop_no_call_type")
    return errors


def values_back(
    previous: Mapping[str, Any], written: Mapping[str, Any], present: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the values that undo a bulk change for one row. Restore a value only if the change altered it and it still
    equals what the change wrote. `present` holds all values of the row. Return None, and restore nothing, if the result
    would break the rules."""
    restored = {
        name: value for name, value in previous.items() if value != written[name] and present[name] == written[name]
    }
    return None if restored and setting_errors({**present, **restored}) else restored


def change_errors(values: Mapping[str, Any]) -> dict[str, FieldError]:
    """Check values that go into many rows, whatever the other values of a row are. A valid row must stay valid."""
    errors: dict[str, FieldError] = {}
    switch, url = values.get("screen_pop"), values.get("screen_pop_url")
    if (switch or url is not None) and not (switch is False and not url):
        url_problem = url_error(url or "")
        if url_problem is not None:
            errors["screen_pop_url"] = url_problem
    if any(name in values for name in CALL_TYPES) and not any(values.get(name) for name in CALL_TYPES):
        errors["screen_pop_inbound"] = FieldError("screen_pop_no_call_type")
    return errors
