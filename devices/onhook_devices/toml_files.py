"""Find the rule files of one kind by the ids they are named by, and read each once."""

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from re import search
from typing import Any, ClassVar, Generic, TypeVar

from onhook_devices.errors import OnhookError
from onhook_devices.schema import Place
from onhook_devices.service_errors import (
    ServiceFileFault,
    ServiceFileNotText,
    ServiceSyntaxWrong,
)

_SUFFIX = ".toml"
Rules = TypeVar("Rules")


class TomlFiles(ABC, Generic[Rules]):
    """What the shipped files of one kind say, each read when it is first asked for.

    Args:
        folder: The operator's own files, ``<id>.toml``; one shadows the shipped one of the same id.
            It need not exist.
    """

    kind: ClassVar[str]
    """Name of the packaged folder."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folders = [files("onhook_devices") / self.kind, *([folder] if folder else [])]
        self._read: dict[str, Rules] = {}

    @abstractmethod
    def read(self, file: Traversable) -> Rules:
        """Return what a file says."""

    @abstractmethod
    def missing(self, id_: str, known: tuple[str, ...]) -> OnhookError:
        """Return the error that there is no file of this id, but of those."""

    def ids(self) -> tuple[str, ...]:
        """Return the ids that there are files of, sorted; a file may still be wrong.

        Raises:
            ServiceFileFault: The operator's folder cannot be listed.
        """
        return tuple(sorted(self._by_id()))

    def get(self, id_: str) -> Rules:
        """Return what the file of this id says.

        Raises:
            ServiceNotFound, FlowNotFound: There is none.
            OnhookError: It is wrong.
        """
        if id_ not in self._read:
            self._read[id_] = self.read(self.file(id_))
        return self._read[id_]

    def file(self, id_: str) -> Traversable:
        """Return the file of this id: the operator's before the shipped one.

        Raises:
            ServiceNotFound, FlowNotFound: There is none.
        """
        known = self._by_id()
        if id_ not in known:
            raise self.missing(id_, tuple(sorted(known)))
        return known[id_]

    def _by_id(self) -> dict[str, Traversable]:
        return {
            _id_of(file): file
            for folder in self._folders
            for file in _listed(folder)
            if file.name.endswith(_SUFFIX) and not file.name.startswith(".")
        }


def require_named(file: Traversable, key: str, id_: str) -> None:
    """Make sure that a file is named by the id that stands in it.

    Raises:
        ServiceValueWrong: It has another name.
    """
    if id_ != _id_of(file):
        raise Place(str(file), key).wrong(id_, f'"{_id_of(file)}"')


def _id_of(file: Traversable) -> str:
    return file.name.removesuffix(_SUFFIX)


def text_of(file: Traversable) -> str:
    """Return what a file says.

    Raises:
        ServiceFileFault: It cannot be opened.
        ServiceFileNotText: It is not UTF-8.
    """
    try:
        # With a byte order mark, as Windows editors put it, TOML would be invalid.
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ServiceFileNotText(str(file)) from None
    except OSError as error:
        raise ServiceFileFault(str(file), error.strerror or "") from error


def table_of(text: str, file: str) -> Mapping[str, Any]:
    """Return the table that `text` writes; `file` stands in errors.

    Raises:
        ServiceSyntaxWrong: It is not TOML.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_wrong(text, file, str(error)) from None


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
