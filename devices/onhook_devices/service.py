"""A service: the rules of one provider's offer, read from one TOML file.

onhook knows no service by name. Two files are shipped beside this module; an operator writes
more, as docs/services.md tells.
"""

from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Annotated, NamedTuple

from onhook_devices.schema import Form, Place, read_record
from onhook_devices.service_errors import ServiceNotFound
from onhook_devices.terms.accounts import (
    Accounts,
    App,
    Contracts,
    Credentials,
    Links,
    MinimumLevels,
    Numbers,
    Registration,
    SheetNote,
)
from onhook_devices.terms.calls import Calls
from onhook_devices.terms.common import Bilingual, Slug
from onhook_devices.terms.contract import (
    Calendar,
    Cancellation,
    Notices,
    Privacy,
    Refusals,
    ShutOff,
)
from onhook_devices.terms.guarantee import Compensation, Guarantee
from onhook_devices.terms.leases import Leases
from onhook_devices.terms.money import Money, Tax
from onhook_devices.toml_files import TomlFiles, require_named, table_of, text_of


class Contact(NamedTuple):
    """Whom people turn to."""

    name: Bilingual
    phone: Annotated[str, Form("[0-9+][0-9 ()+-]{1,30}", '"+81 3 0000 0000"')] | None = None
    mail: Annotated[str, Form("[!-?A-~]{1,64}@[!-?A-~]{1,255}", '"help@example.jp"')] | None = None
    url: Annotated[str, Form("https://[!-~]{1,300}", '"https://..."')] | None = None
    hours: Bilingual | None = None


class Service(NamedTuple):
    """One file. A table that may be left out is None where the service has no such thing.

    Attributes:
        id: What people type, and the file's name without ``.toml``.
        family: The softphone family that kits are made for unless another is asked for.
        leases: None: this service leases nothing.
        sheet: Lines that the onboarding sheet prints.
    """

    id: Slug
    family: Slug
    name: Bilingual
    provider: Bilingual
    contact: Contact
    contracts: Contracts
    accounts: Accounts
    credentials: Credentials
    app: App
    links: Links
    cancellation: Cancellation
    calendar: Calendar
    tax: Tax
    money: Money
    notices: Notices
    privacy: Privacy
    numbers: Numbers | None = None
    registration: Registration | None = None
    minimum_levels: MinimumLevels | None = None
    calls: Calls | None = None
    disqualification: ShutOff | None = None
    suspension: ShutOff | None = None
    refusals: Refusals | None = None
    leases: Leases | None = None
    guarantee: Guarantee | None = None
    compensation: Compensation | None = None
    sheet: tuple[SheetNote, ...] = ()

    def on(self, day: date) -> "Service":
        """Return the service as it is on a day, by which its minimum levels may rise (J-A2)."""
        levels = self.minimum_levels
        if levels is None or levels.next is None or day < levels.next.since:
            return self
        return self._replace(minimum_levels=levels.raised())


@lru_cache(16)  # a process may open many workspaces; what is read never changes
def read_service(text: str, file: str) -> Service:
    """Return the service that `text` describes.

    Args:
        text: TOML.
        file: The file's name or path; stands in errors.

    Raises:
        ServiceSyntaxWrong: It is not TOML.
        ServiceKeyUnknown, ServiceKeyMissing, ServiceValueWrong: It is not a service.
    """
    return read_record(Service, table_of(text, file), Place(file))


def load_service(file: Traversable) -> Service:
    """Return the service in `file`, a path or a packaged file, which must be named by its id.

    Raises:
        ServiceFileFault: It cannot be opened.
        ServiceFileNotText: It is not UTF-8.
        ServiceSyntaxWrong, ServiceKeyUnknown, ServiceKeyMissing, ServiceValueWrong: As in
            `read_service`; the id's value too, if the file has another name.
    """
    service = read_service(text_of(file), str(file))
    require_named(file, "id", service.id)
    return service


class Services(TomlFiles[Service]):
    """The shipped services and an operator's own."""

    kind = "services"

    def read(self, file: Traversable) -> Service:
        """Return the service in `file`; see `load_service`."""
        return load_service(file)

    def missing(self, id_: str, known: tuple[str, ...]) -> ServiceNotFound:
        """Return the error that there is no such service; it names the nearest one."""
        nearest = get_close_matches(id_, known, n=1, cutoff=0.0)
        return ServiceNotFound(id_, nearest[0], ", ".join(known))
