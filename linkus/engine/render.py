"""Renders the templates in engine/ into the configuration of one instance, below LINKUS_HOME/engine/run."""

import os
import shutil
import socket
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from linkus.engine.call_filter import write_filter
from linkus.engine.file_modes import let_engine_pass, share_with_engine, tighten
from linkus.engine.image import PROMPTS_IN_IMAGE
from linkus.engine.layout import WEB, Layout
from linkus.engine.logfile import prepare_log
from linkus.engine.logsieve import log_mark
from linkus.engine.reach import edge_addresses, media_interfaces
from linkus.engine.recipe import TEMPLATES
from linkus.engine.sandbox import Kind, Sandbox, give
from linkus.engine.tls import Certificate
from linkus.kit.addresses import in_url, split
from linkus.kit.private_files import replacing

PROGRAMS = ("rtpengine", "kamailio", "asterisk", "nginx")
SUFFIX = ".j2"
_NOT_CONFIGURATION = {".md", ".toml", ".pyc"}


def render_all(layout: Layout, sandbox: Sandbox, keys: Mapping[str, str], certificate: Certificate | None) -> None:
    """Render all files of the four programs, with the values of this instance. A missing variable is an error."""
    prepare(layout, sandbox)
    render_programs(layout, keys, certificate, PROGRAMS)


def render_programs(
    layout: Layout, keys: Mapping[str, str], certificate: Certificate | None, programs: Sequence[str]
) -> None:
    """Render the files of the given programs, with the present addresses of this machine."""
    values = variables(layout, keys, place_certificate(layout, certificate))
    environment = Environment(  # noqa: S701 configuration files, not HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for program in programs:
        folder = layout.run / program
        render_program(environment, program, folder, {**values, "run": str(folder)})
        if program == "rtpengine":
            give(write_filter(folder))


def variables(layout: Layout, keys: Mapping[str, str], certificate: tuple[Path, Path] | None) -> dict[str, object]:
    addresses = layout.addresses
    return {
        "listen": [in_url(each) for each in addresses.listen],
        "endpoints": [(in_url(each.local), in_url(each.public)) for each in addresses.endpoints],
        "internal": layout.internal,
        "advertise": in_url(addresses.advertised),
        "media_interfaces": media_interfaces(addresses, layout.internal),
        "edge_addresses": edge_addresses(layout),
        "proxies": split(layout.proxies),
        "domain": layout.domain or "",
        "home": str(layout.home),
        "logs": str(layout.logs),
        "prompts": f"/{PROMPTS_IN_IMAGE}",
        "origins": list(layout.origins),
        "web": str(WEB),
        "keys": keys,
        "log_mark": log_mark(keys["edge"]),
        "tls": certificate is not None,
        "tls_cert": str(certificate[0]) if certificate else "",
        "tls_key": str(certificate[1]) if certificate else "",
        "modules_dir": modules_dir(),
        "cpus": os.cpu_count() or 1,
    }


def modules_dir() -> str:
    """Return Debian's library folder, which is named after the architecture, e.g. /usr/lib/x86_64-linux-gnu."""
    return f"/usr/lib/{sysconfig.get_config_var('MULTIARCH') or f'{os.uname().machine}-linux-gnu'}"


def render_program(environment: Environment, program: str, target: Path, values: Mapping[str, object]) -> None:
    source = TEMPLATES / program
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.is_dir() or path.suffix in _NOT_CONFIGURATION or "__pycache__" in name.parts:
            continue
        written = target / name
        if path.suffix == SUFFIX:
            written = written.with_suffix("")
            text = environment.get_template(f"{program}/{name}").render(values)
        else:
            text = path.read_text()
        for folder in reversed(written.relative_to(target).parents):
            make_folder(target / folder)
        write_secret(written, text)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only the engine's user can read, because configuration contains keys."""
    with replacing(path) as fresh:
        fresh.write_text(text)
        give(fresh)


def make_folder(path: Path) -> None:
    path.mkdir(mode=0o750, parents=True, exist_ok=True)
    give(path.resolve())  # in a chroot it is a link into the image


def prepare(layout: Layout, sandbox: Sandbox) -> None:
    """Create the folders and files that any program of the image needs."""
    prepare_folders(layout, sandbox)
    write_hosts(layout, sandbox)


def prepare_folders(layout: Layout, sandbox: Sandbox) -> None:
    if sandbox.kind is Kind.CHROOT:
        move_into_image(layout)
    for folder in (layout.home, layout.home / "engine", layout.logs, layout.prompts):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    make_folder(layout.run)
    for program in PROGRAMS:
        make_folder(layout.run / program)
        prepare_log(layout.logs / f"{program}.log")
    make_folder(layout.voicemail_box)
    for name in ("nginx-access.log", "security.log"):
        prepare_log(layout.logs / name)
    tighten(layout)
    let_engine_pass(layout.logs)
    share_with_engine(layout.prompts)


def move_into_image(layout: Layout) -> None:
    """Move these folders into the image, and link to them at their path outside. A chroot sees only the image."""
    for folder in (layout.run, layout.logs, layout.prompts):
        inside = layout.image / str(folder).lstrip("/")
        _make_reachable(layout, inside)
        inside.mkdir(mode=0o750, exist_ok=True)
        if not folder.is_symlink():
            if folder.exists():
                shutil.copytree(folder, inside, dirs_exist_ok=True)
                shutil.rmtree(folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.symlink_to(inside)
    inside = layout.image / str(WEB).lstrip("/")
    shutil.rmtree(inside, ignore_errors=True)
    _make_reachable(layout, inside)
    for dist in WEB.glob("*/dist"):
        shutil.copytree(dist, inside / dist.relative_to(WEB))
    for path in (inside, *inside.rglob("*")):  # the pages are public
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _make_reachable(layout: Layout, inside: Path) -> None:
    """Open the folders above `inside` in the image, because some, such as its `/root`, are closed to the engine's
    user."""
    inside.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    for parent in inside.relative_to(layout.image).parents:
        folder = layout.image / parent
        folder.chmod(folder.stat().st_mode & 0o7777 | 0o011)


def write_hosts(layout: Layout, sandbox: Sandbox) -> None:
    """Add this machine's name to the image's /etc/hosts. Otherwise Asterisk waits for a name server at every call."""
    name = socket.gethostname()
    hosts = f"127.0.0.1 localhost {name}\n::1 localhost\n"
    resolv = Path("/etc/resolv.conf")
    names = resolv.read_text() if resolv.exists() else ""
    if sandbox.kind is not Kind.CHROOT:
        write_secret(layout.run / "hosts", hosts)
        write_secret(layout.run / "resolv.conf", names)
        return
    for file, text in (("hosts", hosts), ("resolv.conf", names)):
        (layout.image / "etc" / file).write_text(text)
        (layout.image / "etc" / file).chmod(0o644)


def place_certificate(layout: Layout, certificate: Certificate | None) -> tuple[Path, Path] | None:
    """Copy the certificate and its key to files that the engine's user can read."""
    if certificate is None:
        return None
    folder = layout.run / "tls"
    make_folder(folder)
    placed = folder / "cert.pem", folder / "key.pem"
    write_secret(placed[0], certificate.chain.read_text())
    write_secret(placed[1], certificate.key.read_text())
    return placed
