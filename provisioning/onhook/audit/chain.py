"""Walk along a chain of entries and note all that is wrong with it.

Nothing is held but where the walk stands and what it found: a trail of any length is walked in the
same memory. Each entry's code is compared with what the entry before makes it, and from an entry
that is wrong the walk goes on, so that one change is one finding.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from onhook.audit.errors import (
    AuditDistrusted,
    AuditEntriesMissing,
    AuditEntryChanged,
    AuditEntryOutOfPlace,
    AuditKeyMissing,
    AuditMoreFindings,
    AuditNotAsNoted,
    BadAuditMark,
)
from onhook.audit.trail import DISTRUST, NOTHING, covered
from onhook.sealing import KeyMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onhook.sealing import Signer
    from onhook_devices.errors import OnhookError

CODE_SIGNS = 32
"""Hexadecimal signs of a code that people note down: 128 bits of its 256."""
_MARK = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{16,64})")
_MOST_FINDINGS = 100
_TEXTS = ("actor", "action", "subject", "details")


class Mark(NamedTuple):
    """A place in the chain: an entry's number and its code."""

    number: int = 0
    mac: bytes = NOTHING

    @property
    def code(self) -> str:
        """Return the code as people note it down."""
        return self.mac.hex()[:CODE_SIGNS]

    def __str__(self) -> str:
        return f"{self.number}:{self.code}"


class Noted(NamedTuple):
    """A place as somebody noted it down: the code's beginning, in hexadecimal."""

    number: int
    code: str

    @classmethod
    def read(cls, text: str) -> Noted:
        """Return the place that ``NUMBER:CODE`` writes.

        Raises:
            BadAuditMark: It does not, or with less than 16 signs of the code.
        """
        found = _MARK.fullmatch(text.strip().lower())
        if found is None:
            raise BadAuditMark(text[:80])
        return cls(int(found[1]), found[2])


@dataclass(slots=True)
class Signed:
    """What one key signed: how many entries, and which the first and last of them are."""

    entries: int
    first: int
    last: int


@dataclass(slots=True)
class Findings:
    """What is wrong, in the order it was found; what is too much is counted alone."""

    found: list[OnhookError] = field(default_factory=list)
    more: int = 0

    def add(self, finding: OnhookError) -> None:
        """Add a finding."""
        if len(self.found) < _MOST_FINDINGS:
            self.found.append(finding)
        else:
            self.more += 1

    def all(self) -> list[OnhookError]:
        """Return them, and last that there are more."""
        return [*self.found, *([AuditMoreFindings(self.more)] if self.more else [])]


def breaks_of(findings: Iterable[OnhookError]) -> list[OnhookError]:
    """Return the findings that no entry of the chain itself tells of."""
    return [found for found in findings if not isinstance(found, AuditDistrusted)]


@dataclass(slots=True)
class Walk:
    """A walk along a chain, entry after entry.

    Attributes:
        keys: Sign again what was signed.
        mark: Where it stands: the entry seen last, and its code as it is stored.
        noted: A place that somebody noted down.
        source: Begins what is said of an entry: the file's name.
        entries: How many were seen.
        signed: What each key signed.
        findings: What is wrong.
    """

    keys: Signer
    mark: Mark
    noted: Noted | None = None
    source: str = ""
    entries: int = 0
    signed: dict[bytes, Signed] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    _codes: tuple[bytes, ...] = ()
    _unknown: dict[bytes, AuditKeyMissing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = (self.mark.mac,)

    def step(self, row: Mapping[str, Any]) -> None:
        """Go on to an entry, whatever stands in its columns."""
        number = row["number"]
        self.entries += 1
        if number <= self.mark.number:
            self.findings.add(AuditEntryOutOfPlace(number, self.mark.number, self.source))
            return
        if number > self.mark.number + 1:
            self._miss(number - 1)
        codes = self._made(row) if _well_formed(row) else None
        stored = row["mac"] if isinstance(row["mac"], bytes) else b""
        if codes is None or (codes and stored not in codes):
            self.findings.add(AuditEntryChanged(number, self.source))
            # The entry was changed or its code: the next one covers the code that was written.
            self._codes = (stored, *(codes or ())[:1])
        else:
            self._codes = (stored,)
            if row["action"] == DISTRUST:
                self.findings.add(AuditDistrusted(number, _after(row)))
        self.mark = Mark(number, stored)
        self.look()

    def miss_until(self, last: int) -> None:
        """Note that the entries from here on were removed."""
        if last > self.mark.number:
            self._miss(last)

    def ends_with(self, mac: bytes) -> bool:
        """Tell whether the entry it stands at has, or should have, the code `mac`."""
        return mac in self._codes

    def _miss(self, last: int) -> None:
        self.findings.add(AuditEntriesMissing(self.mark.number + 1, last, self.source))
        self._codes = ()

    def _made(self, row: Mapping[str, Any]) -> tuple[bytes, ...] | None:
        """Return the codes it may have; none if nobody can tell, None if it can have none."""
        key_id, number = row["key_id"], row["number"]
        self._count(key_id, number)
        try:
            return tuple(self.keys.sign(key_id, covered(code, row)) for code in self._codes)
        except KeyMissing:
            self._miss_key(key_id, number)
            return ()
        except ValueError:  # text that UTF-8 does not have
            return None

    def _count(self, key_id: bytes, number: int) -> None:
        of_key = self.signed.get(key_id)
        if of_key is None:
            if len(self.signed) < _MOST_FINDINGS:
                self.signed[key_id] = Signed(1, number, number)
        else:
            of_key.entries, of_key.last = of_key.entries + 1, number

    def _miss_key(self, key_id: bytes, number: int) -> None:
        known = self._unknown.get(key_id)
        if known is not None:
            known.entries += 1
            return
        finding = AuditKeyMissing(key_id.hex(), number, 1, self.source)
        if len(self._unknown) < _MOST_FINDINGS:
            self._unknown[key_id] = finding
        self.findings.add(finding)

    def look(self) -> None:
        """Compare where it stands with what somebody noted down of this entry."""
        noted, code = self.noted, self.mark.mac.hex()
        if noted is None or noted.number != self.mark.number or code.startswith(noted.code):
            return
        self.findings.add(AuditNotAsNoted(noted.number, noted.code, code[:CODE_SIGNS]))


def _well_formed(row: Mapping[str, Any]) -> bool:
    """Tell whether each column holds what it should; SQLite stores anything anywhere."""
    return (
        isinstance(row["at"], str | datetime)
        and all(isinstance(row[name], str) for name in _TEXTS)
        and isinstance(row["key_id"], bytes)
        and isinstance(row["mac"], bytes)
    )


def _after(row: Mapping[str, Any]) -> int:
    """Return the number of the entry behind which others may have been cut off."""
    try:
        return int(json.loads(row["details"])["after"])
    except (KeyError, TypeError, ValueError):
        return int(row["number"]) - 1
