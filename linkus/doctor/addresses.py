"""Reports the machine's addresses, the advertised ones, and mismatches. Asks no outside service: behind NAT only the
operator knows the public address."""

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import psutil
from cryptography import x509

from linkus.doctor.finding import Finding, Level, Text
from linkus.engine.layout import layout_of
from linkus.engine.tls import find_certificate
from linkus.kit.addresses import Addresses, family, hosts_of, is_address, is_loopback, is_wildcard, without_brackets
from linkus.kit.interfaces import OwnAddress, default_gateways, own_addresses
from linkus.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Facts:
    """The input of the checks."""

    settings: Settings
    addresses: Addresses
    own: Sequence[OwnAddress]
    gateways: Sequence[str]
    resolved: Sequence[str] = ()  # resolved addresses of LINKUS_DOMAIN
    certificate_names: Sequence[str] | None = None  # of a certificate of the operator's own
    running: Sequence[str] = ()  # addresses on which the running instance listens


def check_addresses(settings: Settings) -> list[Finding]:
    return findings_of(gather(settings))


def gather(settings: Settings) -> Facts:
    layout = layout_of(settings)
    own = settings.tls_cert is not None and settings.tls_cert.exists()
    certificate = find_certificate(layout) if own else None
    return Facts(
        settings=settings,
        addresses=layout.addresses,
        own=own_addresses(),
        gateways=default_gateways(),
        resolved=_resolve(settings.domain),
        certificate_names=_names(certificate.load()) if certificate else None,
        running=_running(settings.home),
    )


def findings_of(facts: Facts) -> list[Finding]:
    found = [
        _machine(facts), _host(facts), _public(facts), _ipv6(facts), _domain(facts), _certificate(facts),
        _proxies(facts), _changed(facts),
    ]  # fmt: skip
    return [each for each in found if each is not None]


# ---------------------------------------------------------------------- the machine
def _machine(facts: Facts) -> Finding:
    listed = ", ".join(f"{each.interface} {each.address}" for each in facts.own if each.is_reachable)
    routes = ", ".join(facts.gateways)
    chinese = f"{listed or '只有本机回环地址'}；默认路由 {routes or '无'}"
    english = f"{listed or 'loopback only'}; default route {routes or 'none'}"
    return Finding(Level.OK, Text("网络地址", "Addresses"), Text(chinese, english))


def _host(facts: Facts) -> Finding | None:
    own = {each.address for each in facts.own}
    foreign = [
        each for each in facts.settings.hosts if each not in own and not (is_wildcard(each) or is_loopback(each))
    ]
    if not foreign:
        return None
    listed = ", ".join(foreign)
    return Finding(
        Level.PROBLEM,
        _HOST,
        Text(f"{listed} 不属于这台机器", f"{listed} is no address of this machine"),
        Text(
            "请将 LINKUS_HOST 设为本机的地址；NAT 外部的地址填写在 LINKUS_PUBLIC_ADDRESS 中。",
            "Set LINKUS_HOST to an address of this machine; one outside of NAT belongs into LINKUS_PUBLIC_ADDRESS.",
        ),
    )


_HOST = Text("监听地址", "Listening address")
_PUBLIC = Text("公网地址", "Public address")


def _public(facts: Facts) -> Finding:
    settings, main = facts.settings, facts.addresses.main
    given = hosts_of(settings.public_address)
    missing = [each for each in given if facts.addresses.of_family(family(each)) is None]
    if missing or (given and settings.is_loopback):
        listed = ", ".join(missing or given)
        return Finding(
            Level.PROBLEM,
            _PUBLIC,
            Text(f"{listed} 无法到达 LINKUS_HOST 的地址", f"{listed} cannot lead to any address of LINKUS_HOST"),
            Text(
                "请在 LINKUS_HOST 中加入同一协议（IPv4 或 IPv6）的本机地址，或使用 0.0.0.0、::。",
                "Add an address of this machine of the same family to LINKUS_HOST, or use 0.0.0.0 or ::.",
            ),
        )
    behind = [each for each in main if each.is_behind_nat]
    if behind:
        pairs = ", ".join(f"{each.public} → {each.local}" for each in behind)
        return Finding(
            Level.NOTE,
            _PUBLIC,
            Text(f"NAT：{pairs}", f"NAT: {pairs}"),
            Text(
                "路由器须原样转发端口 8088、8111、5060、5061 和 UDP 10000-19999（端口号不变）。",
                "The router must pass on 8088, 8111, 5060, 5061 and UDP 10000-19999, with the ports unchanged.",
            ),
        )
    told = ", ".join(each.public for each in main)
    private = [each for each in main if ip_address(each.public).is_private and not is_loopback(each.public)]
    if private and not given:
        return Finding(
            Level.NOTE,
            _PUBLIC,
            Text(f"对外告知 {told}，这是内网地址", f"others are told {told}, which is of a private network"),
            Text(
                "如需从外部网络使用，请将路由器的公网地址填写在 LINKUS_PUBLIC_ADDRESS 中。",
                "For use from outside, set LINKUS_PUBLIC_ADDRESS to the public address of the router.",
            ),
        )
    return Finding(Level.OK, _PUBLIC, Text(f"对外告知 {told}", f"others are told {told}"))


def _ipv6(facts: Facts) -> Finding | None:
    if facts.settings.is_loopback:
        return None
    subject = Text("IPv6", "IPv6")
    available = [each.address for each in facts.own if each.is_reachable and family(each.address) == 6]
    if facts.addresses.of_family(6) is not None:
        return Finding(Level.OK, subject, Text("已使用", "in use"))
    if not available:
        return Finding(Level.OK, subject, Text("这台机器没有 IPv6 地址", "this machine has no IPv6 address"))
    return Finding(
        Level.NOTE,
        subject,
        Text(f"本机有 {available[0]}，但未使用", f"this machine has {available[0]}, but it is not used"),
        Text("如需同时使用 IPv4 和 IPv6，请设置 LINKUS_HOST=::。", "For IPv4 and IPv6 together, set LINKUS_HOST=::."),
    )


# ---------------------------------------------------------------------- names
def _domain(facts: Facts) -> Finding | None:
    domain = facts.settings.domain
    if not domain:
        return None
    subject = Text("域名", "Domain name")
    if not facts.resolved:
        said = Text(f"域名服务器中没有 {domain}", f"the name server does not know {domain}")
        remedy = Text("请检查 LINKUS_DOMAIN 和 DNS 记录。", "Check LINKUS_DOMAIN and its DNS records.")
        return Finding(Level.PROBLEM, subject, said, remedy)
    ours = {address for each in facts.addresses.endpoints for address in each}
    foreign = [each for each in facts.resolved if each not in ours]
    listed = ", ".join(facts.resolved)
    if not foreign:
        return Finding(Level.OK, subject, Text(f"{domain} 解析为 {listed}", f"{domain} is {listed}"))
    behind_proxy = bool(facts.settings.trusted_proxies or facts.settings.public_url)
    told = ", ".join(each.public for each in facts.addresses.main)
    return Finding(
        Level.NOTE if behind_proxy else Level.PROBLEM,
        subject,
        Text(
            f"{domain} 解析为 {listed}，其中 {', '.join(foreign)} 不是本服务器的地址（{told}）",
            f"{domain} is {listed}, of which {', '.join(foreign)} is no address of this server ({told})",
        ),
        Text(
            "请修改 DNS 记录；如服务器在 NAT 之后，请设置 LINKUS_PUBLIC_ADDRESS；话机和媒体不经过反向代理。",
            "Correct the DNS records; behind NAT, set LINKUS_PUBLIC_ADDRESS. Phones and media use no reverse proxy.",
        ),
    )


def _certificate(facts: Facts) -> Finding | None:
    if facts.certificate_names is None:
        return None
    name = without_brackets(facts.settings.public_name)
    if any(_covers(each, name) for each in facts.certificate_names):
        return None  # `check_certificate` reports its expiry
    listed = ", ".join(facts.certificate_names) or "-"
    return Finding(
        Level.PROBLEM,
        Text("证书名称", "Certificate's names"),
        Text(f"证书适用于 {listed}，不适用于 {name}", f"it is for {listed}, and not for {name}"),
        Text(
            "请将 LINKUS_DOMAIN 设为证书中的名称，或更换证书。",
            "Set LINKUS_DOMAIN to a name of the certificate, or use another certificate.",
        ),
    )


def _covers(pattern: str, name: str) -> bool:
    """Return whether a certificate name covers `name`. A wildcard stands for one label (RFC 6125 6.4.3)."""
    pattern, name = pattern.lower(), name.lower().removesuffix(".")
    if pattern.startswith("*.") and not is_address(name):
        return name.partition(".")[2] == pattern[2:] and bool(name.partition(".")[0])
    return pattern == name


# ---------------------------------------------------------------------- proxies, and what has changed
def _proxies(facts: Facts) -> Finding | None:
    settings, subject = facts.settings, Text("反向代理", "Reverse proxy")
    if any(network.prefixlen == 0 for network in settings.proxies):
        said = Text("LINKUS_TRUSTED_PROXIES 包含所有地址", "LINKUS_TRUSTED_PROXIES holds every address")
        remedy = Text(
            "任何人都能冒充其他地址；请只填写代理的地址。", "Anybody could claim any address: name the proxies only."
        )
        return Finding(Level.PROBLEM, subject, said, remedy)
    if settings.trusted_proxies:
        text = f"{settings.trusted_proxies}, {settings.portal_url}"
        return Finding(Level.OK, subject, Text(text, text))
    if settings.public_url:
        said = Text(
            f"页面地址是 {settings.public_url}，但没有受信任的代理",
            f"pages are at {settings.public_url}, but no proxy is trusted",
        )
        remedy = Text(
            "请设置 LINKUS_TRUSTED_PROXIES，否则所有用户显示为同一个地址，登录限制会互相影响。",
            "Set LINKUS_TRUSTED_PROXIES: otherwise all users have one address, and lock each other out.",
        )
        return Finding(Level.PROBLEM, subject, said, remedy)
    return None


def _changed(facts: Facts) -> Finding | None:
    now = {each.local for each in facts.addresses.endpoints}
    gone, new = sorted({*facts.running} - now), sorted(now - {*facts.running})
    if not facts.running or not (gone or new):
        return None
    changes = " ".join([*(f"-{each}" for each in gone), *(f"+{each}" for each in new)])
    return Finding(
        Level.PROBLEM,
        _HOST,
        Text(f"启动后地址有变化：{changes}", f"addresses have changed since the start: {changes}"),
        Text("请重新启动服务器。", "Start the server again."),
    )


def _resolve(name: str) -> tuple[str, ...]:
    if not name or is_address(name):
        return (name,) if name else ()
    try:
        found = socket.getaddrinfo(name.encode("idna").decode(), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(ip_address(str(each[4][0]).partition("%")[0])) for each in found))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *listed.get_values_for_type(x509.DNSName),
        *map(str, listed.get_values_for_type(x509.IPAddress)),
    )


def _running(home: Path) -> tuple[str, ...]:
    try:
        record = json.loads((home / "run.json").read_text())
        return tuple(record["addresses"]) if psutil.pid_exists(record["pid"]) else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()
