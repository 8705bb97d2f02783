"""Rules for settings. Each error states the problem and the remedy in both languages, because the person who starts the
server reads it at the terminal (linkus/cli.py)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic_core import ErrorDetails, PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from linkus.kit.addresses import family, is_address, is_link_local, is_loopback, is_network, is_wildcard, split

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def wrong(chinese: str, english: str) -> PydanticCustomError:
    return PydanticCustomError("setting_wrong", "{english}", {"chinese": chinese, "english": english})


def host(value: str) -> str:
    """Check the addresses to listen on. Names are refused: a name may mean several addresses, or change its address."""
    hosts = split(value)
    if not hosts or not all(
        host_name == "localhost" or (is_address(host_name) and not is_link_local(host_name)) for host_name in hosts
    ):
        raise wrong(
            f"“{value}”不是 IP 地址；请填写本机的 IP 地址（如 192.168.1.10；多个地址以逗号分隔，"
            "0.0.0.0 表示全部 IPv4 地址，:: 表示全部 IPv4 和 IPv6 地址），域名请填写在 LINKUS_DOMAIN 中。",
            f"“{value}” is no IP address: give one of this machine (such as 192.168.1.10; several with commas between "
            "them; 0.0.0.0 for all of IPv4, :: for all of IPv4 and IPv6), and the domain name as LINKUS_DOMAIN.",
        )
    return ",".join(hosts)


def public_address(value: str) -> str:
    """Check the public addresses: at most one of each family, and reachable for others."""
    addresses = split(value)
    plain = all(
        is_address(address) and not (is_wildcard(address) or is_loopback(address) or is_link_local(address))
        for address in addresses
    )
    if not plain or len({family(address) for address in addresses}) != len(addresses):
        raise wrong(
            f"“{value}”不是公网地址；请填写外部访问本机所用的 IP 地址，最多一个 IPv4 和一个 IPv6（以逗号分隔），"
            "例如 203.0.113.10，不带端口。",
            f"“{value}” is no public address: give the IP address that reaches this machine from outside, at most one "
            "IPv4 and one IPv6 with a comma between them, such as 203.0.113.10, without a port.",
        )
    return ",".join(addresses)


def network_list(value: str) -> str:
    """Check a comma-separated list of addresses and networks."""
    networks = split(value)
    if not all(is_network(network) for network in networks):
        raise wrong(
            f"“{value}”中有不是 IP 地址或网段的内容；请以逗号分隔，例如 10.0.0.5,192.168.0.0/16"
            "（网段的主机位须为 0）。",
            f"“{value}” holds something that is no IP address or network: separate them with commas, such as "
            "10.0.0.5,192.168.0.0/16 (with no bits set after the network's prefix).",
        )
    return ",".join(networks)


def public_url(value: str) -> str:
    """Check the URL of the pages as a browser shows it. Return only its origin (RFC 6454 6.1)."""
    if not value:
        return value
    parts = urlsplit("")
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        sound = sound and parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        sound = False
    if not sound:
        raise wrong(
            f"“{value}”不是网址；请填写浏览器中显示的地址，例如 https://pbx.example.cn，不带路径。",
            f"“{value}” is no web address: give it as a browser shows it, such as https://pbx.example.cn, "
            "without a path.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def domain(value: str) -> str:
    """Check a name or an address without scheme and port."""
    labels = value.removesuffix(".").split(".")
    if value and not is_address(value) and not all(_LABEL.fullmatch(label) for label in labels):
        raise wrong(
            f"“{value}”不是域名；请只填写域名，例如 pbx.example.cn，不带 https://、端口和路径。",
            f"“{value}” is no domain name: give it alone, such as pbx.example.cn, without https://, port or path.",
        )
    return value


def database_url(value: str) -> str:
    """Check the database URL. Errors never quote it, because it may hold a password."""
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
    """Return the URL with the async driver for SQLAlchemy."""
    scheme, separator, rest = url.partition("://")
    return f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}"


def explain(errors: list[ErrorDetails]) -> tuple[str, str]:
    """Return Pydantic's errors in Chinese and English."""
    chinese, english = [], []
    for error in errors:
        name, context = f"LINKUS_{'_'.join(map(str, error['loc'])).upper()}", error.get("ctx", {})
        if error["type"] == "literal_error":
            context = {
                "chinese": f"只能是 {context['expected'].replace(' or ', '、')}。",
                "english": f"{error['msg']}.",
            }
        chinese.append(f"{name}：{context.get('chinese', error['msg'])}")
        english.append(f"{name}: {context.get('english', error['msg'])}")
    return " ".join(chinese), " ".join(english)
