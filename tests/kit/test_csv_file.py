"""CSV files as spreadsheets write and read them: encodings, headings, limits, and cells that stay what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.kit import csv_file, csv_records
from linkus.kit.csv_file import BYTE_ORDER_MARK, Column, Row, RowError, Sheet, flag_of, plain_cell, safe_cell, twice
from linkus.kit.csv_records import read_records
from linkus.kit.errors import FieldError, ValidationFailed

SHEET = Sheet(
    (
        Column("number", "Extension Number", "分机号码", digits=True),
        Column("name", "Name", "名称", former=("Old Name",)),
        Column("enabled", "Enabled", "启用", flag=True),
        Column("password", "Password", "密码", secret=True),
    ),
    needed="number",
    missing="csv_no_number_column",
)
HEADING = b"Extension Number,Name\n"


def refusal(data: bytes, read: Callable[[bytes], object] = SHEET.read) -> FieldError:
    with pytest.raises(ValidationFailed) as caught:
        read(data)
    assert list(caught.value.fields) == ["file"]
    return caught.value.fields["file"]


def records(data: bytes) -> list[tuple[int, list[str]]]:
    return list(read_records(data))


class TestCells:
    @pytest.mark.parametrize(
        ("column", "value", "cell"),
        [
            ("name", "Wei", "Wei"),
            ("name", None, ""),
            ("name", "=1+1", "'=1+1"),
            ("name", "007", "007"),
            ("number", "007", "'007"),
            ("number", "7", "7"),
            ("number", "+86", "'+86"),
            ("enabled", True, "1"),
            ("enabled", False, "0"),
            ("enabled", None, ""),
            ("password", "secret", ""),
        ],
    )
    def test_written(self, column: str, value: object, cell: str) -> None:
        assert SHEET.by_field[column].written(value) == cell

    @pytest.mark.parametrize(
        ("column", "cell", "value"),
        [
            ("name", " Wei ", "Wei"),
            ("name", "'=1+1", "=1+1"),
            ("name", "'quoted", "'quoted"),  # nothing that a spreadsheet would run: the quote is the user's own
            ("number", "'007", "007"),
            ("number", " 7 ", "7"),
        ],
    )
    def test_read(self, column: str, cell: str, value: str) -> None:
        assert SHEET.by_field[column].read(cell) == value

    @pytest.mark.parametrize("start", csv_file.FORMULA_STARTS)
    def test_no_cell_begins_as_a_formula(self, start: str) -> None:
        assert safe_cell(f"{start}1") == f"'{start}1"
        assert plain_cell(f"'{start}1") == f"{start}1"
        assert plain_cell(f"x{start}") == f"x{start}"

    @pytest.mark.parametrize(
        ("cell", "flag"),
        [
            ("1", True),
            ("0", False),
            ("", None),
            ("2", FieldError("csv_flag_invalid")),
            ("yes", FieldError("csv_flag_invalid")),
        ],
    )
    def test_flag(self, cell: str, flag: bool | FieldError | None) -> None:
        assert flag_of(cell) == flag


class TestHeadings:
    @pytest.mark.parametrize("heading", ["Extension Number", "extensionnumber", " EXTENSION  NUMBER ", "分机号码"])
    def test_a_column_is_known_in_either_language_whatever_its_case_and_spaces(self, heading: str) -> None:
        column = SHEET.column_of(heading)
        assert column is not None
        assert column.field == "number"

    def test_a_heading_of_an_earlier_release_is_read(self) -> None:
        assert SHEET.column_of("old name") is SHEET.by_field["name"]
        assert SHEET.column_of("Nickname") is None

    def test_of_each_language(self) -> None:
        column = SHEET.by_field["number"]
        assert (column.heading("zh-CN"), column.heading("en")) == ("分机号码", "Extension Number")

    def test_the_needed_one_is_missing(self) -> None:
        assert refusal(b"Name\nWei\n") == FieldError("csv_no_number_column", {"heading": "Extension Number"})

    def test_one_stands_twice(self) -> None:
        assert refusal(b"Name,Extension Number,name\na,1,b\n") == FieldError("csv_column_twice", {"heading": "Name"})

    def test_a_sheet_knows_its_columns_by_field_and_by_heading(self) -> None:
        name = Column("name", "Name", "名称")
        sheet = Sheet([name], needed="name", missing="csv_no_name")
        assert (sheet.columns, sheet.by_field) == ((name,), {"name": name})
        assert sheet.column_of("NAME") is sheet.column_of("名称") is name
        assert sheet.read(b"name\nWei\n").rows == [Row(2, {"name": "Wei"})]
        assert refusal(b"x\n", sheet.read) == FieldError("csv_no_name", {"heading": "Name"})


class TestRows:
    def test_are_numbered_as_in_a_spreadsheet_and_have_the_known_columns(self) -> None:
        file = SHEET.read(b"Nickname, Extension Number ,,Name\na,'007,,Wei\n\n,8,x\n")
        assert file.rows == [Row(2, {"number": "007", "name": "Wei"}), Row(4, {"number": "8"})]
        assert file.headings == {"number": "Extension Number", "name": "Name"}
        assert file.unknown == ["Nickname"]

    def test_a_file_has_at_least_one(self) -> None:
        assert refusal(HEADING) == FieldError("csv_no_rows", {})
        assert refusal(b"") == FieldError("csv_no_number_column", {"heading": "Extension Number"})

    def test_at_most_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_file, "MAX_ROWS", 2)
        assert len(SHEET.read(HEADING + b"1\n2\n").rows) == 2
        assert refusal(HEADING + b"1\n2\n3\n") == FieldError("csv_too_many_rows", {"max": 2})

    def test_a_value_that_an_earlier_row_has_is_an_error_of_the_later_row(self) -> None:
        rows = [
            Row(2, {"name": "Wei"}),
            Row(3, {}),
            Row(4, {"name": "WEI"}),
            Row(5, {"name": ""}),
            Row(6, {"name": "Na"}),
        ]
        assert twice(rows, "name", "csv_twice") == [RowError(4, "name", FieldError("csv_twice", {"row": 2}))]
        assert twice([*rows, Row(7, {"name": "wei"})], "name", "csv_twice")[1].error.params == {"row": 2}
        assert twice([Row(2, {}), Row(3, {})], "name", "csv_twice") == []


class TestWriting:
    async def written(self, values: Sequence[Sequence[object]], language: str = "en") -> list[bytes]:
        async def rows() -> AsyncIterator[Sequence[object]]:
            for row in values:
                yield row

        return [piece async for piece in SHEET.write("zh-CN" if language == "zh-CN" else "en", rows())]

    async def test_excel_reads_it_as_chinese(self) -> None:
        data = b"".join(await self.written([["007", "李", True, "secret"]], "zh-CN"))
        assert data.decode() == f"{BYTE_ORDER_MARK}分机号码,名称,启用,密码\r\n'007,李,1,\r\n"

    async def test_it_comes_in_pieces_without_losing_a_row(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_file, "_CHUNK_LINES", 3)
        pieces = await self.written([[str(number), "", False, ""] for number in range(1, 8)])
        rows = list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))
        assert [row[0] for row in rows] == ["Extension Number", *"1234567"]
        assert [piece.count(b"\n") for piece in pieces] == [3, 3, 2]

    @given(
        st.lists(st.tuples(st.text("0123456789+", min_size=1), st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
    )
    async def test_what_was_written_is_read_again(self, values: list[tuple[str, str]]) -> None:
        """Except spaces at the ends, and a quote that a user wrote before a formula."""
        written = [(number, " ".join(name.split())) for number, name in values]
        kept = [(number, name) for number, name in written if plain_cell(name) == name]
        data = b"".join(await self.written([[number, name, None, None] for number, name in kept]))
        if kept:
            assert [(row.cells["number"], row.cells["name"]) for row in SHEET.read(data).rows] == kept


class TestRecords:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_as_excel_saves_them(self, encoding: str, delimiter: str) -> None:
        text = f"分机号码{delimiter}名称\r\n1001{delimiter}欧阳\r\n"
        assert records(text.encode(encoding)) == [(1, ["分机号码", "名称"]), (2, ["1001", "欧阳"])]

    def test_a_cell_may_have_several_lines(self) -> None:
        assert records(b'a,b\r\n"1\r\n2\n3",4\r\n') == [(1, ["a", "b"]), (2, ["1\r\n2\n3", "4"])]

    def test_the_first_line_alone_says_which_delimiter(self) -> None:
        assert records(b"a;b\n1,2;3,4,5\n") == [(1, ["a", "b"]), (2, ["1,2", "3,4,5"])]
        assert records(b"a,b;c,d\n") == [(1, ["a", "b;c", "d"])]

    def test_a_character_may_lie_across_two_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "_CHUNK_BYTES", 4)
        assert records("名称\n欧阳娜娜\n".encode()) == [(1, ["名称"]), (2, ["欧阳娜娜"])]

    def test_empty_rows_count_but_are_no_rows(self) -> None:
        assert records(b"a\n\n , ,\nb\n") == [(1, ["a"]), (4, ["b"])]
        assert records(b"\nb\n") == [(1, []), (2, ["b"])]

    @pytest.mark.parametrize("data", [b"\xff\xfe\x00\xd8A\x00", b"a\n1\x001\n", b"PK\x03\x04" + bytes(20), b"\xe4"])
    def test_what_is_no_text(self, data: bytes) -> None:
        assert refusal(data, records) == FieldError("csv_not_text", {})

    def test_a_file_as_large_as_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_FILE_BYTES", 3 * 1024 * 1024)
        lines = (b" " * 1023 + b"\n") * 3 * 1024
        assert records(b"a" + lines[1:]) == [(1, ["a" + " " * 1022])]
        refused = refusal(b"a" + lines, records)
        assert refused == FieldError("csv_too_large", {"megabytes": 3})
        assert isinstance(refused.params["megabytes"], int)  # the message shows it as it is

    def test_as_many_columns_as_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_COLUMNS", 2)
        assert records(b"a,b\n") == [(1, ["a", "b"])]
        assert refusal(b"a,b\n1,2,3\n", records) == FieldError("csv_too_many_columns", {"row": 2, "max": 2})

    def test_a_cell_as_long_as_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_CELL_CHARACTERS", 3)
        assert records(b"abc\n") == [(1, ["abc"])]
        assert refusal(b"a,b\n1,1234\n", records) == FieldError("csv_cell_too_long", {"row": 2, "column": 2, "max": 3})

    def test_a_record_as_long_as_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_RECORD_CHARACTERS", 6)
        assert records(b"a,b,c\na,b,c\n") == [(1, ["a", "b", "c"]), (2, ["a", "b", "c"])]
        assert refusal(b"a,b,cd\n", records) == FieldError("csv_row_too_long", {"row": 1, "max": 6})
        assert refusal(b"a,b,c\n1,2,34\n", records) == FieldError("csv_row_too_long", {"row": 2, "max": 6})
        assert refusal(b'a,b,c\n"\n\n\n\n\n\n\n"\n', records) == FieldError("csv_row_too_long", {"row": 2, "max": 6})

    def test_as_many_empty_rows_as_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_ROWS", 1)
        monkeypatch.setattr(csv_records, "MAX_EMPTY_ROWS", 2)
        assert records(b"a\n\n\n") == [(1, ["a"])]
        assert refusal(b"Extension Number\n\n\n\n", records) == FieldError("csv_too_many_empty_rows", {"max": 2})

    def test_what_the_csv_module_cannot_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(csv_records, "MAX_CELL_CHARACTERS", 300_000)
        monkeypatch.setattr(csv_records, "MAX_RECORD_CHARACTERS", 300_000)
        assert refusal(HEADING + b"1" * 200_000) == FieldError("csv_not_readable", {})  # over the module's own limit


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    file = end.join(["Extension Number,First Name", "1001,Na", ""])
    assert list(read_records(file.encode())) == [(1, ["Extension Number", "First Name"]), (2, ["1001", "Na"])]
