"""A service: the rules of one provider's offer, read from one TOML file.

onhook knows no service by name. Two files are shipped beside this module; an operator writes
more, as docs/services.md tells.
"""

import tomllib
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from re import search
from typing import Annotated, NamedTuple

from onhook_devices.schema import Form, Place, read_record
from onhook_devices.service_errors import (
    ServiceFileFault,
    ServiceFileNotText,
    ServiceNotFound,
    ServiceSyntaxWrong,
)
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
    Troubleshooting,
)
from onhook_devices.terms.guarantee import Compensation, Guarantee
from onhook_devices.terms.leases import Leases
from onhook_devices.terms.money import Money, Tax

_SUFFIX = ".toml"


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
    troubleshooting: Troubleshooting | None = None
    sheet: tuple[SheetNote, ...] = ()


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
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_wrong(text, file, str(error)) from None
    return read_record(Service, table, Place(file))


def load_service(file: Traversable) -> Service:
    """Return the service in `file`, a path or a packaged file, which must be named by its id.

    Raises:
        ServiceFileFault: It cannot be opened.
        ServiceFileNotText: It is not UTF-8.
        ServiceSyntaxWrong, ServiceKeyUnknown, ServiceKeyMissing, ServiceValueWrong: As in
            `read_service`; the id's value too, if the file has another name.
    """
    try:
        # With a byte order mark, as Windows editors put it, TOML would be invalid.
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ServiceFileNotText(str(file)) from None
    except OSError as error:
        raise ServiceFileFault(str(file), error.strerror or "") from error
    service = read_service(text, str(file))
    named = file.name.removesuffix(_SUFFIX)
    if service.id != named:
        raise Place(str(file), "id").wrong(service.id, f'"{named}"')
    return service


class Services:
    """The shipped services and an operator's own, each read when it is first asked for.

    Args:
        folder: The operator's files, ``<id>.toml``; one shadows the shipped one of the same
            id. It need not exist.
    """

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folders = [files("onhook_devices") / "services", *([folder] if folder else [])]
        self._read: dict[str, Service] = {}

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all services, sorted; their files may still be wrong.

        Raises:
            ServiceFileFault: The operator's folder cannot be listed.
        """
        return tuple(sorted(self._files()))

    def get(self, service: str) -> Service:
        """Return the service with this id.

        Raises:
            ServiceNotFound: There is none.
            OnhookError: Its file is wrong, as in `load_service`.
        """
        if service not in self._read:
            self._read[service] = load_service(self.file(service))
        return self._read[service]

    def file(self, service: str) -> Traversable:
        """Return the file that holds the service: the operator's before the shipped one.

        Raises:
            ServiceNotFound: There is none.
        """
        known = self._files()
        if service not in known:
            nearest = get_close_matches(service, known, n=1, cutoff=0.0)
            raise ServiceNotFound(service, nearest[0], ", ".join(sorted(known)))
        return known[service]

    def _files(self) -> dict[str, Traversable]:
        return {
            file.name.removesuffix(_SUFFIX): file
            for folder in self._folders
            for file in _listed(folder)
            if file.name.endswith(_SUFFIX) and not file.name.startswith(".")
        }


def _listed(folder: Traversable) -> list[Traversable]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ServiceFileFault(str(folder), error.strerror or "") from error


def _syntax_wrong(text: str, file: str, problem: str) -> ServiceSyntaxWrong:
    """Return the error with its line; "at end of document" is the last one."""
    at_line = search(r" \(at line ([0-9]+), column [0-9]+\)$", problem)
    line = int(at_line[1]) if at_line else text.count("\n") + 1
    return ServiceSyntaxWrong(file, line, problem.partition(" (at ")[0])
