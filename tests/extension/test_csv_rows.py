"""An extension as one row of the CSV file describes it: what a cell, an empty cell and a missing column mean."""

from __future__ import annotations

from typing import Any

import pytest

from linkus.extension.csv_rows import duplicates, values_of
from linkus.extension.schemas import ExtensionValues
from linkus.kit.csv_file import Row, RowError
from linkus.kit.errors import FieldError
from linkus.shared.models.extension import Extension

PRESENT = Extension(
    number="1001",
    first_name="伟",
    last_name="张",
    email=None,
    mobile_number="138",
    caller_id="1001",
    language="en",
    email_language="zh-CN",
    registration_name="reg-1001",
    phone_max_contacts=3,
    emergency_caller_id="110",
    voicemail_enabled=False,
    linkus_enabled=True,
)


def values(present: Extension | None = None, **cells: str) -> ExtensionValues:
    found, errors = values_of(Row(2, {"number": "1001", **cells}), present)
    assert errors == {}
    assert found is not None
    return found


def errors(present: Extension | None = None, **cells: str) -> dict[str, FieldError]:
    return values_of(Row(2, {"number": "1001", **cells}), present)[1]


class TestNew:
    def test_what_has_no_cell_has_its_default(self) -> None:
        assert values() == ExtensionValues(number="1001")

    def test_every_cell_is_taken(self) -> None:
        cells: dict[str, Any] = {
            "first_name": "娜",
            "last_name": "李",
            "email": "na@example.cn",
            "mobile_number": "139",
            "caller_id": "62001001",
            "registration_name": "na",
            "registration_password": "Correct-Horse-8",
            "emergency_caller_id": "120",
        }
        found = values(**cells, phone_max_contacts="2", voicemail_enabled="0", linkus_enabled="1")
        assert found == ExtensionValues(
            number="1001", **cells, phone_max_contacts=2, voicemail_enabled=False, linkus_enabled=True
        )

    @pytest.mark.parametrize(
        ("cell", "language"),
        [
            ("zh-CN", "zh-CN"),
            ("ZH-cn", "zh-CN"),
            ("EN", "en"),
            ("follow_system", "follow_system"),
            ("klingon", "follow_system"),
            ("", "follow_system"),
        ],
    )
    @pytest.mark.parametrize("field", ["language", "email_language"])
    def test_a_language(self, field: str, cell: str, language: str) -> None:
        assert getattr(values(None, **{field: cell}), field) == language

    def test_an_empty_flag_or_count_means_its_default(self) -> None:
        found = values(voicemail_enabled="", linkus_enabled="", phone_max_contacts="")
        assert (found.voicemail_enabled, found.linkus_enabled, found.phone_max_contacts) == (True, False, 1)


class TestExisting:
    def test_a_column_that_the_file_does_not_have_leaves_the_value(self) -> None:
        assert values(PRESENT) == ExtensionValues(
            number="1001",
            first_name="伟",
            last_name="张",
            email="",
            mobile_number="138",
            caller_id="1001",
            language="en",
            email_language="zh-CN",
            registration_name="reg-1001",
            phone_max_contacts=3,
            emergency_caller_id="110",
            voicemail_enabled=False,
            linkus_enabled=True,
        )

    def test_an_empty_cell_means_the_default_and_not_the_present_value(self) -> None:
        found = values(
            PRESENT, first_name="", mobile_number="", language="", phone_max_contacts="", voicemail_enabled=""
        )
        assert (found.first_name, found.mobile_number, found.language) == ("", "", "follow_system")
        assert (found.phone_max_contacts, found.voicemail_enabled) == (1, True)
        assert found.linkus_enabled

    def test_a_registration_name_stays_while_the_file_gives_no_other(self) -> None:
        """Its phones would lose their registration."""
        assert values(PRESENT, registration_name="").registration_name == "reg-1001"
        assert values(PRESENT, registration_name="new").registration_name == "new"


class TestErrors:
    def test_of_every_wrong_cell(self) -> None:
        found = errors(
            number="12a", email="nobody", phone_max_contacts="99", voicemail_enabled="2", linkus_enabled="yes"
        )
        assert {field: error.code for field, error in found.items()} == {
            "number": "extension_number_invalid",
            "email": "email_invalid",
            "phone_max_contacts": "field_too_large",
            "voicemail_enabled": "csv_flag_invalid",
            "linkus_enabled": "csv_flag_invalid",
        }
        assert found["phone_max_contacts"].params == {"max": 10}

    @pytest.mark.parametrize(
        ("cell", "code"), [("0", "field_too_small"), ("x", "field_not_a_number"), ("1.5", "field_not_a_number")]
    )
    def test_of_a_count(self, cell: str, code: str) -> None:
        assert errors(phone_max_contacts=cell)["phone_max_contacts"].code == code

    def test_a_row_whose_number_cannot_be_read_describes_nothing(self) -> None:
        found, wrong = values_of(Row(2, {"number": "10\x0701", "email": "nobody"}), None)
        assert found is None
        assert wrong == {"number": FieldError("field_invalid_characters")}
        found, wrong = values_of(Row(2, {"email": "na@example.cn"}), None)
        assert found is None
        assert wrong == {"number": FieldError("field_required")}

    def test_a_cell_of_the_wrong_type_does_not_hide_what_is_wrong_with_others(self) -> None:
        found, wrong = values_of(Row(2, {"number": "1001", "phone_max_contacts": "x", "email": "nobody"}), None)
        assert set(wrong) == {"phone_max_contacts", "email"}
        assert found is not None
        assert (found.number, found.email, found.phone_max_contacts) == ("1001", "nobody", 1)

    def test_numbers_and_addresses_that_an_earlier_row_has(self) -> None:
        rows = [
            Row(2, {"number": "1001", "email": "wei@example.cn"}),
            Row(3, {"number": "1002", "email": "WEI@example.cn"}),
            Row(4, {"number": "1001", "email": ""}),
            Row(5, {"number": "1003", "email": ""}),
        ]
        assert duplicates(rows) == [
            RowError(4, "number", FieldError("csv_number_twice", {"row": 2})),
            RowError(3, "email", FieldError("csv_email_twice", {"row": 2})),
        ]


def test_columns_after_those_of_departments_and_groups_count() -> None:
    assert values(organization="总部", extension_group="销售", first_name="娜").first_name == "娜"
