"""The templates of the four programs with the values of an instance."""

import os
import re
import stat
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from linkus.engine import render
from linkus.engine.file_modes import UMASK
from linkus.engine.keys import ensure_keys
from linkus.engine.layout import Layout
from linkus.engine.render import PROGRAMS, render_all
from linkus.engine.sandbox import ENGINE_UID, Kind, Sandbox
from linkus.engine.tls import find_certificate
from linkus.importing.service import MAX_BODY_BYTES
from linkus.prompt.files import PromptFiles


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path / "home", host="127.0.0.12", internal="127.0.0.12")


def render_here(layout: Layout) -> None:
    sandbox = Sandbox(layout, Kind.NATIVE, drop_root=False)
    render_all(layout, sandbox, ensure_keys(layout.keys), find_certificate(layout))


def test_everything_is_rendered(layout: Layout) -> None:
    render_here(layout)
    for program in PROGRAMS:
        files = [path for path in (layout.run / program).rglob("*") if path.is_file()]
        assert files, program
        for path in files:
            assert path.suffix != ".j2"
            assert b"{{" not in path.read_bytes(), path
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_addresses_of_the_instance_are_in_the_configuration(layout: Layout) -> None:
    render_here(layout)
    assert "listen 127.0.0.12:8088 so_keepalive=" in (layout.run / "nginx/nginx.conf").read_text()
    assert "listen=udp:127.0.0.12:5060" in (layout.run / "kamailio/kamailio.cfg").read_text()
    assert "listen-ng = 127.0.0.12:2223" in (layout.run / "rtpengine/rtpengine.conf").read_text()
    assert "bind=127.0.0.12:5080" in (layout.run / "asterisk/pjsip.conf").read_text()


def test_what_is_too_large_the_brain_says(layout: Layout) -> None:
    """nginx would say it in HTML. So it accepts the largest body that a route of the brain takes."""
    render_here(layout)
    allowed = re.search(r"client_max_body_size (\d+)m;", (layout.run / "nginx/nginx.conf").read_text())
    assert allowed
    assert int(allowed[1]) * 1024 * 1024 >= MAX_BODY_BYTES


def test_no_sender_takes_all_places_with_slow_requests(layout: Layout) -> None:
    """nginx reads a body before it asks the brain, and its sender decides how slowly it comes."""
    render_here(layout)
    for_all, *of_locations = re.split(r"^location ", (layout.run / "nginx/common.conf").read_text(), flags=re.MULTILINE)
    assert "limit_conn requests 2000;" in for_all
    own = {location.split("{")[0].strip() for location in of_locations if "limit_conn" in location}
    assert own == {"= /ws/events", "= /ws/sip"}  # a limit in a location replaces the one for all
    assert "limit_conn requests" not in (layout.run / "nginx/nginx.conf").read_text().replace("limit_conn_zone", "")


def test_nobody_can_dial_a_step_of_the_dialplan(layout: Layout) -> None:
    """Numbers that callers dial are looked up in `from-edge`: a name there would come before the pattern."""
    render_here(layout)
    dialplan = (layout.run / "asterisk/extensions.conf").read_text()
    dialled = re.split(r"^\[", dialplan.partition("[from-edge]")[2], flags=re.MULTILINE)[0]
    assert re.findall(r"^exten => ([^,]+),", dialled, re.MULTILINE) == ["_[0-9A-Za-z*#+]!", "h"]


def test_keys_are_in_the_configuration_and_nowhere_else(layout: Layout) -> None:
    keys = ensure_keys(layout.keys)
    render_here(layout)
    holders = {
        name: {path.name for path in layout.run.rglob("*") if path.is_file() and key.encode() in path.read_bytes()}
        for name, key in keys.items()
    }
    assert "kamailio.cfg" in holders["sip_ephemeral"]
    assert holders["seal"] == set()  # only the brain reads it


def test_a_missing_variable_is_an_error(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = tmp_path / "templates"
    for program in PROGRAMS:
        (templates / program).mkdir(parents=True)
    (templates / "nginx" / "nginx.conf.j2").write_text("listen {{ hots }};")
    monkeypatch.setattr(render, "TEMPLATES", templates)
    with pytest.raises(UndefinedError, match="hots"):
        render_here(layout)


def test_tls_on_a_public_address(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "home", host="0.0.0.0", internal="127.0.0.1", domain="pbx.example.org")
    render_here(layout)
    nginx = (layout.run / "nginx/nginx.conf").read_text()
    assert "listen 0.0.0.0:8088 ssl so_keepalive=" in nginx
    assert "listen 0.0.0.0:8111 ssl so_keepalive=" in nginx
    assert "Strict-Transport-Security" in (layout.run / "nginx/headers.conf").read_text()
    kamailio = (layout.run / "kamailio/kamailio.cfg").read_text()
    # SIP sockets have single addresses, so that an answer comes from the address that was asked
    assert "listen=tls:0.0.0.0" not in kamailio
    for endpoint in layout.addresses.endpoints:
        assert f"listen=tls:{endpoint.local}:5061" in kamailio
    assert stat.S_IMODE((layout.run / "tls/key.pem").stat().st_mode) == 0o600


def test_an_address_behind_nat_is_told_to_the_outside(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "home", host="10.0.0.5,2001:db8::5", public="203.0.113.50")
    render_here(layout)
    nginx = (layout.run / "nginx/nginx.conf").read_text()
    assert "listen 10.0.0.5:8088 ssl so_keepalive=" in nginx
    assert "listen [2001:db8::5]:8088 ssl so_keepalive=" in nginx
    kamailio = (layout.run / "kamailio/kamailio.cfg").read_text()
    assert "listen=udp:10.0.0.5:5060 advertise 203.0.113.50:5060" in kamailio
    assert "listen=udp:[2001:db8::5]:5060\n" in kamailio
    rtpengine = (layout.run / "rtpengine/rtpengine.conf").read_text()
    assert "public/10.0.0.5!203.0.113.50;public/2001:db8::5;" in rtpengine


def test_reverse_proxies_are_named_to_nginx(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "home", host="127.0.0.12", internal="127.0.0.12", proxies="10.0.0.2,fd00::/8")
    render_here(layout)
    nginx = (layout.run / "nginx/nginx.conf").read_text()
    assert "set_real_ip_from 10.0.0.2;" in nginx
    assert "set_real_ip_from fd00::/8;" in nginx


def test_without_reverse_proxies_nobody_is_believed(layout: Layout) -> None:
    render_here(layout)
    nginx = (layout.run / "nginx/nginx.conf").read_text()
    assert "set_real_ip_from" not in nginx
    assert "http_x_forwarded" not in nginx


def test_no_tls_port_on_loopback(layout: Layout) -> None:
    render_here(layout)
    assert "5061" not in (layout.run / "kamailio/kamailio.cfg").read_text()
    assert "ssl_certificate" not in (layout.run / "nginx/common.conf").read_text()


def test_rendering_again_keeps_what_the_programs_wrote(layout: Layout) -> None:
    render_here(layout)
    locations = layout.run / "kamailio" / "edge.sqlite"
    locations.write_text("where everybody is")
    render_here(layout)
    assert locations.read_text() == "where everybody is"


def test_hosts_names_this_machine(layout: Layout) -> None:
    render_here(layout)
    assert os.uname().nodename in (layout.run / "hosts").read_text().split()


def test_logs_can_be_written_by_the_programs_and_their_folder_cannot(layout: Layout) -> None:
    render_here(layout)
    assert (layout.logs / "nginx-access.log").exists()
    assert layout.logs.stat().st_uid == os.geteuid()


def test_what_an_earlier_version_left_readable_is_closed(layout: Layout) -> None:
    old = (layout.home / "run.json", layout.logs / "kamailio.log.1", layout.run / "kamailio" / "edge.sqlite")
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        path.chmod(0o666)
    (layout.image / "usr").mkdir(parents=True)
    for folder in (layout.home, layout.logs, layout.image, layout.image / "usr"):
        folder.chmod(0o755)
    outside = layout.home.parent / "outside"
    outside.touch(mode=0o644)
    (layout.home / "link").symlink_to(outside)
    render_here(layout)
    assert {stat.S_IMODE(path.stat().st_mode) for path in old} == {0o640}
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o750
    assert stat.S_IMODE(layout.logs.stat().st_mode) == 0o750
    # programs of another user read the image, and no link leads out of the home
    assert stat.S_IMODE((layout.image / "usr").stat().st_mode) == 0o755
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_recordings_can_be_played_by_the_engine_and_read_by_nobody_else(layout: Layout) -> None:
    assert os.geteuid() == 0, "run the tests as root: only root runs the engine as another user"
    render_here(layout)
    before = os.umask(UMASK)
    try:
        PromptFiles(Path(), Path(), layout.prompts).play("busy", "en", b"narrow", b"wide")
    finally:
        os.umask(before)
    for path in (layout.prompts, layout.prompts / "en", layout.prompts / "en" / "busy.wav"):
        assert path.stat().st_gid == ENGINE_UID
        assert path.stat().st_mode & 0o777 == (0o750 if path.is_dir() else 0o640)
