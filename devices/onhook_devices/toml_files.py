"""Find the rule files of one kind by the ids they are named by, and read them."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from re import search
from typing import Any

from onhook_devices.service_errors import (
    ServiceFileFault,
    ServiceFileNotText,
    ServiceSyntaxWrong,
)

_SUFFIX = ".toml"


class TomlFiles:
    """The shipped files of one kind and an operator's own, ``<id>.toml``, which shadow them.

    Args:
        kind: Name of the packaged folder: ``services``, ``flows``.
        folder: The operator's. It need not exist.
    """

    def __init__(self, kind: str, folder: Traversable | None = None) -> None:
        self._folders = [files("onhook_devices") / kind, *([folder] if folder else [])]

    def by_id(self) -> dict[str, Traversable]:
        """Return the file of each id.

        Raises:
            ServiceFileFault: The operator's folder cannot be listed.
        """
        return {
            id_of(file): file
            for folder in self._folders
            for file in _listed(folder)
            if file.name.endswith(_SUFFIX) and not file.name.startswith(".")
        }


def id_of(file: Traversable) -> str:
    """Return the id that a file is named by."""
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
