"""Reads an inbound route from a row of the CSV file. Knows nothing of the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from linkus.kit.csv_file import Row, flag_of
from linkus.kit.error_handlers import field_error
from linkus.kit.errors import FieldError
from linkus.route import field_rules
from linkus.route.csv_columns import destination_of
from linkus.route.rules import plain_number
from linkus.route.schemas import InboundDestination, InboundRouteValues
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup
from linkus.shared.models.route import InboundRoute

_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
# field of the values -> the column that has it
_COLUMNS = {"extension_id": "destination_number", "paging_group_id": "destination_number", "trunk_id": "trunk"}
Errors = dict[str, FieldError]


@dataclass(frozen=True)
class Known:
    """Holds the database objects that the rows of the file name."""

    trunks: Mapping[str, int]  # by name in lower case
    extensions: Mapping[str, Extension]  # by number
    groups: Mapping[str, PagingGroup]


def row_values(
    row: Row, known: Known, present: Mapping[tuple[int | None, str], InboundRoute]
) -> tuple[InboundRouteValues | None, Errors]:
    """Return the route that a row means, and its errors by column. An empty cell means the default. A column that the
    file does not have leaves an existing route as it is."""
    cells, errors = row.cells, Errors()
    did = cells.get("did_number", "")
    if _SHORTENED.fullmatch(did):
        errors["did_number"] = FieldError("csv_number_shortened", {"text": did})
    trunk_id = _trunk(cells.get("trunk", ""), known, errors)
    before = present.get((trunk_id, plain_number(did)))
    fields: dict[str, object] = {"trunk_id": trunk_id, "did_number": did}
    if before is not None:
        kept = ("name", "did_name", "destination", "extension_id", "paging_group_id", "enabled")
        fields = {**{field: getattr(before, field) for field in kept}, **fields}
    fields |= {field: cells[field] for field in ("name", "did_name") if field in cells}
    # a plain list of numbers needs no names
    fields["name"] = fields.get("name") or fields.get("did_name") or did
    fields |= _destination(cells, before, known, errors)
    flag = flag_of(cells.get("enabled", ""))
    if isinstance(flag, FieldError):
        errors["enabled"] = flag
    elif "enabled" in cells:
        fields["enabled"] = flag is not False
    return _validated(fields, errors), errors


def _trunk(name: str, known: Known, errors: Errors) -> int | None:
    if name and name.lower() not in known.trunks:
        errors["trunk"] = FieldError("csv_trunk_unknown", {"name": name[:80]})
    return known.trunks.get(name.lower())


def _destination(
    cells: Mapping[str, str], before: InboundRoute | None, known: Known, errors: Errors
) -> dict[str, object]:
    if "destination" in cells or before is None:
        kind = destination_of(cells.get("destination", ""))
    else:
        kind = InboundDestination(before.destination)
    if kind is None:
        errors["destination"] = FieldError("csv_destination_unknown")
        kind = InboundDestination.EXTENSION
    number = cells.get("destination_number")
    if number is None and before is not None:
        return {"destination": kind}
    fields: dict[str, object] = {"destination": kind, "extension_id": None, "paging_group_id": None}
    if not number:
        errors["destination_number"] = FieldError("field_required")
    elif kind is InboundDestination.PAGING_GROUP:
        if (group := known.groups.get(number)) is None:
            errors["destination_number"] = FieldError("csv_group_unknown", {"number": number[:20]})
        else:
            fields["paging_group_id"] = group.id
    elif (extension := known.extensions.get(number)) is None:
        errors["destination_number"] = FieldError("csv_extension_unknown", {"number": number[:20]})
    elif kind is InboundDestination.VOICEMAIL and not extension.voicemail_enabled:
        errors["destination_number"] = FieldError("route_voicemail_off", {"number": number})
    else:
        fields["extension_id"] = extension.id
    return fields


def _validated(fields: Mapping[str, object], errors: Errors) -> InboundRouteValues | None:
    """Validate the values. A column that already has an error gets no second one."""
    values = None
    try:
        values = InboundRouteValues.model_validate(fields)
        field_errors = field_rules.inbound_errors(values)
    except ValidationError as error:
        field_errors = {str(problem["loc"][0]): field_error(dict(problem)) for problem in error.errors()}
    for field, wrong in field_errors.items():
        errors.setdefault(_COLUMNS.get(field, field), wrong)
    return values
