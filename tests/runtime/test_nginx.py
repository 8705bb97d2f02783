"""The public ports: which paths exist, which do not, and the access log."""

import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.runtime.conftest import Instance
from tests.runtime.flood import flood, lines_of

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


def test_pages_with_fallback(instance: Instance) -> None:
    for address in (f"{instance.portal}/portal/", f"{instance.portal}/portal/extensions/7", f"{instance.portal}/"):
        page = httpx.get(address)
        assert page.status_code == 200, address
        assert "<!doctype html>" in page.text.lower()
        assert page.headers["cache-control"] == "no-store"
    assert httpx.get(f"{instance.linkus}/login/web").status_code == 200
    assert httpx.get(f"{instance.portal}/portal").headers["location"].endswith("/portal/")


def test_hashed_files_are_kept_and_compressed(instance: Instance) -> None:
    page = httpx.get(f"{instance.portal}/portal/").text
    (script,) = re.findall(r'src="(/portal/assets/[^"]+\.js)"', page)
    answer = httpx.get(f"{instance.portal}{script}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("application/javascript")


def test_security_headers(instance: Instance) -> None:
    headers = httpx.get(f"{instance.portal}/portal/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/internal/calls/plan", "/internal", "/metrics"])
def test_what_is_internal_is_not_public(path: str, instance: Instance) -> None:
    for address in (instance.portal, instance.linkus):
        assert httpx.get(address + path).status_code == 404


@pytest.mark.manual("OV-2")
def test_linkus_port_has_clients_only(instance: Instance) -> None:
    assert httpx.get(f"{instance.linkus}/api/v1/system/info").json()["linkus_port"] == 8111
    for path in ("/portal/", "/api/v1/admin/extensions", "/api/v1/admin/session", "/api/v1/setup/inspect"):
        assert httpx.get(instance.linkus + path).status_code == 404, path
    assert httpx.get(f"{instance.portal}/api/v1/admin/extensions").status_code == 401


def test_paths_cannot_be_disguised(instance: Instance) -> None:
    """nginx decides by the decoded, normalised path, and each request to the brain was decided in the same way."""
    for path in ("/api/v1//admin/session", "/api/v1/%61dmin/session", "/api/v1/x/../admin/session", "//internal/x"):
        with httpx.Client() as client:
            request = client.build_request("GET", instance.linkus)
            request.url = httpx.URL(instance.linkus).copy_with(raw_path=path.encode())
            assert client.send(request).status_code == 404, path


def _piecewise(body: bytes) -> Iterator[bytes]:
    """Yield a body in pieces: httpx sends it chunked, and says nowhere how long it is."""
    yield from (body[at : at + 50_000] for at in range(0, len(body), 50_000))


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/sessions", 413, "file_too_large"),
        ("/api/v1/client/settings", 413, "file_too_large"),
        ("/healthz", 413, "file_too_large"),
        ("/api/v1/admin/extensions/import", 401, "not_signed_in"),
        ("/api/v1/%61dmin/account", 401, "not_signed_in"),
    ],
)
def test_nothing_large_of_strangers_is_stored(path: str, status: int, code: str, instance: Instance) -> None:
    """nginx keeps a body in a file until it is complete. Strangers could fill the disk with 21 MB for each request."""
    body = b" " * 1_000_000
    for content in (body, _piecewise(body)):
        with httpx.Client() as client:
            request = client.build_request("POST", instance.portal, content=content)
            request.url = httpx.URL(instance.portal).copy_with(raw_path=path.encode())
            answer = client.send(request)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_large_files_of_administrators_arrive(instance: Instance, administrator: httpx.Client) -> None:
    rows = "".join(f"{number},{'N' * 100}\n" for number in range(20_000))
    sent = administrator.post("/admin/extensions/import", files={"file": ("a.csv", f"First Name,X\n{rows}".encode())})
    assert (sent.status_code, sent.json()["code"]) == (422, "validation_failed")
    assert len(rows) > 1_000_000
    too_large = administrator.put("/admin/account", content=b" " * 2_000_000)
    assert (too_large.status_code, "1 MB" in too_large.json()["message"]) == (413, True)


def test_request_id_is_the_same_everywhere_and_tokens_are_in_no_log(instance: Instance) -> None:
    answer = httpx.get(f"{instance.portal}/api/v1/system/info?t=secret-token-1", headers={"X-Request-Id": "forged"})
    request_id = answer.headers["x-request-id"]
    assert request_id != "forged"
    entry = find_entry(instance, request_id)
    assert entry["path"] == "/api/v1/system/info"
    assert entry["status"] == 200
    for log in (instance.home / "logs").iterdir():
        assert "secret-token-1" not in log.read_text(errors="replace"), log.name


def find_entry(instance: Instance, request_id: str) -> dict[str, object]:
    log = instance.home / "logs" / "nginx-access.log"
    for _ in range(50):
        for line in log.read_text().splitlines():
            entry: dict[str, object] = json.loads(line)
            if entry["request_id"] == request_id:
                return entry
        time.sleep(0.1)
    raise AssertionError(f"{request_id} is not in {log}")


def test_a_flood_of_requests_fills_no_log(instance: Instance) -> None:
    """A source is limited to few and short lines, and does not reduce the lines of another one."""
    began = time.monotonic()
    host, _, port = instance.portal.partition("//")[2].rpartition(":")
    flood(host, int(port), "127.0.0.9", thousands=8)
    answer = httpx.get(f"{instance.portal}/api/v1/system/info")
    assert find_entry(instance, answer.headers["x-request-id"])["status"] == 200
    of_flood = lines_of(instance.home / "logs" / "nginx-access.log", "127.0.0.9")
    assert 5000 <= len(of_flood) <= 5010 + 10 * (time.monotonic() - began)
    assert max(map(len, of_flood)) < 1200
    assert json.loads(of_flood[0])["path"].startswith("/internal/xxx")


def test_ways_to_the_web_sockets(instance: Instance) -> None:
    """Without an upgrade, the servers behind nginx refuse both, not nginx's 404 page."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "sip",
    }
    for address in (instance.portal, instance.linkus):
        with httpx.stream("GET", f"{address}/ws/sip", headers={**upgrade, "Origin": address}) as answer:
            assert answer.status_code == 101
            assert answer.headers["sec-websocket-protocol"] == "sip"


@pytest.mark.manual("CR-5")
def test_thousands_of_link_previews_consume_nothing(instance: Instance, administrator: httpx.Client) -> None:
    """Mail scanners and chat programs request the link as it is, and in altered forms."""
    given = {"number": "4711", "first_name": "Link", "linkus_enabled": True}
    made = administrator.post("/admin/extensions", json=given)
    assert made.status_code == 201, made.text
    code = administrator.post(f"/admin/extensions/{made.json()['id']}/credential", json={"client_kind": "web"}).json()
    page, _, token = str(code["link"]).partition("#t=")
    assert page == f"{instance.portal}/login/web"
    # a browser and most programs keep the part after #; some encode it, some turn it into a query
    looks = [(method, page + rest) for rest in ("", f"%23t={token}", f"?t={token}") for method in ("GET", "HEAD")]
    robots = ("WhatsApp/2.23.20 A", "Slackbot-LinkExpanding 1.0", "Mozilla/5.0 (compatible; MSIE 9.0) SafeLinks")
    with httpx.Client() as robot:
        for number in range(3000):
            method, url = looks[number % len(looks)]
            answer = robot.request(method, url, headers={"User-Agent": robots[number % len(robots)]})
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
            assert ("<!doctype html>" in answer.text.lower()) == (method == "GET")
    browser = {"base_url": f"{instance.portal}/api/v1", "headers": {"Origin": instance.portal}}
    with httpx.Client(**browser) as first, httpx.Client(**browser) as second:  # type: ignore[arg-type]
        assert first.post("/credentials/inspect", json={"token": token}).json()["status"] == "valid"
        assert first.post("/credentials/redeem", json={"token": token}).status_code == 201
        assert first.get("/client/session").json()["extension"]["number"] == "4711"
        again = second.post("/credentials/redeem", json={"token": token})
        assert (again.status_code, again.json()["code"]) == (410, "credential_used")
    for log in (instance.home / "logs").iterdir():
        assert token[:-4] not in log.read_text(errors="replace"), log.name
