"""A dead program is restarted, and the portal shows it."""

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from linkus.engine.programs import PART_NAMES
from linkus.engine.sandbox import ENGINE_UID
from tests.runtime.conftest import Instance

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
ENGINE = tuple(name for name in PART_NAMES if name != "linkus")


def shown(administrator: httpx.Client) -> dict[str, dict[str, object]]:
    answer = administrator.get("/admin/status")
    assert answer.status_code == 200, answer.text
    return {part["name"]: part for part in answer.json()["parts"]}


def shown_ready(administrator: httpx.Client) -> dict[str, dict[str, object]]:
    """Return what the portal shows once every part is ready. A new edge is shown as starting until the control server
    has filled it, which the supervisor does not know."""
    deadline = time.monotonic() + 15
    while not ready(parts := shown(administrator)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return parts


def test_portal_shows_every_part_ready(administrator: httpx.Client) -> None:
    parts = shown(administrator)
    assert set(PART_NAMES) <= set(parts)
    assert {parts[name]["state"] for name in PART_NAMES} == {"ready"}


def test_portal_shows_the_versions_that_run(administrator: httpx.Client) -> None:
    versions = administrator.get("/admin/about").json()["engine"]
    assert int(versions["asterisk"].split(".")[0]) >= 22
    assert int(versions["kamailio"].split(".")[0]) >= 6
    assert int(versions["rtpengine"].split(".")[0]) >= 12


@pytest.mark.parametrize("name", ENGINE)
def test_killed_part_comes_back_and_is_shown(name: str, instance: Instance, administrator: httpx.Client) -> None:
    before = instance.record["parts"][name]
    os.kill(before["pid"], signal.SIGKILL)
    parts = instance.until(lambda parts: parts[name]["restarts"] > before["restarts"] and ready(parts), 30)
    assert parts[name]["pid"] != before["pid"]
    after = shown_ready(administrator)[name]
    assert after["state"] == "ready"
    assert after["restarts"] == before["restarts"] + 1
    # the log names the reason
    assert any(f"{name}: The program was killed by signal SIGKILL" in line for line in instance.server.lines)
    assert "SIGKILL" in told_of(administrator, name)


def told_of(administrator: httpx.Client, name: str) -> str:
    """Return the text of the event about a part that has stopped."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        events = administrator.get("/admin/events", params={"kind": "component_restarted"}).json()["items"]
        texts = [event["text"] for event in events if event["params"]["part_code"] == f"event_part_{name}"]
        if texts:
            return str(texts[0])
        time.sleep(0.1)
    return ""


def ready(parts: dict[str, dict[str, object]]) -> bool:
    return all(part["state"] == "ready" for part in parts.values())


def test_killed_brain_comes_back_while_the_engine_runs_on(instance: Instance, administrator: httpx.Client) -> None:
    engine = {name: instance.pid(name) for name in ENGINE}
    before = instance.record["parts"]["linkus"]
    os.kill(before["pid"], signal.SIGKILL)
    parts = instance.until(lambda parts: parts["linkus"]["restarts"] > before["restarts"] and ready(parts), 40)
    assert parts["linkus"]["pid"] != before["pid"]
    assert {name: instance.pid(name) for name in ENGINE} == engine
    # the new brain knows the state of the others too
    parts = shown_ready(administrator)
    assert {parts[name]["state"] for name in PART_NAMES} == {"ready"}
    assert "SIGKILL" in told_of(administrator, "linkus")


@pytest.mark.parametrize("name", ENGINE)
def test_programs_run_without_rights(name: str, instance: Instance) -> None:
    status = Path(f"/proc/{instance.pid(name)}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    expected = ENGINE_UID if os.geteuid() == 0 else os.geteuid()
    assert fields["Uid"].split() == [str(expected)] * 4
    assert int(fields["CapEff"], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"


def test_engine_does_not_see_the_administrators_password(instance: Instance) -> None:
    for name in ENGINE:
        assert b"LINKUS_" not in Path(f"/proc/{instance.pid(name)}/environ").read_bytes()
