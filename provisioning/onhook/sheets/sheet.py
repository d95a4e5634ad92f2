"""What a sheet says, before it is put into words, and what anything printed as one has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from onhook.sheets.content import sheet_content

if TYPE_CHECKING:
    from datetime import date, datetime

    from onhook.families.manifest import Screen
    from onhook.sheets.content import Content, Say
    from onhook.words import Language
    from onhook_devices.platforms import Platform
    from onhook_devices.service import Service
    from onhook_devices.terms.accounts import Download


class Page(Protocol):
    """What is printed in the sheets' design, a page for each: an onboarding sheet, a farewell."""

    @property
    def account(self) -> str:
        """Return ``acme/101``."""

    @property
    def subject(self) -> str:
        """Return whose it is as people read it."""

    @property
    def language(self) -> Language:
        """Return in which language it is written."""

    @property
    def symbol(self) -> str:
        """Return what its QR code holds; '' where it has none. Secret."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what is secret of it."""

    def content(self, say: Say) -> Content:
        """Return what stands on it; docs/sheets.md tells each key."""


@dataclass(frozen=True, slots=True)
class SheetDevice:
    """The device a kit is for.

    Attributes:
        id: ``D-0007``.
        platform: What it runs.
        model: As told, or ''.
        serial: As told, or ''.
        is_leased: Whether it is lent out and to be given back one day.
        return_by: The last day on which its return is in time, if it is due.
    """

    id: str
    platform: Platform
    model: str
    serial: str
    is_leased: bool = False
    return_by: date | None = None


@dataclass(frozen=True, slots=True)
class SheetApp:
    """The softphone a kit is for.

    Attributes:
        name: What the service calls its app; another family's own title.
        platforms: What it runs on.
        downloads: Where it is had; none of another family's.
        opens_link: Whether the page's button opens it; else it is given a file.
        screen: What it shows when it is registered; None where the family does not say.
    """

    name: str
    platforms: tuple[Platform, ...]
    downloads: tuple[Download, ...]
    opens_link: bool
    screen: Screen | None


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A kit's link.

    Attributes:
        public_url: Where a short code is typed.
        expires_at: When it dies.
        page_url: Of its page, to be pressed or typed. Secret.
        code: The short code in groups, or ''. Secret.
        code_expires_at: When that dies.
    """

    public_url: str
    expires_at: datetime
    page_url: str = field(repr=False)
    code: str = field(default="", repr=False)
    code_expires_at: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what is secret of it."""
        return (self.page_url, self.code) if self.code else (self.page_url,)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a kit, for its person.

    Attributes:
        account: ``acme/101``.
        account_id: The account's number.
        issue: Of the kit.
        family: The softphone family's name.
        language: In which the sheet is written.
        customer_name: As it stands in the contract.
        name: Of the person, as the phone's screen will show it.
        service: Of the kit.
        app: The softphone.
        device: None for people with their own phone.
        link: None where the settings stand in the picture itself.
        symbol: What the QR code holds. Secret.
        is_secret_for_ever: Whether the QR code holds the password itself.
    """

    account: str
    account_id: int
    issue: int
    family: str
    language: Language
    customer_name: str
    name: str
    service: Service
    app: SheetApp
    device: SheetDevice | None
    link: SheetLink | None
    symbol: str = field(repr=False)
    is_secret_for_ever: bool = False

    @property
    def customer(self) -> str:
        """Return the customer's id."""
        return self.account.partition("/")[0]

    @property
    def extension(self) -> str:
        """Return the number dialled."""
        return self.account.partition("/")[2]

    @property
    def device_id(self) -> str:
        """Return the device's id, '' where there is none."""
        return "" if self.device is None else self.device.id

    @property
    def subject(self) -> str:
        """Return account and device as people read them."""
        return f"{self.account} {self.device_id}".rstrip()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what is secret of it."""
        return (self.symbol, *(() if self.link is None else self.link.secrets))

    def content(self, say: Say) -> Content:
        """Return what stands on it, in words."""
        return sheet_content(self, say)
