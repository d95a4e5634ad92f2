"""Every way onhook says no, as one tree.

::

    OnhookError          1  unexpected
    ├── UsageError       2  the command's words are off
    ├── InvalidInput     3  a file, a value or a setting cannot be read
    ├── NotFound         4  no such account, device, link ...
    ├── Conflict         5  one account per device, already taken ...
    ├── Refused          6  below the minimum level, no credential, policy
    └── StorageFault     7  database, disk or network

A sub-class names one situation; it is a dataclass of what belongs to it, without saying so. Its
words (what is wrong, how to mend it) stand in the message catalogue under its `code`, in every
language; the fields are the words' variables. So an error is also a plain value: a batch collects
refusals without raising them. No field ever holds a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import ClassVar, Self, dataclass_transform


class Exit(IntEnum):
    """The exit codes of the command line; a promise to scripts."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    INVALID = 3
    NOT_FOUND = 4
    CONFLICT = 5
    REFUSED = 6
    STORAGE = 7


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class _Declared(Exception):
    """An exception whose kinds are dataclasses of the fields that they declare.

    What makes a dataclass of a kind runs when the first error of it is made. Run at import, for
    all kinds, it would take a tenth of the time in which a command starts.
    """

    def __new__(cls, *_: object, **__: object) -> Self:
        """Return an error that has no fields yet."""
        cls._complete()
        return super().__new__(cls)

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of the fields, in their order."""
        cls._complete()
        return tuple(one.name for one in fields(cls))  # type: ignore[arg-type]  # it is one by now

    @classmethod
    def _complete(cls) -> None:
        if "__dataclass_fields__" in vars(cls):
            return
        for kind in reversed(cls.__mro__):
            if issubclass(kind, _Declared) and "__dataclass_fields__" not in vars(kind):
                dataclass(eq=False)(kind)


class OnhookError(_Declared):
    """Base of all errors a user can meet.

    Attributes:
        rule: Id of the rule in the domain that says no (``J-A2``), if one does.
    """

    exit_code: ClassVar[Exit] = Exit.UNEXPECTED
    http_status: ClassVar[int] = 500

    rule: str | None = field(default=None, kw_only=True)

    @classmethod
    def code(cls) -> str:
        """Return the error's name in the catalogue and in JSON, such as ``below-minimum``."""
        return _WORD_START.sub("-", cls.__name__).lower()

    @property
    def data(self) -> dict[str, str]:
        """Return what the error carries, as text by field name."""
        return {name: str(getattr(self, name)) for name in self.field_names() if name != "rule"}

    @property
    def subject(self) -> str:
        """Return what the error is about: the value of its first field, or ''."""
        return next(iter(self.data.values()), "")

    def __reduce__(self) -> tuple[object, ...]:
        # A batch made in another process sends its refusals home.
        return _again, (type(self), vars(self))

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.code()}: {told}" if told else self.code()


def _again(kind: type[OnhookError], carried: dict[str, object]) -> OnhookError:
    error = kind.__new__(kind)
    vars(error).update(carried)
    return error


class UsageError(OnhookError):
    """The command's words are off."""

    exit_code = Exit.USAGE
    http_status = 400


class InvalidInput(OnhookError):
    """A file, a value or a setting cannot be read as what it should be."""

    exit_code = Exit.INVALID
    http_status = 400


class NotFound(OnhookError):
    """What was named does not exist."""

    exit_code = Exit.NOT_FOUND
    http_status = 404


class Conflict(OnhookError):
    """It contradicts what is already there."""

    exit_code = Exit.CONFLICT
    http_status = 409


class Refused(OnhookError):
    """It could be done and is not allowed."""

    exit_code = Exit.REFUSED
    http_status = 403


class StorageFault(OnhookError):
    """Database, disk or network failed."""

    exit_code = Exit.STORAGE
    http_status = 503
