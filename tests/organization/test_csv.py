"""Departments and groups in the CSV file of extensions."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from tests.extension.test_csv import finished, places
from tests.organization.organizing import EXTENSIONS, department, group, make_extensions, set_company
from tests.support.api import Server

HEADING = "Extension Number,Organization,Extension Group"


async def exported(admin: httpx.AsyncClient) -> dict[str, tuple[str, str]]:
    text = (await admin.get(f"{EXTENSIONS}/export", headers={"Accept-Language": "en"})).text.lstrip("\ufeff")
    rows = csv.DictReader(io.StringIO(text))
    return {row["Extension Number"]: (row["Organization"], row["Extension Group"]) for row in rows}


async def test_export_and_import(admin: httpx.AsyncClient, server: Server) -> None:
    await set_company(admin, "Acme & Co")
    await make_extensions(server, "1001", "1002", "1003")
    sales = await department(admin, "Sales")
    await department(admin, "R&D", sales["id"])
    await department(admin, "24/7")
    await group(admin, "A&B")
    await group(admin, "C")
    content = "\n".join(
        [
            HEADING,
            r"1001,Acme \& Co/Sales/R\&D&sales,A\&B&c",
            r"1002, 24\/7 ,everyone&所有人&C",
            r"1003,acme \& co,",
            "1004,Sales,C",
        ]
    )
    view = await finished(server, admin, content)
    assert (view["created"], view["updated"], view["errors"]) == (1, 3, [])
    after = {
        "1001": (r"Acme \& Co/Sales&Acme \& Co/Sales/R\&D", r"A\&B&C"),
        "1002": (r"Acme \& Co/24\/7", "C"),
        "1003": (r"Acme \& Co", ""),
        "1004": (r"Acme \& Co/Sales", "C"),
    }
    assert await exported(admin) == after
    whole = (await admin.get(f"{EXTENSIONS}/export")).content
    assert (await finished(server, admin, whole))["failed"] == 0
    assert await exported(admin) == after
    await finished(server, admin, "Extension Number,First Name\n1001,Wei")
    assert await exported(admin) == after  # no such columns: kept
    await finished(server, admin, f"{HEADING}\n1001,,\n1002,Sales\n")
    assert await exported(admin) == {**after, "1001": (r"Acme \& Co", ""), "1002": (r"Acme \& Co/Sales", "C")}


@pytest.mark.parametrize(
    ("language", "headings", "words"),
    [
        ("en", "Extension Number,Organization,Extension Group", ("There is no department “Sales/West”", "“Night”")),
        ("zh-CN", "分机号码,组织架构,分机组", ("部门“Sales/West”不存在", "分机组“Night”不存在")),
    ],
)
async def test_errors_say_where(
    admin: httpx.AsyncClient, server: Server, language: str, headings: str, words: tuple[str, str]
) -> None:
    await department(admin, "Sales")
    await group(admin, "Day")
    admin.headers["Accept-Language"] = language
    view = await finished(server, admin, f"{headings}\n1001,Sales,Day\n1002,Sales/West&Sales,Day&Night\n1003,Sales,\n")
    _number, organization, extension_group = headings.split(",")
    assert places(view) == [
        (3, organization, "csv_department_unknown"),
        (3, extension_group, "csv_extension_group_unknown"),
    ]
    for error, word in zip(view["errors"], words, strict=True):
        assert word in error["message"]
        assert r"\&" in error["message"]
    assert await exported(admin) == {"1001": ("Sales", "Day"), "1003": ("Sales", "")}


async def test_a_department_named_like_the_company(admin: httpx.AsyncClient, server: Server) -> None:
    await set_company(admin, "Sales")
    sales = await department(admin, "Sales")
    await department(admin, "East", sales["id"])
    await finished(
        server, admin, f"{HEADING}\n1001,Sales,\n1002,Sales/Sales,\n1003,Sales/East,\n1004,Sales/Sales/East,\n"
    )
    assert {number: cells[0] for number, cells in (await exported(admin)).items()} == {
        "1001": "Sales",
        "1002": "Sales/Sales",
        "1003": "Sales/Sales/East",
        "1004": "Sales/Sales/East",
    }


@pytest.mark.parametrize("root", ["公司", "company", ""])
async def test_a_company_without_a_name_is_called_as_in_the_tree(
    admin: httpx.AsyncClient, server: Server, root: str
) -> None:
    await make_extensions(server, "1001", "1002")
    sales = await department(admin, "Sales")
    await department(admin, "East", sales["id"])
    await department(admin, "公司", sales["id"])
    content = f"{HEADING}\n1001,{root}/Sales/East,\n1002,{root}/Sales/公司,\n"
    assert (await finished(server, admin, content))["errors"] == []
    assert await exported(admin) == {"1001": ("Sales/East", ""), "1002": ("Sales/公司", "")}


async def test_the_name_of_the_company_takes_the_place_of_the_placeholder(
    admin: httpx.AsyncClient, server: Server
) -> None:
    await set_company(admin, "Acme")
    await make_extensions(server, "1001")
    await department(admin, "Sales")
    view = await finished(server, admin, f"{HEADING}\n1001,公司/Sales,\n")
    assert "“公司/Sales”" in view["errors"][0]["message"]
    assert "组织架构" in view["errors"][0]["message"]
