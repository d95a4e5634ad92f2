"""Say what is wrong with a service's file: which file, which key, what is there, what may be."""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound, StorageFault


class ServiceNotFound(NotFound):
    """No service has this id.

    Attributes:
        service: The id asked for.
        nearest: The id most like it.
        known: All ids.
    """

    service: str
    nearest: str
    known: str


class ServiceFileFault(StorageFault):
    """The file or the folder of services cannot be opened.

    Attributes:
        file: Its path.
        problem: The operating system's words.
    """

    file: str
    problem: str


class ServiceFileNotText(InvalidInput):
    """The file is not UTF-8 text."""

    file: str


class ServiceSyntaxWrong(InvalidInput):
    """The file is not TOML.

    Attributes:
        file: Its path.
        line: Where the reader stopped, counted from 1.
        problem: The TOML reader's words, in English.
    """

    file: str
    line: int
    problem: str


class ServiceKeyUnknown(InvalidInput):
    """The file has a key that no service has.

    Attributes:
        file: Its path.
        key: The key with the tables it stands in, such as ``leases.penalty.prise``.
        nearest: The known key of that table most like it.
        known: All known keys of that table.
    """

    file: str
    key: str
    nearest: str
    known: str


class ServiceKeyMissing(InvalidInput):
    """The file lacks a key that every service must have.

    Attributes:
        file: Its path.
        key: The key with the tables it stands in.
        allowed: What may stand there.
    """

    file: str
    key: str
    allowed: str


class ServiceValueWrong(InvalidInput):
    """A value is of another kind, out of range or none of the known words.

    Attributes:
        file: Its path.
        key: The key with the tables it stands in.
        found: What stands there, shortened.
        allowed: What may stand there.
    """

    file: str
    key: str
    found: str
    allowed: str
