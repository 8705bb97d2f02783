"""The next caller with that language, and nobody else, hears a recording that an administrator uploads."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tests.calls.media import share
from tests.calls.sip import Agent, refusal
from tests.prompt.recordings import recording, tone
from tests.whole.conftest import Whole
from tests.whole.recognise import likenesses, which
from tests.whole.test_call_waiting import HEARD_PACKETS, LANGUAGES, PROMPTS, listen, two_callers

URL = "/api/v1/admin/prompts"
HERTZ = 600


def played(whole: Whole, name: str, language: str) -> Path:
    return whole.settings.home / "prompts" / language / f"{name}.wav"


async def upload(whole: Whole, name: str, language: str, kind: str) -> bytes:
    """Upload a tone as a recording. Return the previous sound, once it is no longer played."""
    await whole.until(played(whole, name, language).exists)
    spoken = played(whole, name, language).read_bytes()
    file = {"file": (f"tone.{kind.lower()}", recording(tone(HERTZ, 6), kind=kind))}
    answer = await whole.boss.put(f"{URL}/{name}/{language}", files=file)
    assert answer.status_code == 200, answer.text
    await whole.until(lambda: played(whole, name, language).read_bytes() != spoken)
    return spoken


async def remove(whole: Whole, name: str, language: str, spoken: bytes) -> None:
    assert (await whole.boss.delete(f"{URL}/{name}/{language}")).status_code == 204
    await whole.until(lambda: played(whole, name, language).read_bytes() == spoken)


def is_tone(heard: np.ndarray) -> bool:
    """Return whether the middle is the tone. Silence stands before and after it."""
    return share(heard[len(heard) // 4 : len(heard) * 3 // 4], HERTZ) > 0.9


def spoken_in(whole: Whole, heard: np.ndarray) -> tuple[str, str] | None:
    return which(likenesses(heard, whole.settings.home / "prompts", PROMPTS))


async def hear(whole: Whole, caller: Agent, rings: Agent | None) -> np.ndarray:
    """Return the first seconds played to this caller, who then gives up."""
    ear = await whole.media()
    call = await caller.call("3002", ear.offer())
    if rings is not None:
        await (await rings.next_call()).answer(180, "Ringing")
    await listen(whole, ear, HEARD_PACKETS)
    await call.cancel()
    assert await refusal(call) == 487
    await whole.until(lambda: len(whole.server.services.calls.tracker.calls()) == 1)  # that of 3001 and 3002
    return ear.heard(30)


@pytest.mark.parametrize(("name", "uploaded", "kind"), [("busy", "zh-CN", "WAV"), ("call-waiting", "en", "MP3")])
async def test_uploaded_prompt_is_heard_until_it_is_reset(whole: Whole, name: str, uploaded: str, kind: str) -> None:
    """Prompts are played before the end of a call, and while it rings: the core does this in two ways."""
    second, callers = await two_callers(whole, call_waiting=name == "call-waiting")
    [other] = [language for language in LANGUAGES.values() if language != uploaded]

    rings = second if name == "call-waiting" else None

    async def hear_both() -> dict[str, np.ndarray]:
        """Listen one after the other: no second call may wait at the same time."""
        heard = [await hear(whole, caller, rings) for caller in callers.values()]
        return dict(zip(LANGUAGES.values(), heard, strict=True))

    spoken = await upload(whole, name, uploaded, kind)
    heard = await hear_both()
    assert is_tone(heard[uploaded])
    assert not is_tone(heard[other])
    assert spoken_in(whole, heard[other]) == (other, name)

    await remove(whole, name, uploaded, spoken)
    heard = await hear_both()
    assert {language: spoken_in(whole, each) for language, each in heard.items()} == {
        language: (language, name) for language in LANGUAGES.values()
    }


async def test_every_prompt_is_where_the_core_looks_for_it(whole: Whole) -> None:
    files = whole.server.services.prompt_files
    wanted = [
        files.played / language / f"{name}{ending}"
        for name in files.texts()
        for language in ("zh-CN", "en")
        for ending in (".wav", ".wav16")
    ]
    await whole.until(lambda: all(path.exists() for path in wanted))
    spoken = [files.spoken / path.relative_to(files.played) for path in wanted]
    await asyncio.to_thread(
        lambda: [pytest.fail(str(a)) for a, b in zip(wanted, spoken, strict=True) if a.read_bytes() != b.read_bytes()]
    )
