"""Conversion of an uploaded recording."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkus.kit.errors import ValidationFailed
from linkus.prompt import sound
from linkus.prompt.convert import MAX_UPLOAD_BYTES, convert
from linkus.prompt.service import MAX_PROMPT_SECONDS
from tests.prompt.recordings import is_tone, opened, recording, tone


class TestWhatIsPlayed:
    @pytest.mark.parametrize(
        ("kind", "subtype", "rate", "channels"),
        [
            ("WAV", "PCM_16", 44100, 2),
            ("WAV", "PCM_U8", 8000, 1),
            ("WAV", "PCM_24", 96000, 1),
            ("WAV", "FLOAT", 48000, 2),
            ("WAV", "ALAW", 8000, 1),
            ("WAVEX", "PCM_16", 22050, 1),
            ("MP3", None, 44100, 2),
            ("MP3", None, 22050, 1),
        ],
    )
    def test_wav_and_mp3_of_any_kind_are_converted(
        self, kind: str, subtype: str | None, rate: int, channels: int
    ) -> None:
        made = sound.convert(recording(tone(1000, 2, rate, channels=channels), rate, kind, subtype))
        assert made.seconds == pytest.approx(2, abs=0.15)
        for wav, target in ((made.wide, 16000), (made.narrow, 8000)):
            samples, found = opened(wav)
            assert found == target
            assert len(samples) / target == pytest.approx(2.8, abs=0.2)
            assert is_tone(samples, target, 1000)

    def test_conversion_filters_frequencies_above_the_telephone_band(self) -> None:
        hiss = recording(tone(1000, 1, 44100, 0.05) + tone(6500, 1, 44100, 0.2), 44100)
        samples, rate = opened(sound.convert(hiss).narrow)
        assert is_tone(samples, rate, 1000)

    @given(loudness=st.floats(0.003, 1.0), hertz=st.sampled_from([300, 1000, 3000]))
    @settings(max_examples=20, deadline=None)
    def test_quiet_and_loud_recordings_become_equally_loud(self, loudness: float, hertz: int) -> None:
        samples, _ = opened(sound.convert(recording(tone(hertz, 1, 16000, loudness), 16000)).wide)
        level = np.sqrt((samples[8000:12000].astype(float) ** 2).mean()) / 32768
        assert 20 * np.log10(level) == pytest.approx(-20, abs=0.7)
        assert np.abs(samples).max() <= 32768 * sound.PEAK * 1.05

    def test_pauses_do_not_raise_the_loudness(self) -> None:
        spoken = np.concatenate([tone(500, 1, 16000), np.zeros((16000 * 5, 1)), tone(500, 1, 16000)])
        samples, _ = opened(sound.convert(recording(spoken, 16000)).wide)
        level = np.sqrt((samples[8000:16000].astype(float) ** 2).mean()) / 32768
        assert 20 * np.log10(level) == pytest.approx(-20, abs=0.7)

    def test_converted_prompt_begins_with_silence(self) -> None:
        samples, rate = opened(sound.convert(recording(tone(1000, 1, 16000), 16000)).wide)
        assert np.abs(samples[: int(0.29 * rate)]).max() == 0

    def test_prompt_of_sixty_seconds_is_accepted(self) -> None:
        assert sound.convert(recording(tone(500, 60, 8000), 8000)).seconds == 60


async def refused(data: bytes) -> str:
    with pytest.raises(ValidationFailed) as caught:
        await convert(data)
    return caught.value.fields["file"].code


class TestWhatIsRefused:
    """The process that does the work in production refuses these files."""

    async def test_bad_file_is_refused_with_the_reason(self) -> None:
        assert await refused(b"") == "prompt_empty"
        assert await refused(b"x" * (MAX_UPLOAD_BYTES + 1)) == "prompt_too_large"
        assert await refused(recording(np.zeros((0, 1)))) == "prompt_empty"
        assert await refused(recording(np.zeros((44100, 1)))) == "prompt_silent"
        assert await refused(recording(tone(500, 60.5, 8000), 8000)) == "prompt_too_long"
        assert await refused(recording(tone(500, 61, 44100), kind="MP3")) == "prompt_too_long"
        assert await refused(recording(tone(500, 1), kind="FLAC")) == "prompt_other_format"
        assert await refused(b"%PDF-1.7 not a sound") == "prompt_not_audio"
        assert await refused(recording(np.full((8000, 1), np.nan), subtype="FLOAT")) == "prompt_not_audio"

    async def test_damaged_file_is_refused_or_played_as_far_as_it_is_readable(self) -> None:
        whole = recording(tone(500, 2), kind="MP3")
        made = await convert(whole[: len(whole) // 2])
        assert made.seconds == pytest.approx(1, abs=0.2)
        assert await refused(whole[:20]) == "prompt_not_audio"

    async def test_conversion_runs_in_a_process_of_its_own(self) -> None:
        first, second = await asyncio.gather(*(convert(recording(tone(hertz, 1))) for hertz in (500, 1500)))
        for made, hertz in ((first, 500), (second, 1500)):
            for wav in (made.wide, made.narrow):
                assert is_tone(*opened(wav), hertz)

    def test_service_and_converter_have_the_same_limit(self) -> None:
        assert MAX_PROMPT_SECONDS == sound.MAX_PROMPT_SECONDS

    @given(
        st.binary(max_size=300), st.sampled_from([b"", b"RIFF\x24\0\0\0WAVEfmt ", b"ID3\x03\0", b"\xff\xfb\x90\x64"])
    )
    @settings(max_examples=60, deadline=None)
    def test_conversion_survives_any_file(self, tail: bytes, head: bytes) -> None:
        try:
            made = sound.convert(head + tail)
        except sound.UnusableError:
            return
        assert len(opened(made.narrow)[0]) > 0
