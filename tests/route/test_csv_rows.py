"""An inbound route as one row of the CSV file describes it: what a cell, an empty cell and a missing column mean."""

from __future__ import annotations

from typing import Any

import pytest

from linkus.kit.csv_file import Row
from linkus.kit.errors import FieldError
from linkus.route.csv_columns import destination_of
from linkus.route.csv_rows import Known, row_values
from linkus.route.schemas import InboundDestination, InboundRouteValues
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup
from linkus.shared.models.route import InboundRoute

EXTENSION, GROUP, VOICEMAIL = (
    InboundDestination.EXTENSION,
    InboundDestination.PAGING_GROUP,
    InboundDestination.VOICEMAIL,
)
KNOWN = Known(
    trunks={"telecom": 7},
    extensions={
        "1001": Extension(id=1, number="1001", voicemail_enabled=True),
        "1002": Extension(id=2, number="1002", voicemail_enabled=False),
    },
    groups={"6000": PagingGroup(id=60, number="6000")},
)
TO_GROUP = InboundRoute(
    trunk_id=7,
    did_number="100",
    name="Hall",
    did_name="Hotline",
    destination="paging_group",
    extension_id=None,
    paging_group_id=60,
    enabled=False,
)
PRESENT: dict[tuple[int | None, str], InboundRoute] = {(7, "100"): TO_GROUP}


def read(present: dict[tuple[int | None, str], InboundRoute] | None = None, **cells: str) -> InboundRouteValues:
    values, errors = row_values(Row(2, cells), KNOWN, present or {})
    assert errors == {}
    assert values is not None
    return values


def errors(present: dict[tuple[int | None, str], InboundRoute] | None = None, **cells: str) -> dict[str, FieldError]:
    return row_values(Row(2, cells), KNOWN, present or {})[1]


class TestNew:
    def test_a_plain_list_of_numbers_is_enough(self) -> None:
        assert read(did_number="02155501001", destination_number="1001") == InboundRouteValues(
            name="02155501001", did_number="02155501001", destination=EXTENSION, extension_id=1
        )

    def test_every_cell_is_taken(self) -> None:
        found = read(
            name="Night",
            trunk="TELECOM",
            did_number="100",
            did_name="Hotline",
            destination="Voicemail",
            destination_number="1001",
            enabled="0",
        )
        assert found == InboundRouteValues(
            name="Night",
            trunk_id=7,
            did_number="100",
            did_name="Hotline",
            destination=VOICEMAIL,
            extension_id=1,
            enabled=False,
        )

    def test_to_a_paging_group(self) -> None:
        found = read(did_number="100", destination="广播组", destination_number="6000", enabled="1")
        assert (found.destination, found.paging_group_id, found.extension_id, found.enabled) == (GROUP, 60, None, True)

    @pytest.mark.parametrize(
        ("cells", "name"),
        [
            ({"name": "Sales", "did_name": "Hotline"}, "Sales"),
            ({"did_name": "Hotline"}, "Hotline"),
            ({"name": "", "did_name": ""}, "100"),
        ],
    )
    def test_a_name_is_that_of_the_route_else_of_the_number_else_the_number(
        self, cells: dict[str, str], name: str
    ) -> None:
        assert read(None, **{"did_number": "100", "destination_number": "1001", **cells}).name == name

    def test_it_is_enabled_unless_the_file_says_no(self) -> None:
        assert read(did_number="100", destination_number="1001").enabled
        assert read(did_number="100", destination_number="1001", enabled="").enabled


class TestExisting:
    def test_a_column_that_the_file_does_not_have_leaves_the_value(self) -> None:
        assert read(PRESENT, trunk="Telecom", did_number="+100") == InboundRouteValues(
            name="Hall",
            trunk_id=7,
            did_number="+100",
            did_name="Hotline",
            destination=GROUP,
            paging_group_id=60,
            enabled=False,
        )

    def test_a_destination_without_its_column_keeps_its_kind(self) -> None:
        assert errors(PRESENT, trunk="telecom", did_number="100", destination_number="1001") == {
            "destination_number": FieldError("csv_group_unknown", {"number": "1001"})
        }

    def test_a_new_destination_takes_the_place_of_the_old_one(self) -> None:
        found = read(PRESENT, trunk="telecom", did_number="100", destination="Extension", destination_number="1002")
        assert (found.destination, found.extension_id, found.paging_group_id) == (EXTENSION, 2, None)

    def test_an_empty_cell_means_the_default(self) -> None:
        found = read(PRESENT, trunk="telecom", did_number="100", name="", did_name="", enabled="")
        assert (found.name, found.did_name, found.enabled) == ("100", "", True)

    def test_the_same_number_on_another_trunk_is_another_route(self) -> None:
        assert errors(PRESENT, did_number="100") == {"destination_number": FieldError("field_required")}


class TestErrors:
    @pytest.mark.parametrize(
        ("cells", "field", "error"),
        [
            ({"trunk": "Nobody" * 20}, "trunk", FieldError("csv_trunk_unknown", {"name": ("Nobody" * 20)[:80]})),
            ({"did_number": "1.38E+10"}, "did_number", FieldError("csv_number_shortened", {"text": "1.38E+10"})),
            ({"destination": "Queue"}, "destination", FieldError("csv_destination_unknown")),
            ({"destination_number": ""}, "destination_number", FieldError("field_required")),
            (
                {"destination_number": "7" * 30},
                "destination_number",
                FieldError("csv_extension_unknown", {"number": "7" * 20}),
            ),
            (
                {"destination": "Paging Group", "destination_number": "6" * 30},
                "destination_number",
                FieldError("csv_group_unknown", {"number": "6" * 20}),
            ),
            (
                {"destination": "Voicemail", "destination_number": "1002"},
                "destination_number",
                FieldError("route_voicemail_off", {"number": "1002"}),
            ),
            ({"enabled": "2"}, "enabled", FieldError("csv_flag_invalid")),
            ({"name": "x" * 64}, "name", FieldError("field_too_long", {"max": 63})),
            ({"name": "A", "did_name": "a\x07b"}, "did_name", FieldError("field_invalid_characters")),
        ],
    )
    def test_of_one_cell(self, cells: dict[str, str], field: str, error: FieldError) -> None:
        assert errors(None, **{"did_number": "100", "destination_number": "1001", **cells}) == {field: error}

    def test_a_row_without_anything(self) -> None:
        assert errors() == {"name": FieldError("field_required"), "destination_number": FieldError("field_required")}

    def test_of_several_cells_at_once(self) -> None:
        assert set(errors(trunk="Nobody", did_number="x y", destination="Queue", enabled="2")) == {
            "trunk",
            "did_number",
            "destination",
            "destination_number",
            "enabled",
        }


@pytest.mark.parametrize(
    ("word", "destination"),
    [
        ("Extension", EXTENSION),
        ("分机", EXTENSION),
        ("", EXTENSION),
        ("  ", EXTENSION),
        ("PAGING  group", GROUP),
        ("paging_group", GROUP),
        ("广 播 组", GROUP),
        ("voicemail", VOICEMAIL),
        ("语音信箱", VOICEMAIL),
        ("Queue", None),
    ],
)
def test_a_destination_is_named_in_either_language(word: str, destination: Any) -> None:
    assert destination_of(word) is destination
