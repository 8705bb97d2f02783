"""The network changes in mid-call: audio is back within two seconds, and the call continues."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.network.roaming import roaming
from tests.walk import softphone

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SWITCHES = int(os.environ.get("LINKUS_TEST_NETWORK_SWITCHES", "4"))
ALLOWED_SECONDS = 2.0  # of silence, in 95 of 100 changes
LOSSES = 1
MAX_SILENCE_SECONDS = 8.0


def test_wifi_to_cable_and_back(tmp_path: Path) -> None:
    with roaming(tmp_path) as call:
        silences = []
        for _ in range(SWITCHES):
            call.forget()
            call.switch()
            call.mover.wait_for_timeout(3_500)
            softphone.hears(call.mover)
            softphone.hears(call.peer)
            silences.append(max(call.gaps()))
        silences.sort()
        assert silences[int(len(silences) * 0.95) - 1] < ALLOWED_SECONDS, silences
        assert silences[-1] < MAX_SILENCE_SECONDS, silences
        for page in (call.mover, call.peer):
            softphone.in_call(page)
        assert len(call.portal.call("GET", "/admin/calls")["items"]) == 1
        softphone.hang_up(call.peer)
        softphone.no_call(call.mover)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("milliseconds", [1_500, 6_000, 12_000])
def test_both_lose_their_network_at_the_same_moment(tmp_path: Path, milliseconds: int) -> None:
    """Both restart ICE at the same moment: two people behind one router that restarts."""
    with roaming(tmp_path, both_move=True) as call:
        for _ in range(LOSSES):
            call.lose(milliseconds)
            call.mover.wait_for_timeout(500)
            for page in (call.mover, call.peer):
                softphone.hears(page)
                softphone.in_call(page)
        call.switch()
        for page in (call.mover, call.peer):
            softphone.hears(page)
        softphone.hang_up(call.peer)
        softphone.no_call(call.mover)
