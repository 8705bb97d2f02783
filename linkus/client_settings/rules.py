"""Which values go together, of one client's settings and of a change of many: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkus.client_settings.screen_pop import url_error
from linkus.kit.errors import FieldError

CALL_TYPES = ("screen_pop_inbound", "screen_pop_internal")


def setting_errors(values: Mapping[str, Any]) -> dict[str, FieldError]:
    """Of all values of a kind, as they will be. While the pop-up is off its address may be anything."""
    errors: dict[str, FieldError] = {}
    if values.get("screen_pop") and (wrong := url_error(values["screen_pop_url"])) is not None:
        errors["screen_pop_url"] = wrong
    if not any(values.get(name, True) for name in CALL_TYPES):
        errors["screen_pop_inbound"] = FieldError("screen_pop_no_call_type")
    return errors


def values_back(
    before: Mapping[str, Any], wanted: Mapping[str, Any], present: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What an undo puts back into one row: of each value that a change has made another one, what was there before, if
    it still is what the change made of it. `present` has all values of the row. None when they would not go together:
    then nothing is put back.
    """
    back = {name: was for name, was in before.items() if was != wanted[name] and present[name] == wanted[name]}
    return None if back and setting_errors({**present, **back}) else back


def change_errors(values: Mapping[str, Any]) -> dict[str, FieldError]:
    """Of some values that go into many rows, whatever the others of a row are: what is right stays right."""
    errors: dict[str, FieldError] = {}
    switch, url = values.get("screen_pop"), values.get("screen_pop_url")
    if (switch or url is not None) and not (switch is False and not url):
        wrong = url_error(url or "")
        if wrong is not None:
            errors["screen_pop_url"] = wrong
    if any(name in values for name in CALL_TYPES) and not any(values.get(name) for name in CALL_TYPES):
        errors["screen_pop_inbound"] = FieldError("screen_pop_no_call_type")
    return errors
