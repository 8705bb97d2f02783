"""What a setting must look like. Each refusal says what is wrong and the remedy, in both languages: whoever starts the
server reads it at the terminal (linkus/cli.py)."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails, PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from linkus.kit.addresses import is_address

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def wrong(chinese: str, english: str) -> PydanticCustomError:
    return PydanticCustomError("setting_wrong", "{english}", {"chinese": chinese, "english": english})


def host(value: str) -> str:
    """The address to listen on. A name could be several addresses, or another one tomorrow."""
    if value != "localhost" and not is_address(value):
        raise wrong(
            f"“{value}”不是 IP 地址；请填写本机的 IP 地址（如 192.168.1.10，0.0.0.0 表示全部），"
            "域名请填写在 LINKUS_DOMAIN 中。",
            f"“{value}” is no IP address: give one of this machine (such as 192.168.1.10, or 0.0.0.0 for all), "
            "and the domain name as LINKUS_DOMAIN.",
        )
    return value


def domain(value: str) -> str:
    """A name or an address alone: scheme and ports are put around it."""
    labels = value.removesuffix(".").split(".")
    if value and not is_address(value) and not all(_LABEL.fullmatch(label) for label in labels):
        raise wrong(
            f"“{value}”不是域名；请只填写域名，例如 pbx.example.cn，不带 https://、端口和路径。",
            f"“{value}” is no domain name: give it alone, such as pbx.example.cn, without https://, port or path.",
        )
    return value


def database_url(value: str) -> str:
    """Never shown as it is: it may hold a password."""
    if not value:
        return value
    try:
        url = make_url(with_driver(value))
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _DRIVERS.values():
        raise wrong(
            "不是可用的数据库地址；请按 postgresql://用户:密码@主机:5432/数据库 填写，密码中的特殊字符用 %XX 表示；"
            "留空则使用 SQLite。",
            "it is no address of a database that can be used: write postgresql://user:password@host:5432/database, "
            "with %XX for special characters of the password; empty for SQLite.",
        )
    return value


def with_driver(url: str) -> str:
    """With the async driver that SQLAlchemy is to use."""
    scheme, separator, rest = url.partition("://")
    return f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}"


def explain(errors: list[ErrorDetails]) -> tuple[str, str]:
    """What Pydantic found, in Chinese and English."""
    chinese, english = [], []
    for error in errors:
        name, given = f"LINKUS_{'_'.join(map(str, error['loc'])).upper()}", error.get("ctx", {})
        if error["type"] == "literal_error":
            given = {"chinese": f"只能是 {given['expected'].replace(' or ', '、')}。", "english": f"{error['msg']}."}
        chinese.append(f"{name}：{given.get('chinese', error['msg'])}")
        english.append(f"{name}: {given.get('english', error['msg'])}")
    return " ".join(chinese), " ".join(english)
