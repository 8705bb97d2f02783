"""Runs Chromium as people have it, except that its microphone plays a tone without asking for permission."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WAIT_MS = 10_000  # until anything appears, on a busy machine
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


@dataclass(frozen=True, slots=True)
class Heard:
    """The packets and sound that one end of a call has received so far."""

    packets: int
    energy: float
    codec: str | None


class Chromium:
    """Runs a browser. Each person has their own context: own cookies, own storage."""

    def __init__(self, tone: Path, pictures: Path) -> None:
        self._tone, self._pictures = tone, pictures
        self._playwright: Playwright | None = None
        self._browsers: list[Browser] = []  # the last one is where the next person comes
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Self:
        expect.set_options(timeout=WAIT_MS)
        self._playwright = sync_playwright().start()
        self.open_another()
        return self

    def open_another(self) -> None:
        """Open one more browser, because one with fifty pages fails to open connections."""
        assert self._playwright is not None
        self._browsers.append(
            self._playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={self._tone}"],
            )
        )

    def __exit__(self, *_: object) -> None:
        for browser in self._browsers:
            browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def person(self, **options: Any) -> Page:
        """Open a page of a new person in a fresh context, in Chinese by default."""
        context = self._browsers[-1].new_context(
            **{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, "permissions": ["microphone"], **options}
        )
        context.set_default_timeout(WAIT_MS)
        self._contexts.append(context)
        return context.new_page()

    def photograph(self, name: str) -> list[Path]:
        """Take a picture of every open page."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        found = []
        for number, page in enumerate((page for context in self._contexts for page in context.pages), 1):
            path = self._pictures / f"{name}-{number}.png"
            page.screenshot(path=path)
            found.append(path)
        return found


def heard(page: Page) -> Heard:
    """Return the browser's own call statistics, which the client offers as window.linkusStats()."""
    stats = page.evaluate("() => window.linkusStats()")
    inbound = (stats or {}).get("inbound") or {}
    return Heard(int(inbound.get("packets", 0)), float(inbound.get("audioEnergy", 0.0)), (stats or {}).get("codec"))


def wait_until(holds: Callable[[], bool], why: str, page: Page, seconds: float = 10) -> None:
    """Poll a condition, while the page's own clock runs."""
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, f"{why}: not within {seconds:.0f} s"
        page.wait_for_timeout(100)


def energy_of_a_second(page: Page) -> float:
    """Return how loud the last second was at this end."""
    before = heard(page).energy
    page.wait_for_timeout(1000)
    return heard(page).energy - before
