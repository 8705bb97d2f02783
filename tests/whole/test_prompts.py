"""A recording that an administrator uploads is what the next caller hears, in the caller's language."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.calls.media import share
from tests.prompt.recordings import recording, tone
from tests.whole.conftest import Whole
from tests.whole.test_calls import refusal

URL = "/api/v1/admin/prompts"
LANGUAGES = {"3001": ("zh-CN", 600, "WAV"), "3002": ("en", 1400, "MP3")}


def played(whole: Whole, language: str) -> Path:
    return whole.settings.home / "prompts" / language / "number-not-found.wav"


async def listen(whole: Whole, number: str) -> tuple[list[float], int]:
    """What a caller who dials a number that nobody has hears: the shares of both tones; and how it ends."""
    phone = await whole.phone(number)
    ear = await whole.media()
    call = await phone.call("3999", ear.offer())
    assert (await call.response(183)).body
    status = await refusal(call)
    heard = ear.heard(30)
    middle = heard[len(heard) // 4 : len(heard) * 3 // 4]  # silence stands before and after
    return [share(middle, hertz) for hertz in (600, 1400)], status


@pytest.mark.parametrize("number", LANGUAGES)
async def test_an_upload_is_heard_and_the_spoken_one_again(whole: Whole, number: str) -> None:
    language, hertz, kind = LANGUAGES[number]
    other = "en" if language == "zh-CN" else "zh-CN"
    await whole.extension(number, language=language)
    await whole.until(lambda: played(whole, language).exists() and played(whole, other).exists())
    spoken = played(whole, language).read_bytes()
    place = f"{URL}/number-not-found"
    for each, sound in ((language, tone(hertz, 2)), (other, tone(1000, 2))):
        file = {"file": (f"tone.{kind.lower()}", recording(sound, kind=kind))}
        answer = await whole.boss.put(f"{place}/{each}", files=file)
        assert answer.status_code == 200, answer.text
    await whole.until(lambda: played(whole, language).read_bytes() != spoken)
    shares, status = await listen(whole, number)
    assert status == 404
    assert max(shares) == shares[(600, 1400).index(hertz)] > 0.9
    assert min(shares) < 0.05

    for each in (language, other):
        assert (await whole.boss.delete(f"{place}/{each}")).status_code == 204
    await whole.until(lambda: played(whole, language).read_bytes() == spoken)
    shares, _ = await listen(whole, number)
    assert max(shares) < 0.5


async def test_every_prompt_is_where_the_core_looks_for_it(whole: Whole) -> None:
    files = whole.server.app.state.prompt_files
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
