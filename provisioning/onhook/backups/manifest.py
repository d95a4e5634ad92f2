"""The list of what is in a backup: what it is of, each part's size and SHA-256, and who signed it.

A part is an entry of the ZIP file: ``tables/NAME.jsonl`` for each table, ``workspace/PATH`` for
each file of the workspace's folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from onhook.backups.belongings import is_belonging
from onhook.backups.rows import KINDS, Shape, read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

FORMAT = 1
"""Of the backup; a program that knows only earlier ones refuses it."""
MANIFEST = "manifest.json"
SIGNATURE = "manifest.hmac"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_SCHEMA = re.compile(r"[0-9]{4}")


class ManifestDamaged(Exception):
    """The manifest is none."""


class Part(NamedTuple):
    """An entry of the backup: its name, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


class TablePart(NamedTuple):
    """A table in the backup, and how many rows it has."""

    shape: Shape
    rows: int
    part: Part


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup.

    Attributes:
        onhook: Version of the program that made it.
        schema: Revision of the tables.
        made_at: The moment it shows.
        made_by: Who made it.
        database: Kind of the database it was made from: ``sqlite`` or ``postgresql``.
        keys: Ids of all keys that something in it is sealed or signed with.
        tables: Each table, those that others refer to first.
        files: Files of the workspace's folder.
    """

    onhook: str
    schema: str
    made_at: datetime
    made_by: str
    database: str
    keys: tuple[str, ...]
    tables: tuple[TablePart, ...]
    files: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """Return how many rows all tables have."""
        return sum(one.rows for one in self.tables)

    def parts(self) -> Iterator[Part]:
        """Yield every part."""
        yield from (one.part for one in self.tables)
        yield from self.files

    def dumps(self) -> bytes:
        """Return the manifest as it stands in the backup."""
        told = {
            "onhook_backup": FORMAT,
            "onhook": self.onhook,
            "schema": self.schema,
            "made_at": self.made_at.isoformat(timespec="microseconds"),
            "made_by": self.made_by,
            "database": self.database,
            "keys": list(self.keys),
            "tables": [
                {**one.shape._asdict(), "rows": one.rows, **one.part._asdict()}
                | {"name": one.shape.name, "part": one.part.name}
                for one in self.tables
            ],
            "files": [one._asdict() for one in self.files],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


class Origin(NamedTuple):
    """What even a later onhook's manifest tells.

    Attributes:
        format: Of the backup.
        onhook: Version of the program that made it.
        schema: Revision of the tables.
    """

    format: int
    onhook: str
    schema: str


def origin_of(content: bytes) -> Origin | None:
    """Return what a manifest says of its origin, None if it is no manifest of onhook."""
    try:
        told = json.loads(content)
        return Origin(int(told["onhook_backup"]), str(told["onhook"]), str(told["schema"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def load_manifest(content: bytes) -> Manifest:
    """Return the manifest written by `Manifest.dumps`.

    Raises:
        ManifestDamaged: It is none, or contradicts itself.
    """
    try:
        told = json.loads(content)
        found = Manifest(
            onhook=_text(told["onhook"]),
            schema=_match(_SCHEMA, told["schema"]),
            made_at=read_instant(told["made_at"]),
            made_by=_text(told["made_by"]),
            database=_text(told["database"]),
            keys=tuple(_match(_KEY_ID, one) for one in told["keys"]),
            tables=tuple(_table(one) for one in told["tables"]),
            files=tuple(_file(one) for one in told["files"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ManifestDamaged from error
    names = [part.name for part in found.parts()]
    if len(set(names)) < len(names):
        raise ManifestDamaged
    return found


def _table(told: dict[str, Any]) -> TablePart:
    columns = {_match(_NAME, name): _kind(kind) for name, kind in told["columns"].items()}
    key = tuple(told["key"])
    if not key or not set(key) <= columns.keys():
        raise ValueError
    shape = Shape(_match(_NAME, told["name"]), columns, key)
    part = _part(told["part"], told)
    if part.name != table_part(shape.name):
        raise ValueError
    return TablePart(shape, _count(told["rows"]), part)


def _file(told: dict[str, Any]) -> Part:
    part = _part(told["name"], told)
    if not is_belonging(part.name.removeprefix(FILES)) or not part.name.startswith(FILES):
        raise ValueError
    return part


def _part(name: Any, told: dict[str, Any]) -> Part:
    return Part(_text(name), _count(told["bytes"]), _match(_SHA256, told["sha256"]))


FILES = "workspace/"


def table_part(name: str) -> str:
    """Return the name of the part that a table is in."""
    return f"tables/{name}.jsonl"


def _kind(value: Any) -> Any:
    return KINDS[KINDS.index(value)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _match(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(value):
        raise ValueError
    return _text(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
