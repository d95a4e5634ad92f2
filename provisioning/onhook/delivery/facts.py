"""What pages may know: of a link that works, of whom to turn to, and of who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from onhook.families.manifest import Screen
    from onhook_devices.levels import Level
    from onhook_devices.platforms import Platform
    from onhook_devices.service import Contact
    from onhook_devices.terms.accounts import Download, MinimumLevels
    from onhook_devices.terms.common import Bilingual


@dataclass(frozen=True, slots=True)
class Told:
    """What a request tells of the phone it comes from; anybody can write anything there.

    Attributes:
        platform: Its platform; None where it tells none that we know.
        level: Its version; None where it is not told, or the browser tells a frozen one.
        is_frozen: Whether a version stood there that the browser tells of every device.
        browser: The browser's or app's family, for people: ``Mobile Safari``, ``Linphone``, or ''.
        is_desktop: Whether it is no phone: the page shows the QR code to be scanned with one. A
            browser that poses as a Mac may be an iPad's: then `platform` is None.
        at_least: What a frozen version proves all the same; None where it proves nothing.
    """

    platform: Platform | None = None
    level: Level | None = None
    is_frozen: bool = False
    browser: str = ""
    is_desktop: bool = False
    at_least: Level | None = None


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """Whom people turn to: the workspace's own service, the same for every request.

    Attributes:
        service: What it is called.
        provider: Who provides it.
        contact: The desk.
    """

    service: Bilingual
    provider: Bilingual
    contact: Contact


@dataclass(frozen=True, slots=True)
class LandingFacts:
    """What the page of a link that works may say.

    Attributes:
        display_name: As the phone's screen will show it.
        extension: The number dialled.
        language: The customer's, ``ja`` or ``en``: where the browser asks for neither.
        family: The softphone family's name, ``linphone``.
        family_title: As people read it, ``Linphone``.
        app_name: What the service calls its app; another family's own title.
        app_platforms: What the softphone runs on.
        downloads: Where the service's app is had; none of another family's.
        help: Whom people turn to: the kit's service, which may be another than the workspace's.
        file_name: The config file's.
        expires_at: When the link dies.
        fetches_left: How often the config may still be fetched; 1 or more.
        device_platform: Of the device the kit was made for; None for people with their own phone.
        minimum_levels: The service's (J-A2); None where any will do.
        kit_url: The link the app fetches, ``https://…/k/TOKEN``; what the QR code holds. Secret.
        page_path: ``/s/TOKEN``: this page; a POST to it hands over the file. Secret.
        deep_link: What opens the app with this link, or ''. Secret.
        screen: What the app shows when it is registered; None where the family does not say.
    """

    display_name: str
    extension: str
    language: str
    family: str
    family_title: str
    app_name: str
    app_platforms: tuple[Platform, ...]
    downloads: tuple[Download, ...]
    help: HelpFacts
    file_name: str
    expires_at: datetime
    fetches_left: int
    device_platform: Platform | None
    minimum_levels: MinimumLevels | None
    kit_url: str = field(repr=False)
    page_path: str = field(repr=False)
    deep_link: str = field(repr=False)
    screen: Screen | None = None

    def minimum(self, platform: Platform) -> Level | None:
        """Return what a phone's system must be at least; None where a browser cannot tell.

        A PC's minimum may be of the softphone's build, which no browser knows (J-A2).
        """
        minimums = self.minimum_levels
        if minimums is None or (platform == "pc" and minimums.pc_means == "app-build"):
            return None
        return minimums.of(platform)
