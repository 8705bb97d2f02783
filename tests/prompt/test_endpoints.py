"""Prompts by the API, and the files that the core plays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from linkus.prompt.files import PromptFiles
from linkus.prompt.service import write
from tests.prompt.recordings import is_tone, opened, recording, tone
from tests.support.api import Server, frames

URL = "/api/v1/admin/prompts"
SPOKEN = recording(tone(400, 1, 16000), 16000)


@pytest.fixture
def files(server: Server, tmp_path: Path) -> Iterator[PromptFiles]:
    """Provide spoken prompts, as if the engine's image were there."""
    before: PromptFiles = server.services.prompt_files
    made = PromptFiles(before.recipe, tmp_path / "spoken", tmp_path / "played")
    for language in ("zh-CN", "en"):
        (made.spoken / language).mkdir(parents=True)
        for suffix in (".wav", ".wav16"):
            (made.spoken / language / f"busy{suffix}").write_bytes(SPOKEN)
    server.services.prompt_files = made
    yield made
    server.services.prompt_files = before


async def upload(admin: httpx.AsyncClient, data: bytes, place: str = "busy/en", name: str = "忙.mp3") -> httpx.Response:
    return await admin.put(f"{URL}/{place}", files={"file": (name, data)})


async def of_busy(admin: httpx.AsyncClient) -> dict[str, Any]:
    """Return the recordings by language."""
    items = (await admin.get(URL)).json()["items"]
    [busy] = [item for item in items if item["name"] == "busy"]
    return {each["language"]: each for each in busy["recordings"]}


async def do_outbox(server: Server, files: PromptFiles) -> None:
    for payload in await server.payloads("prompt.write"):
        await write(server.database, files, **payload)
    await server.clear_outbox()


class TestPrompts:
    async def test_all_prompts_are_listed_with_their_text(self, admin: httpx.AsyncClient) -> None:
        answer = (await admin.get(URL)).json()
        assert {"busy", "call-waiting"} <= {item["name"] for item in answer["items"]}
        assert (answer["max_megabytes"], answer["max_seconds"]) == (10, 60)
        found = await of_busy(admin)
        assert found["zh-CN"]["text"].startswith("您拨打的电话正在通话中")
        assert found["en"]["upload"] is None

    async def test_prompt_is_uploaded_played_and_reset(
        self, admin: httpx.AsyncClient, server: Server, files: PromptFiles
    ) -> None:
        page = server.listen(PORTAL)
        answer = await upload(admin, recording(tone(1000, 2), kind="MP3"))
        assert answer.status_code == 200, answer.text
        assert answer.json()["file_name"] == "忙.mp3"
        assert answer.json()["seconds"] == pytest.approx(2, abs=0.1)
        found = await of_busy(admin)
        assert found["en"]["upload"] == answer.json()
        assert found["zh-CN"]["upload"] is None
        changed = {"type": "prompt.changed", "name": "busy", "language": "en"}
        assert frames(page) == [changed]

        heard = await admin.get(f"{URL}/busy/en/audio")
        assert heard.headers["content-type"] == "audio/wav"
        assert is_tone(*opened(heard.content), 1000)
        assert (await admin.get(f"{URL}/busy/zh-CN/audio")).content == SPOKEN

        await do_outbox(server, files)
        for suffix, rate in ((".wav", 8000), (".wav16", 16000)):
            samples, found_rate = opened((files.played / "en" / f"busy{suffix}").read_bytes())
            assert found_rate == rate
            assert is_tone(samples, rate, 1000)
        assert [path.name for path in files.played.rglob(".*")] == []
        assert (files.played / "en" / "busy.wav").stat().st_mode & 0o777 == 0o640

        assert (await admin.delete(f"{URL}/busy/en")).status_code == 204
        assert frames(page) == [changed]
        assert (await admin.get(f"{URL}/busy/en/audio")).content == SPOKEN
        await do_outbox(server, files)
        assert (files.played / "en" / "busy.wav").read_bytes() == SPOKEN
        assert (await admin.delete(f"{URL}/busy/en")).status_code == 204  # already so
        assert await server.outbox() == []

    async def test_later_upload_replaces_the_earlier(
        self, admin: httpx.AsyncClient, server: Server, files: PromptFiles
    ) -> None:
        for hertz in (500, 1500):
            assert (await upload(admin, recording(tone(hertz, 1)))).status_code == 200
        await do_outbox(server, files)
        assert is_tone(*opened((files.played / "en" / "busy.wav").read_bytes()), 1500)

    async def test_bad_upload_is_explained_and_changes_nothing(self, admin: httpx.AsyncClient, server: Server) -> None:
        answer = await upload(admin, recording(tone(500, 1), kind="FLAC"), name="a.mp3")
        assert answer.status_code == 422
        assert answer.json()["fields"]["file"] == {
            "code": "prompt_other_format",
            "message": "文件是 FLAC 格式。请另存为 WAV 或 MP3 后上传。",
        }
        answer = await upload(admin, b"x" * (10 * 1024 * 1024 + 1))
        assert answer.json()["fields"]["file"]["code"] == "prompt_too_large"
        assert (await upload(admin, b"x" * (11 * 1024 * 1024))).status_code == 413
        assert (await of_busy(admin))["en"]["upload"] is None
        assert await server.outbox() == []

    async def test_unknown_prompt_is_not_found(self, admin: httpx.AsyncClient) -> None:
        for place, status in (("nothing/en", 404), ("busy/fr", 422), ("..%2Fbusy/en", 404), ("Busy/en", 422)):
            assert (await upload(admin, SPOKEN, place)).status_code == status, place
            assert (await admin.get(f"{URL}/{place}/audio")).status_code == status, place
            assert (await admin.delete(f"{URL}/{place}")).status_code == status, place

    async def test_missing_image_is_reported(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.get(f"{URL}/busy/en/audio")
        assert (answer.status_code, answer.json()["code"]) == (404, "prompt_not_spoken_yet")

    async def test_file_name_is_stored_without_its_path(self, admin: httpx.AsyncClient) -> None:
        answer = await upload(admin, recording(tone(500, 1)), name="C:\\录音\\忙音.wav")
        assert answer.json()["file_name"] == "忙音.wav"
