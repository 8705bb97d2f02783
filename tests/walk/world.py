"""The shared state of the steps: the server, the mailbox, the browser with its people, the desk phone."""

import contextlib
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Page

from tests.walk.browser import Chromium
from tests.walk.desk_phone import DeskPhone
from tests.walk.mailbox import Mailbox
from tests.walk.server import REPOSITORY, Server, share_engine_image
from tests.walk.tone import write_phone_tone, write_tone

HOST = "127.0.0.17"
PICTURES = REPOSITORY / "test-results" / "walk"
BROWSER_TONE, PHONE_TONE = 440, 1000


class World:
    """Holds an empty home in a separate folder. Everything is gone afterwards."""

    def __init__(self) -> None:
        self.portal = f"http://{HOST}:8088"
        self.linkus = f"http://{HOST}:8111"
        self.setup_link = ""
        self.links: dict[str, dict[str, str]] = {}
        self.codes: dict[str, list[str]] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _open(self) -> None:
        shutil.rmtree(PICTURES, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="linkus-walk-"))
        self._stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)  # the engine's programs run as a different user
        self.home = folder / "home"
        share_engine_image(self.home)
        self.mailbox = self._stack.enter_context(Mailbox(HOST, 2525, "pbx@example.com", "Mail-Secret-4"))
        self.browser = self._stack.enter_context(Chromium(write_tone(folder / "voice.wav", BROWSER_TONE), PICTURES))
        self.desk_phone = self._stack.enter_context(
            DeskPhone(folder / "phone", 6060, write_phone_tone(folder / "phone.wav", PHONE_TONE))
        )
        self.administrator = self.browser.person()
        self.alice = self.browser.person()
        self.bob = self.browser.person()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if hasattr(self, "server"):
            self.server.stop()
        self._stack.close()

    def start_server(self) -> None:
        self.server = Server(self.home, HOST)

    def picture(self, page: Page, name: str) -> None:
        """Take a picture. The pictures of README.md are copies of these."""
        page.screenshot(path=PICTURES / f"{name}.png")

    def photograph(self, name: str) -> list[Path]:
        """Save pictures of the pages, and the logs, of a failed step."""
        pictures = self.browser.photograph(name)
        if (self.home / "logs").is_dir():  # it may have failed before there were any
            shutil.copytree(self.home / "logs", PICTURES / "logs", dirs_exist_ok=True)
        return pictures
