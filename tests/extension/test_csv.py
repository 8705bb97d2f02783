from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from linkus.extension import csv_rows
from linkus.extension.csv_columns import COLUMNS, SHEET
from linkus.extension.imports import ExtensionImporter
from linkus.importing import service
from linkus.importing.models import CsvImport
from linkus.importing.service import Tally, fail_interrupted
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.csv_file import Column, File, Row, plain_cell, safe_cell
from linkus.kit.errors import ValidationFailed
from linkus.kit.work import UnitOfWork
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server, frames

URL = "/api/v1/admin/extensions"
IMPORTS = "/api/v1/admin/imports"
HEADING = "Extension Number,First Name,Email Address"


async def start(admin: httpx.AsyncClient, content: str | bytes) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return await admin.post(f"{URL}/import", files={"file": ("extensions.csv", data, "text/csv")})


async def finished(server: Server, admin: httpx.AsyncClient, content: str | bytes) -> dict[str, Any]:
    """Run an import, and return its final state."""
    answer = await start(admin, content)
    assert answer.status_code == 202, answer.text
    await server.services.background.idle()
    view: dict[str, Any] = (await admin.get(f"{IMPORTS}/{answer.json()['id']}")).json()
    return view


async def stored(server: Server, number: str) -> Extension:
    async with server.database.transaction(write=False) as db:
        extension = await db.scalar(select(Extension).where(Extension.number == number))
    assert extension is not None
    return extension


def places(view: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(error["row"], error["column"], error["code"]) for error in view["errors"]]


class TestExport:
    async def test_exported_chinese_opens_in_excel(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        answer = await admin.get(f"{URL}/export")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert (rows[0]["分机号码"], rows[0]["名"], rows[0]["姓"]) == ("1001", "伟", "张")
        english = await admin.get(f"{URL}/export", headers={"Accept-Language": "en"})
        assert english.text.lstrip("\ufeff").startswith("Extension Number,First Name,Last Name")

    async def test_export_contains_no_secret(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        text = (await admin.get(f"{URL}/export")).text
        for secret in (extension.registration_ha1, extension.password_hash, extension.voicemail_pin_sealed, "593817"):
            assert secret is not None
            assert secret not in text

    async def test_exported_cell_is_no_formula(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("1001", first_name='=HYPERLINK("http://evil")', last_name="@SUM(1)")
        await server.make_extension("1002", mobile_number="+8613800000000", first_name="-1")
        rows = list(csv.reader(io.StringIO((await admin.get(f"{URL}/export")).content.decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
    def test_cell_is_imported_as_exported(self, value: str) -> None:
        if not (value.startswith("'") and plain_cell(value) != value):
            assert plain_cell(safe_cell(value)) == value

    @given(st.text(alphabet="+0123456789*#", max_size=20))
    def test_telephone_number_is_imported_as_exported(self, value: str) -> None:
        column = Column("did", "DID", "DID", digits=True)
        cell = column.written(value)
        assert column.read(cell) == value
        kept_as_text = cell.startswith("'") or value in ("", str(int(value)) if value.isdecimal() else value)
        assert kept_as_text, "a spreadsheet would calculate with it"

    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("1" * 11, "1" * 11),
            ("1" * 12, "'" + "1" * 12),
            ("1" * 13, "'" + "1" * 13),
            ("01", "'01"),
            ("+86", "'+86"),
        ],
    )
    def test_long_number_is_exported_as_text(self, value: str, cell: str) -> None:
        """Excel writes twelve digits as 1.38E+11."""
        assert Column("did", "DID", "DID", digits=True).written(value) == cell

    async def test_exported_file_can_be_imported(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("1001", first_name="伟", last_name="张", email="zhang@example.cn")
        await server.make_extension("0100", mobile_number="+86", linkus_enabled=False, voicemail_enabled=False)
        before = (await admin.get(f"{URL}/export")).content
        await server.clear_outbox()
        view = await finished(server, admin, before)
        assert (view["state"], view["updated"], view["created"], view["failed"]) == ("done", 2, 0, 0)
        assert (await admin.get(f"{URL}/export")).content == before
        assert await server.outbox() == []  # nothing has changed for the edge
        sign_in = {"username": "1001", "password": PASSWORD}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201


class TestImport:
    async def test_import_creates_and_updates_by_number(
        self, admin: httpx.AsyncClient, server: Server, extension: Extension
    ) -> None:
        heard = server.listen(PORTAL)
        view = await finished(server, admin, f"{HEADING}\n1001,Wei,\n1002,Na,na@example.cn\n")
        assert (view["state"], view["total"], view["done"]) == ("done", 2, 2)
        assert (view["created"], view["updated"], view["failed"], view["errors"]) == (1, 1, 0, [])
        changed = await stored(server, "1001")
        assert (changed.first_name, changed.last_name, changed.email) == ("Wei", "张", None)  # no such column: kept
        assert changed.registration_ha1 == extension.registration_ha1
        assert changed.password_hash == extension.password_hash
        progress = [frame for frame in frames(heard) if frame["type"] == "import.progress"]
        assert progress[-1]["state"] == "done"
        assert progress[-1]["created"] == 1

    async def test_import_reports_wrong_cells_and_saves_good_rows(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        await server.make_extension("2000", email="taken@example.cn")
        content = "\n".join(
            [
                "Extension Number,First Name,Email Address,Enable Voicemail,IP Phone Concurrent Registrations",
                "1001,Wei,wei@example.cn,1,2",
                "12a,Na,nobody,2,99",
                "",
                "1003,Li,TAKEN@example.cn,,",
                "1001,Twice,,,",
                "1004,Mail,WEI@example.cn,,x",
                "1005,Good,,0,",
            ]
        )
        view = await finished(server, admin, content)
        assert (view["total"], view["created"], view["failed"]) == (6, 2, 4)
        assert sorted(places(view)) == [
            (3, "Email Address", "email_invalid"),
            (3, "Enable Voicemail", "csv_flag_invalid"),
            (3, "Extension Number", "extension_number_invalid"),
            (3, "IP Phone Concurrent Registrations", "field_too_large"),
            (5, "Email Address", "email_taken"),
            (6, "Extension Number", "csv_number_twice"),
            (7, "Email Address", "csv_email_twice"),
        ]
        assert "2" in next(e["message"] for e in view["errors"] if e["code"] == "csv_number_twice")
        assert (await stored(server, "1001")).phone_max_contacts == 2
        assert (await stored(server, "1005")).voicemail_enabled is False

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    async def test_file_saved_by_excel_is_imported(
        self, admin: httpx.AsyncClient, server: Server, encoding: str, delimiter: str
    ) -> None:
        content = f"分机号码{delimiter}姓{delimiter}名\r\n1001{delimiter}欧阳{delimiter}娜娜\r\n"
        view = await finished(server, admin, content.encode(encoding))
        assert view["created"] == 1
        assert (await stored(server, "1001")).display_name == "欧阳娜娜"

    async def test_import_sets_passwords(self, admin: httpx.AsyncClient, server: Server) -> None:
        content = (
            "Extension Number,User Password,Enable Linkus Clients\n1001,Correct-Horse-8,1\n1002,short,1\n1003,,1\n"
        )
        view = await finished(server, admin, content)
        assert places(view) == [(3, "User Password", "password_too_short")]
        sign_in = {"username": "1001", "password": "Correct-Horse-8"}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201
        assert (await stored(server, "1003")).password_hash is None

    async def test_unknown_language_becomes_the_systems(self, admin: httpx.AsyncClient, server: Server) -> None:
        await finished(server, admin, "Extension Number,System Prompt Language,Email Language\n1001,klingon,EN\n")
        extension = await stored(server, "1001")
        assert (extension.language, extension.email_language) == ("follow_system", "en")

    async def test_import_that_switches_linkus_off_signs_out(
        self, admin: httpx.AsyncClient, server: Server, client: httpx.AsyncClient
    ) -> None:
        await finished(server, admin, "Extension Number,Enable Linkus Clients\n1001,0\n")
        assert (await client.get("/api/v1/client/session")).json()["reason"] == "linkus_disabled"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "csv_no_number_column"),
            (b"\xff\xfe\x00\xd8A\x00", "csv_not_text"),
            (b"Extension Number\n10\x0001\n", "csv_not_text"),
            (b"PK\x03\x04" + bytes(200), "csv_not_text"),
            (b"First Name\nWei\n", "csv_no_number_column"),
            (b"Extension Number\n\n\n", "csv_no_rows"),
            (b"Extension Number,extension number\n1001,1002\n", "csv_column_twice"),
            (b"Extension Number\n" + b"1001\n" * 20_001, "csv_too_many_rows"),
            (b'Extension Number\n"' + b"1" * 200_000 + b'"\n', "csv_row_too_long"),
            (b"Extension Number\n" + b" " * (20 * 1024 * 1024), "csv_too_large"),
        ],
    )
    async def test_unsuitable_file_is_refused(self, admin: httpx.AsyncClient, content: bytes, code: str) -> None:
        answer = await start(admin, content)
        assert answer.status_code == 422, answer.text
        assert answer.json()["fields"]["file"]["code"] == code

    async def test_odd_cells_are_reported_as_errors(self, admin: httpx.AsyncClient, server: Server) -> None:
        content = f"{HEADING}\n1001,{'x' * 2000},{'y' * 3000}\n{'9' * 300},a,b@c.de\n1003,\x07,\n1004\n1005,a,,,extra\n"
        view = await finished(server, admin, content)
        assert view["state"] == "done"
        assert (view["created"], view["failed"]) == (2, 3)

    async def test_unknown_columns_are_named(self, admin: httpx.AsyncClient, server: Server) -> None:
        """A misspelt heading must not silently lose a column. A column without a heading is a spreadsheet's margin."""
        view = await finished(server, admin, "Extension Number,Email Adress,,First Name\n1001,a@example.cn,,Wei\n")
        assert places(view) == [(1, "Email Adress", "csv_column_unknown")]
        assert (view["created"], view["failed"], view["error_count"]) == (1, 0, 1)
        assert (await stored(server, "1001")).email is None

    async def test_report_contains_all_errors(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "MAX_SHOWN_ERRORS", 2)
        view = await finished(server, admin, f"{HEADING}\n1001,Wei,x\n1002,Na,y\n=1,Li,\n")
        assert (len(view["errors"]), view["error_count"]) == (2, 3)
        report = await admin.get(f"{IMPORTS}/{view['id']}/errors", headers={"Accept-Language": "en"})
        rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
        assert rows[0] == ["Row", "Column", "Problem"]
        assert [row[:2] for row in rows[1:]] == [
            ["2", "Email Address"], ["3", "Email Address"], ["4", "Extension Number"],
        ]  # fmt: skip
        assert all(row[2] for row in rows)
        assert (await admin.get(f"{IMPORTS}/999/errors")).status_code == 404

    async def test_leading_zeros_survive_a_spreadsheet(self, admin: httpx.AsyncClient, server: Server) -> None:
        await server.make_extension("0098", mobile_number="013800000000")
        exported = (await admin.get(f"{URL}/export")).content.decode("utf-8-sig")
        [cells] = list(csv.DictReader(io.StringIO(exported)))
        assert (cells["分机号码"], cells["手机号码"]) == ("'0098", "'013800000000")
        view = await finished(server, admin, exported)
        assert (view["updated"], view["created"], view["failed"]) == (1, 0, 0)
        assert (await stored(server, "0098")).mobile_number == "013800000000"

    async def test_import_of_many_rows(self, admin: httpx.AsyncClient, server: Server) -> None:
        rows = "".join(f"{number},N{number},n{number}@example.cn\n" for number in range(10_001, 11_501))
        async with asyncio.timeout(30):
            view = await finished(server, admin, f"{HEADING}\n{rows}")
        assert (view["created"], view["done"], view["failed"]) == (1500, 1500, 0)
        assert (await admin.get(URL)).json()["total"] == 1500

    async def test_import_ends_at_a_restart(self, admin: httpx.AsyncClient, server: Server) -> None:
        async with server.database.transaction() as db:
            row = CsvImport(state="running", total=5)
            db.add(row)
        await fail_interrupted(server.database)
        view = (await admin.get(f"{IMPORTS}/{row.id}")).json()
        assert (view["state"], view["reason"]) == ("failed", "import_interrupted")
        assert "重新" in view["message"]

    async def test_imports_are_deleted_after_thirty_days(self, admin: httpx.AsyncClient, server: Server) -> None:
        async with server.database.transaction() as db:
            rows = [CsvImport(state="done", total=5, created_at=now() - timedelta(days=days)) for days in (29, 31)]
            db.add_all(rows)
        await fail_interrupted(server.database)
        assert [(await admin.get(f"{IMPORTS}/{row.id}")).status_code for row in rows] == [200, 404]

    @pytest.mark.parametrize(("failures", "state", "created"), [(2, "done", 2), (3, "failed", 0)])
    async def test_rows_are_retried_when_another_request_takes_their_number(
        self,
        admin: httpx.AsyncClient,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        failures: int,
        state: str,
        created: int,
    ) -> None:
        """Between the check and the writing: each attempt reads anew what is there."""
        take, left = ExtensionImporter.take, failures

        async def overtaken(importer: ExtensionImporter, work: UnitOfWork, rows: Sequence[Row]) -> Tally:
            nonlocal left
            tally = await take(importer, work, rows)
            left -= 1
            if left >= 0:
                raise IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))
            return tally

        monkeypatch.setattr(ExtensionImporter, "take", overtaken)
        view = await finished(server, admin, f"{HEADING}\n2001,A,a@example.cn\n2002,B,b@example.cn\n")
        assert (view["state"], view["created"], view["done"]) == (state, created, created)
        assert (await admin.get(URL)).json()["total"] == created

    async def test_unknown_import_is_not_found(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.get(f"{IMPORTS}/1")
        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")


def read(data: bytes) -> File | None:
    """Return the file, or None if it is refused with a reason."""
    try:
        return SHEET.read(data)
    except ValidationFailed as refusal:
        return None if refusal.fields.keys() == {"file"} else pytest.fail(f"refused without a reason: {refusal}")


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_clear_refusal(data: bytes) -> None:
    file = read(b"Extension Number,First Name\n" + data)
    for row in file.rows if file else ():
        values, errors = csv_rows.values_of(row, None)
        assert values is not None or errors


def test_headings_are_unique_in_both_languages() -> None:
    for headings in ([c.english for c in COLUMNS], [c.chinese for c in COLUMNS]):
        assert len(set(headings)) == len(headings)


def test_headings_of_the_previous_release_are_read() -> None:
    file = SHEET.read("分机号码,系统提示音语言,主叫号码,紧急外呼主叫号码\n1001,en,62001001,62000000\n".encode())
    assert file.unknown == []
    assert file.rows[0].cells == {
        "number": "1001",
        "language": "en",
        "caller_id": "62001001",
        "emergency_caller_id": "62000000",
    }
