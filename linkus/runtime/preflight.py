"""Checks before the start. Each refusal states the problem and the remedy in one sentence."""

import errno
import os
import ssl

from linkus.engine.image import is_current
from linkus.engine.layout import Layout
from linkus.engine.private_socket import MAX_PATH_BYTES
from linkus.engine.sandbox import Sandbox, SandboxUnavailable, choose_sandbox
from linkus.engine.versions import Version, read_versions
from linkus.runtime.console import Refusal
from linkus.runtime.ports import Port, find_holder, is_taken, needed_ports


def check_ports(layout: Layout, *, engine: bool = True) -> None:
    for port in needed_ports(layout, engine=engine):
        problem = port_problem(port)
        if problem is not None:
            raise problem


def port_problem(port: Port) -> Refusal | None:
    try:
        if not is_taken(port):
            return None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return Refusal(
                f"地址 {port.host} 不属于这台机器，请用 LINKUS_HOST 指定本机的地址。",
                f"The address {port.host} is not one of this machine's: set LINKUS_HOST to one that is.",
            )
        return Refusal(f"无法使用端口 {port}：{error.strerror}。", f"Port {port} cannot be used: {error.strerror}.")
    holder = find_holder(port)
    by_zh = f"被 {holder.name}（进程 {holder.pid}）" if holder else "被另一个用户的程序"
    by_en = f"by {holder}" if holder else "by a program of another user"
    return Refusal(
        f"端口 {port} 已{by_zh}占用，请停止该程序，或用 LINKUS_HOST 换一个地址。",
        f"Port {port} is taken {by_en}: stop that program, or choose another address with LINKUS_HOST.",
    )


def check_sockets(layout: Layout) -> None:
    for path in (layout.brain_socket, layout.edge_events_socket):
        if len(os.fsencode(path)) > MAX_PATH_BYTES:
            room = MAX_PATH_BYTES - len(os.fsencode(path)) + len(os.fsencode(layout.home))
            raise Refusal(
                f"LINKUS_HOME 的路径过长（{layout.home}），最多 {room} 字节，请换一个较短的目录。",
                f"The path of LINKUS_HOME is too long ({layout.home}): choose a folder of at most {room} bytes.",
            )


def check_tls(layout: Layout) -> None:
    """Check that the administrator's own certificate exists and matches its key."""
    if layout.tls_cert is None:
        return
    key = layout.tls_key or layout.tls_cert
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(layout.tls_cert, key)
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or str(error)
        raise Refusal(
            f"无法使用证书 {layout.tls_cert} 和密钥 {key}（{reason}），请检查 LINKUS_TLS_CERT 和 LINKUS_TLS_KEY。",
            f"Certificate {layout.tls_cert} with key {key} cannot be used ({reason}): "
            "check LINKUS_TLS_CERT and LINKUS_TLS_KEY.",
        ) from error


def check_image(layout: Layout) -> Sandbox:
    if not layout.native and not is_current(layout):
        raise Refusal(
            f"{layout.image} 中没有引擎镜像，或镜像已过时，请运行 make run。",
            f"There is no engine image in {layout.image}, or it is out of date: run make run.",
        )
    try:
        return choose_sandbox(layout)
    except SandboxUnavailable as error:
        raise Refusal(
            "无法运行引擎：bubblewrap 在这里不可用，请以 root 运行，或允许用户命名空间。",
            "The engine cannot run: bubblewrap does not work here. Run as root, or allow user name spaces.",
        ) from error


async def check_versions(sandbox: Sandbox) -> dict[str, str]:
    versions = await read_versions(sandbox)
    for version in versions.values():
        problem = version_problem(version)
        if problem is not None:
            raise problem
    return {name: found.version or "" for name, found in versions.items()}


def version_problem(found: Version) -> Refusal | None:
    if found.version is None:
        return Refusal(
            f"引擎镜像中的 {found.name} 无法运行，请删除镜像后重新运行 make run。",
            f"{found.name} of the engine image does not run: remove the image and run make run again.",
        )
    if found.too_old:
        return Refusal(
            f"{found.name} 的版本是 {found.version}，至少需要 {found.minimum}，请删除镜像后重新运行 make run。",
            f"{found.name} is version {found.version}, but {found.minimum} or later is needed: "
            "remove the image and run make run again.",
        )
    return None
