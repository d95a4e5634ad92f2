"""Visit a site with a real browser, as one device or another."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it ships none
from playwright.sync_api import sync_playwright

from tests.web import agents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

# It asks nobody anything: no updates, no look-ups of its maker's hosts.
_QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE_TAGS: Final = (
    "wcag2a",
    "wcag2aa",
    "wcag2aaa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
)
_PATIENCE_MS: Final = 10_000


class Device(NamedTuple):
    """What a visitor holds in hand: how it tells of itself, and its screen in CSS pixels.

    Attributes:
        hint: The Android version it tells a server that asks (Sec-CH-UA-Platform-Version); ''
            where it tells none.
    """

    agent: str
    width: int
    height: int
    is_mobile: bool = True
    hint: str = ""


IPHONE: Final = Device(agents.IPHONE_17, 390, 664)
OLD_IPHONE: Final = Device(agents.IPHONE_8_0_2, 320, 460)
PIXEL: Final = Device(agents.PIXEL, 412, 732, hint="14.0.0")
SILENT_PIXEL: Final = Device(agents.PIXEL, 412, 732)
OLD_ANDROID: Final = Device(agents.ANDROID_4_0_3, 320, 533)
DESKTOP: Final = Device(agents.WINDOWS, 1280, 800, is_mobile=False)
MAC_OR_IPAD: Final = Device(agents.MAC_OR_IPAD, 1024, 768, is_mobile=False)


@dataclass
class Visit:
    """A page in a browser, and what the browser did for it.

    Attributes:
        page: The page.
        asked: Every address it asked for.
        complaints: What stood in its console: refused styles, faults.
    """

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return what a person reads."""
        return self.page.locator("body").inner_text()

    @property
    def hosts(self) -> set[str]:
        """Return whom it asked for anything."""
        return {urlsplit(address).netloc for address in self.asked}

    @property
    def width_needed(self) -> int:
        """Return how wide the page is in CSS pixels."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth")
        return found

    def troubles(self) -> list[str]:
        """Return the accessibility rules that axe finds broken, AAA contrast among them."""
        options = {
            "runOnly": list(_AXE_TAGS),
            "rules": {"color-contrast-enhanced": {"enabled": True}},
        }
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:120]} {node['failureSummary'][:200]}"
            for one in found
            for node in one["nodes"]
        ]


@dataclass
class Visitors:
    """Lets devices visit; each with memory of its own, which `leave` forgets."""

    browser: Browser
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visit(
        self,
        address: str,
        device: Device,
        language: str = "en-US",
        *,
        has_script: bool = True,
        is_dark: bool = False,
    ) -> Visit:
        """Return the visit of `device` to `address`."""
        context = self.browser.new_context(
            user_agent=device.agent,
            viewport={"width": device.width, "height": device.height},
            is_mobile=device.is_mobile,
            has_touch=device.is_mobile,
            locale=language,
            java_script_enabled=has_script,
            color_scheme="dark" if is_dark else "light",
            ignore_https_errors=True,
        )
        context.set_default_timeout(_PATIENCE_MS)
        self._contexts.append(context)
        visit = Visit(context.new_page())
        _pose(visit.page, device)
        visit.page.on("request", lambda request: visit.asked.append(request.url))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(address)
        return visit

    def leave(self) -> None:
        """Close what is open."""
        while self._contexts:
            self._contexts.pop().close()


def _pose(page: Page, device: Device) -> None:
    """Let the browser answer as `device` when a server asks for hints."""
    metadata = {
        "platform": "Android" if "Android" in device.agent else "",
        "platformVersion": device.hint,
        "architecture": "",
        "model": "",
        "mobile": device.is_mobile,
    }
    page.context.new_cdp_session(page).send(
        "Emulation.setUserAgentOverride",
        {"userAgent": device.agent, "userAgentMetadata": metadata},
    )


@contextmanager
def launched(program: str) -> Iterator[Visitors]:
    """Start the browser `program`, and stop it in the end."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_QUIET))
        yield Visitors(browser)
        browser.close()
