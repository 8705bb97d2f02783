"""Prints the addresses of the instance at the end of a start."""

from linkus.engine.layout import Layout
from linkus.kit.settings import Settings
from linkus.runtime.console import both, say


def print_addresses(settings: Settings, layout: Layout, setup_link: str | None, seconds: float) -> None:
    say()
    say(both(f"已就绪，用时 {seconds:.1f} 秒", f"Ready in {seconds:.1f} s"))
    say()
    lines = [
        (both("管理网页", "Portal"), f"{settings.portal_url}/portal/"),
        (both("网页端", "Web client"), f"{settings.portal_url}/"),
        (both("Linkus 服务器", "Linkus service"), f"{settings.linkus_url}/"),
        (both("话机和中继", "Desk phones and trunks"), f"sip:{settings.public_name}:5060"),
        (both("日志", "Logs"), str(layout.logs)),
    ]
    for label, value in lines:
        say(f"  {label}: {value}")
    if setup_link:
        print_setup_link(setup_link)
    if layout.tls and layout.tls_cert is None:
        say()
        authority = layout.keys / "ca" / "ca.pem"
        say(both(f"浏览器会提示证书不受信任；可将 {authority} 加入信任", f"Browsers warn until they trust {authority}"))
    say()
    say(both("按 Ctrl-C 停止", "Press Ctrl-C to stop"))


def print_setup_link(link: str) -> None:
    say()
    say(both("创建管理员的链接（只能使用一次）", "Link for the first administrator (works once)"))
    say(f"  {link}")
