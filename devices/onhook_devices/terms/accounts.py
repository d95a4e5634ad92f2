"""What a customer, an account and a device may have: contracts, credentials, levels, links."""

from datetime import date
from typing import Annotated, Literal, NamedTuple

from onhook_devices.levels import Level
from onhook_devices.platforms import Platform
from onhook_devices.schema import Form, Misfit, NotEmpty, Range
from onhook_devices.terms.common import Bilingual, Count, Hours, Line, RuleIds

CredentialKind = Literal["password", "msisdn"]
PasswordLength = Annotated[int, Range(1, 128)]


class Contracts(NamedTuple):
    """How many contracts a customer and how many accounts a contract may have.

    None: as many as wanted.
    """

    rule: RuleIds
    per_customer: Count | None = None
    accounts_per_contract: Count | None = None


class Numbers(NamedTuple):
    """How a telephone number is come by (B-A1)."""

    rule: RuleIds
    given_by: Literal["provider", "customer"]
    obtained_on: Literal["provider-web-page", "sheet"]
    can_be_changed: bool


class Accounts(NamedTuple):
    """How accounts and devices go together (J-A1)."""

    rule: RuleIds
    # The register itself holds one active account a device; a service cannot say otherwise.
    per_device: Annotated[int, Range(1, 1)]
    devices_per_account: Count | None = None


class Passwords(NamedTuple):
    """What a password may be, and how long a generated one is."""

    rule: RuleIds
    shortest: PasswordLength
    longest: PasswordLength
    generated_length: Annotated[int, Range(12, 64)]
    may_equal_extension: bool

    def misfit(self) -> Misfit | None:
        """Refuse lengths that no password could have."""
        if self.shortest > self.longest:
            return Misfit("shortest", self.shortest, f"1 .. {self.longest}")
        if not self.shortest <= self.generated_length <= self.longest:
            return Misfit(
                "generated_length", self.generated_length, f"{self.shortest} .. {self.longest}"
            )
        return None


class Credentials(NamedTuple):
    """What an account signs in with (J-A3, B-A2, B-A3)."""

    rule: RuleIds
    kinds: Annotated[tuple[CredentialKind, ...], NotEmpty('["password", "msisdn"], none twice')]
    given_per: Literal["account", "contract"]
    used_by: Literal["customer-family-employees", "customer-only"]
    on_misuse: Literal["revoke-and-reissue", "revoke"]
    password: Passwords


class Registration(NamedTuple):
    """When an online sign-up counts, and how the account is told (J-A5)."""

    rule: RuleIds
    told_by: Literal["mail", "post", "web-page"]
    counts_from: Literal["completion", "application"]


class RaisedLevels(NamedTuple):
    """Minimum levels that are announced (J-A2). A platform that is left out keeps its own."""

    rule: RuleIds
    since: date
    ios: Level | None = None
    android: Level | None = None
    pc: Level | None = None


class MinimumLevels(NamedTuple):
    """The lowest level that each platform may have (J-A2). None: any will do.

    `next` takes the place of these levels from its day on.
    """

    rule: RuleIds
    missing_parts: Literal["zero"]
    pc_means: Literal["app-build", "os-version"]
    ios: Level | None = None
    android: Level | None = None
    pc: Level | None = None
    next: RaisedLevels | None = None

    def raised(self) -> "MinimumLevels":
        """Return what holds when the announced levels do; these, where none are."""
        if self.next is None:
            return self
        _, _, *levels = self.next
        known = zip(levels, (self.ios, self.android, self.pc), strict=True)
        ios, android, pc = (new or old for new, old in known)
        return self._replace(rule=self.next.rule, ios=ios, android=android, pc=pc, next=None)

    def of(self, platform: Platform) -> Level | None:
        """Return the platform's minimum, or None where it has none."""
        return {
            Platform.IOS: self.ios,
            Platform.ANDROID: self.android,
            Platform.PC: self.pc,
        }[platform]


class Download(NamedTuple):
    """Where the app for a platform is had."""

    platform: Platform
    url: Annotated[str, Form(r"https://[!-~]{1,300}", '"https://..."')]


class App(NamedTuple):
    """The app that people use (B-A3, B-A4, B-D2)."""

    rule: RuleIds
    name: Line
    protocol: Literal["sip"]
    platforms: Annotated[tuple[Platform, ...], NotEmpty('["ios", "android", "pc"], none twice')]
    update: Literal["at-once", "as-wished"]
    uninstall_at_end: bool
    minimum_version: Level | None = None
    downloads: tuple[Download, ...] = ()


class Links(NamedTuple):
    """How long a link to a config lives, and whether there may be another (J-A4).

    Attributes:
        code_minutes: How long a short code lives that is typed in where no camera works.
    """

    rule: RuleIds
    hours: Hours
    fetches: Annotated[int, Range(1, 1000)]
    reissue: Literal["any-time", "by-request"]
    code_minutes: Annotated[int, Range(5, 1440)] = 60


class SheetNote(NamedTuple):
    """A line that the onboarding sheet prints."""

    rule: RuleIds
    text: Bilingual
