"""The walk as a test, for the manual's rows that it shows."""

import json
import re
from pathlib import Path

import pytest

from tests.walk.path import STEPS
from tests.walk.steps import run
from tests.walk.world import World


@pytest.mark.engine
@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.manual("OV-2", "OV-3", "OV-6", "EN-2", "CR-1", "CR-4", "CR-5", "CR-6")
def test_from_an_empty_home_to_people_talking() -> None:
    with World() as world:
        run(STEPS, world)
        each_call_is_found_in_all_logs(world.home / "logs")


def each_call_is_found_in_all_logs(logs: Path) -> None:
    """Trace each call from the brain's record to edge and core by its id, and on to the browser's request."""
    edge, core = ((logs / f"{part}.log").read_text(errors="replace") for part in ("kamailio", "asterisk"))
    brain = (json.loads(line) for line in (logs / "linkus.log").read_text().splitlines() if '"call_ended"' in line)
    calls = [line["call"] for line in brain]
    connected = dict(re.findall(r"event=connected connection=(\d+) .*request=(\S+)", edge))
    from_browsers = 0
    for call in calls:
        assert f"call={call} event=plan" in core
        connection = re.search(rf"event=call call={call} .*connection=(\d+)", edge)
        assert connection, call
        from_browsers += connection[1] in connected
    assert from_browsers >= 2  # and the desk phone's own
    assert len(calls) > from_browsers
    # nginx logs a connection when it ends: those of the people who had closed their pages
    requests = {json.loads(line)["request_id"] for line in (logs / "nginx-access.log").read_text().splitlines()}
    assert requests & set(connected.values())
