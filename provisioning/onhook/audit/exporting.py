"""Write entries of the audit trail to a file, and verify such a file on its own.

A JSON Lines file of a stretch of the trail is a chain of its own: its first line tells the place it
begins behind, its last where it ends, with a seal. One that holds what a search found has neither
place nor seal. A CSV file is for people and their spreadsheets.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from onhook.audit.chain import Mark, Signed, Walk
from onhook.audit.errors import (
    AuditExportKind,
    AuditFileCutOff,
    AuditFilePartial,
    AuditFileSealBroken,
    AuditFileUnreadable,
)
from onhook.audit.searching import Wanted, rows_wanted
from onhook.audit.trail import encode, read_head, told_at
from onhook.files import appearing, disk_faults
from onhook.sealing import KeyMissing
from onhook.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from onhook.sealing import Signer
    from onhook.workspace import UnitOfWork
    from onhook_devices.errors import OnhookError

CSV_FIELDS = ("number", "at", "actor", "action", "subject", "details", "key", "code")
FORMAT = "onhook-audit/1"
_TEXTS = ("at", "actor", "action", "subject")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # in the order given


@dataclass(frozen=True, slots=True)
class FileVerification:
    """What came of verifying a file.

    Attributes:
        path: The file.
        entries: How many it holds.
        begin: The place it begins behind.
        end: Where it ends.
        keys: What each key signed, by its id.
        findings: What is wrong; none if the file is whole.
    """

    path: Path
    entries: int
    begin: Mark
    end: Mark
    keys: dict[bytes, Signed]
    findings: tuple[OnhookError, ...]


def check_kind(path: Path, *allowed: str) -> str:
    """Return the ending of an export's name, which says its kind.

    Raises:
        AuditExportKind: It is none of those allowed.
    """
    ending = path.suffix.lower()
    if ending not in allowed:
        raise AuditExportKind(str(path), ", ".join(allowed))
    return ending


def export_trail(work: UnitOfWork, path: Path, wanted: Wanted) -> int:
    """Write the entries wanted to a ``.jsonl`` or ``.csv`` file; return how many.

    Raises:
        AuditExportKind: Its name ends otherwise.
        StorageFault: It cannot be written.
    """
    is_chain = check_kind(path, ".jsonl", ".csv") == ".jsonl" and wanted == Wanted()
    with closing(rows_wanted(work, wanted)) as rows:
        if not is_chain:
            return export_found(path, rows)
        head = read_head(work.connection)
        counted = _Count(rows)
        begin = Mark(head.cut_number, head.cut_mac)
        export_stretch(path, counted, begin, work.workspace.keys.audit)
    return counted.count


def export_found(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write entries that a search found to a ``.jsonl`` or ``.csv`` file; return how many.

    Raises:
        AuditExportKind: Its name ends otherwise.
        StorageFault: It cannot be written.
    """
    count = _Count(rows)
    if check_kind(path, ".jsonl", ".csv") == ".csv":
        write_table(path, CSV_FIELDS, map(_cells, count))
        return count.count
    with disk_faults(path), appearing(path) as file:
        _line(file, {"format": FORMAT, "whole": False})
        for row in count:
            _line(file, _object(row))
    return count.count


def export_stretch(path: Path, rows: Iterable[dict[str, Any]], begin: Mark, keys: Signer) -> Mark:
    """Write a stretch of the trail to a ``.jsonl`` file that can be verified on its own.

    Args:
        path: Replaced if it exists; readable by its owner only.
        rows: All entries of it, by number.
        begin: The place it begins behind.
        keys: Sign its end.

    Returns:
        Where it ends.

    Raises:
        StorageFault: It cannot be written.
    """
    end = begin
    with disk_faults(path), appearing(path) as file:
        _line(file, {"format": FORMAT, "whole": True, "from": _place(begin)})
        for row in rows:
            _line(file, _object(row))
            end = Mark(row["number"], row["mac"])
        key_id = keys.newest
        seal = keys.sign(key_id, _sealed(begin, end))
        _line(file, {"to": _place(end), "key": key_id.hex(), "seal": seal.hex()})
    return end


def verify_file(path: Path, keys: Signer) -> FileVerification:
    """Verify an exported stretch of the trail, in memory that does not grow with it.

    Raises:
        AuditFileUnreadable: It is no such file; the line is named.
        AuditFilePartial: It holds what a search found.
    """
    lines = _Lines(path)
    objects = iter(lines)
    begin = _begin(path, next(objects, {}))
    walk = Walk(keys, begin, source=f"{path.name}: ")
    last: dict[str, Any] = {}
    for last in objects:
        if "to" in last:
            break
        walk.step(lines.reading(_row, last))
    if "to" not in last:
        walk.findings.add(AuditFileCutOff(str(path)))
    elif not lines.reading(_is_sealed, (last, begin, walk, keys)) or next(objects, None):
        walk.findings.add(AuditFileSealBroken(str(path)))
    found = tuple(walk.findings.all())
    return FileVerification(path, walk.entries, begin, walk.mark, walk.signed, found)


def rows_of(path: Path) -> Generator[dict[str, Any], None, None]:
    """Yield the entries of a ``.jsonl`` file as they were stored, the instant as text.

    Raises:
        AuditFileUnreadable: It is no such file; the line is named.
    """
    lines = _Lines(path)
    for number, line in enumerate(lines):
        if number and "to" not in line:
            yield lines.reading(_row, line)


class _Count:
    """Counts what passes through."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._rows:
            self.count += 1
            yield row


class _Lines:
    """The objects of a JSON Lines file, one by one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        try:
            with self._path.open("rb") as file:
                for self._number, line in enumerate(file, start=1):
                    yield self.reading(_loaded, line)
        except OSError:
            raise AuditFileUnreadable(str(self._path), self._number) from None

    def reading(self, read: Any, what: Any) -> Any:
        """Return what `read` makes of a part of the line that was read last.

        Raises:
            AuditFileUnreadable: Nothing.
        """
        try:
            return read(what)
        except (KeyError, TypeError, ValueError, RecursionError):
            raise AuditFileUnreadable(str(self._path), self._number) from None


def _loaded(line: bytes) -> dict[str, Any]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise TypeError
    return found


def _line(file: IO[bytes], content: dict[str, Any]) -> None:
    file.write(_encode(content).encode() + b"\n")


def _object(row: dict[str, Any]) -> dict[str, Any]:
    said = {"number": row["number"], **{name: row[name] for name in _TEXTS}}
    codes = {"key": row["key_id"].hex(), "code": row["mac"].hex()}
    return {**said, "at": told_at(row["at"]), "details": _readable(row["details"]), **codes}


def _readable(details: str) -> Any:
    """Return details as an object, where exactly its text can be made of it again."""
    try:
        found = json.loads(details)
    except ValueError:
        return details
    return found if isinstance(found, dict) and encode(found) == details else details


def _row(line: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of a file as it was stored."""
    details = line["details"]
    if not isinstance(line["number"], int):
        raise TypeError
    return {
        "number": line["number"],
        **{name: line[name] for name in _TEXTS},
        "details": encode(details) if isinstance(details, dict) else details,
        "key_id": bytes.fromhex(line["key"]),
        "mac": bytes.fromhex(line["code"]),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    texts = [str(row["number"]), told_at(row["at"]), row["actor"], row["action"], row["subject"]]
    return [*texts, row["details"], row["key_id"].hex(), row["mac"].hex()]


def _place(mark: Mark) -> dict[str, Any]:
    return {"number": mark.number, "code": mark.mac.hex()}


def _mark(place: dict[str, Any]) -> Mark:
    return Mark(int(place["number"]), bytes.fromhex(place["code"]))


def _begin(path: Path, line: dict[str, Any]) -> Mark:
    if line.get("format") != FORMAT:
        raise AuditFileUnreadable(str(path), 1)
    if line.get("whole") is not True:
        raise AuditFilePartial(str(path))
    try:
        return _mark(line["from"])
    except (KeyError, TypeError, ValueError):
        raise AuditFileUnreadable(str(path), 1) from None


def _sealed(begin: Mark, end: Mark) -> bytes:
    return f"file {begin.number} {begin.mac.hex()} {end.number} {end.mac.hex()}".encode()


def _is_sealed(what: tuple[dict[str, Any], Mark, Walk, Signer]) -> bool:
    last, begin, walk, keys = what
    seal = bytes.fromhex(last["seal"])
    try:
        is_right = keys.sign(bytes.fromhex(last["key"]), _sealed(begin, walk.mark)) == seal
    except KeyMissing:
        return False
    return is_right and _mark(last["to"]) == walk.mark
