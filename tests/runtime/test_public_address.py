"""An instance on an address other than loopback, in its own network: TLS by the instance's own authority."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walk.server import REPOSITORY, processes_of, share_engine_image

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
ADDRESS = "192.0.2.10"  # RFC 5737: for documentation
# The address is on the loopback interface, since not every kernel has others. Only its scope matters.
NETWORK = (
    "ip link set lo up && ip address add {address}/24 dev lo && ip route add default dev lo src {address} "
    "&& exec {python} -m linkus serve"
)


class Public:
    """The instance, and commands in its network."""

    def __init__(self, home: Path, host: str) -> None:
        share_engine_image(home)
        self.home = home
        self.output = home / "output"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKUS_")}
        environment |= {"LINKUS_HOME": str(home), "LINKUS_HOST": host, "PYTHONPATH": str(REPOSITORY)}
        alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
        script = NETWORK.format(address=ADDRESS, python=sys.executable)
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*alone, "sh", "-c", script],
                env=environment, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def wait_ready(self) -> None:
        end = time.monotonic() + 60
        while "Ctrl-C" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < end, self.output.read_text()
            time.sleep(0.1)

    def inside(self, source: str) -> str:
        """Return the output of a Python program in the instance's network."""
        enter = ["nsenter", "--target", str(self.process.pid), "--net"]
        enter += ["--user", "--preserve-credentials"] if os.geteuid() != 0 else []
        done = subprocess.run(
            [*enter, sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> list[str]:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        time.sleep(0.2)
        return processes_of(self.home)


@pytest.fixture(scope="module", params=[ADDRESS, "0.0.0.0"])
def public(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    assert shutil.which("ip"), "iproute2 is missing: apt-get install iproute2"
    started = Public(tmp_path_factory.mktemp("public"), request.param)
    try:
        started.wait_ready()
        yield started
    finally:
        assert started.stop() == []


def fetch(public: Public, port: int, path: str, trusted: Path | None) -> str:
    authority = f"cafile={str(trusted)!r}" if trusted else ""
    return public.inside(
        "import ssl, urllib.request as request\n"
        f"context = ssl.create_default_context({authority})\n"
        f"print(request.urlopen('https://{ADDRESS}:{port}{path}', context=context, timeout=10).read().decode())"
    )


@pytest.mark.manual("OV-2")
def test_both_ports_speak_tls_that_the_authority_vouches_for(public: Public) -> None:
    authority = public.home / "keys" / "ca" / "ca.pem"
    for port in (8088, 8111):
        assert '"setup_needed":true' in fetch(public, port, "/api/v1/system/info", authority).replace(" ", "")
        assert "<!doctype html>" in fetch(public, port, "/", authority).lower()


def test_what_is_printed_and_told_can_be_opened(public: Public) -> None:
    """An instance on all addresses prints the source of its outgoing route, not https://0.0.0.0."""
    printed = public.output.read_text()
    assert f"https://{ADDRESS}:8088/portal/setup#t=" in printed
    assert f"sip:{ADDRESS}:5060" in printed
    assert "0.0.0.0" not in printed
    info = json.loads(fetch(public, 8088, "/api/v1/system/info", public.home / "keys" / "ca" / "ca.pem"))
    assert info["domain"] == ADDRESS  # "SIP server" on an extension's page
    assert "0.0.0.0" not in (public.home / "run.json").read_text().replace('"host": "0.0.0.0"', "")


def test_nobody_else_vouches_for_it(public: Public) -> None:
    with pytest.raises(AssertionError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(public, 8088, "/", None)


def test_plain_http_is_sent_on(public: Public) -> None:
    location = public.inside(
        "import http.client\n"
        f"connection = http.client.HTTPConnection('{ADDRESS}', 8088)\n"
        "connection.request('GET', '/portal/')\n"
        "print(connection.getresponse().headers['Location'])"
    )
    assert location.strip() == f"https://{ADDRESS}:8088/portal/"


def test_phones_find_the_edge_with_and_without_tls(public: Public) -> None:
    authority = str(public.home / "keys" / "ca" / "ca.pem")
    options = (
        f"OPTIONS sip:{ADDRESS} SIP/2.0\\r\\nVia: SIP/2.0/%s {ADDRESS}:9;branch=z9hG4bK%s;rport\\r\\n"
        f"From: <sip:a@{ADDRESS}>;tag=1\\r\\nTo: <sip:{ADDRESS}>\\r\\nCall-ID: %s\\r\\nCSeq: 1 OPTIONS\\r\\n"
        "Max-Forwards: 5\\r\\nContent-Length: 0\\r\\n\\r\\n"
    )
    said = public.inside(
        "import socket, ssl\n"
        f"message = '{options}'\n"
        "udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "udp.settimeout(5)\n"
        f"udp.sendto((message % ('UDP', 'udp', 'udp')).encode(), ('{ADDRESS}', 5060))\n"
        "print(udp.recv(4000).split(b'\\r\\n')[0].decode())\n"
        f"context = ssl.create_default_context(cafile={authority!r})\n"
        f"plain = socket.create_connection(('{ADDRESS}', 5061), 5)\n"
        f"tls = context.wrap_socket(plain, server_hostname='{ADDRESS}')\n"
        "tls.sendall((message % ('TLS', 'tls', 'tls')).encode())\n"
        "print(tls.recv(4000).split(b'\\r\\n')[0].decode())"
    )
    assert [line.split()[0] for line in said.splitlines()] == ["SIP/2.0", "SIP/2.0"]


def test_internal_ports_are_on_loopback_only(public: Public) -> None:
    for port in (8089, 8090, 8091, 5038):
        refused = public.inside(
            "import socket\n"
            f"for address in ('{ADDRESS}', '127.0.0.1'):\n"
            "    with socket.socket() as client:\n"
            f"        print(client.connect_ex((address, {port})))"
        )
        assert refused.split()[0] != "0"
        assert refused.split()[1] == "0"
