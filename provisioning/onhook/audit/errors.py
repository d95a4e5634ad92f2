"""What is wrong with an audit trail, and what cannot be asked of it.

Where an entry stands in an exported file, `source` begins what is said with the file's name.
"""

from __future__ import annotations

from onhook_devices.errors import Conflict, InvalidInput, StorageFault, UsageError


class AuditEntryChanged(StorageFault):
    """An entry, or its code, is not what was written."""

    number: int
    source: str


class AuditEntriesMissing(StorageFault):
    """Entries were removed: from the middle, the beginning or the end."""

    first: int
    last: int
    source: str


class AuditEntryOutOfPlace(StorageFault):
    """An entry stands behind later ones, or before the beginning."""

    number: int
    after: int
    source: str


class AuditEntriesBeyondEnd(StorageFault):
    """Entries stand behind the end that was signed."""

    first: int
    last: int


class AuditKeyMissing(StorageFault):
    """Entries are signed with a key that the key ring lacks."""

    key: str
    first: int
    entries: int
    source: str


class AuditHeadMissing(StorageFault):
    """There are entries, and nothing says where they end."""

    first: int


class AuditHeadChanged(StorageFault):
    """What says where the trail begins and ends is not what was signed."""

    number: str


class AuditHeadKeyMissing(StorageFault):
    """The end is signed with a key that the key ring lacks."""

    key: str


class AuditEndDiffers(StorageFault):
    """The last entry is not the one that was signed as the last."""

    number: int


class AuditDistrusted(StorageFault):
    """When an entry was written, the end of the trail was not what had been signed."""

    number: int
    after: int


class AuditNotAsNoted(StorageFault):
    """An entry has another code than somebody noted down."""

    number: int
    noted: str
    found: str


class AuditPutBack(StorageFault):
    """An entry that somebody noted down is behind the end: the database is an earlier one."""

    number: int
    end: int


class AuditMoreFindings(StorageFault):
    """There are more findings than are told."""

    count: int


class AuditFileSealBroken(StorageFault):
    """The line that ends an exported file is not what was signed."""

    file: str


class AuditFileCutOff(StorageFault):
    """The line that ends an exported file is missing."""

    file: str


class AuditFilesApart(StorageFault):
    """A file does not begin where the one before ends."""

    file: str
    begins: str
    ended: str


class AuditFileForeign(StorageFault):
    """A file ends with another entry than the trail has there."""

    file: str
    number: int


class AuditFileAhead(StorageFault):
    """A file ends behind the trail's end: the database is an earlier one."""

    file: str
    number: int
    end: int


class AuditFileEndsEarly(InvalidInput):
    """A file ends before the entry at which the trail begins: one in between is needed."""

    file: str
    number: int
    begins: int


class AuditFileUnreadable(InvalidInput):
    """The file is no export of an audit trail, or one of its lines is none."""

    file: str
    line: int


class AuditFilePartial(InvalidInput):
    """The file holds the entries that a search found: they make no chain."""

    file: str


class AuditExportKind(UsageError):
    """An export is named neither .jsonl nor .csv, or is not what is needed here."""

    file: str
    allowed: str


class AuditExportExists(Conflict):
    """There is another file where the entries that are to be cut off should be kept."""

    file: str


class BadAuditMark(InvalidInput):
    """It is no number and code of an entry."""

    mark: str


class AuditMarkCutOff(InvalidInput):
    """The entry noted down was cut off; only the exported file can still show it."""

    number: int
    begins: int


class AuditOptionsApart(UsageError):
    """Options were given together that do not go together."""

    options: str


class AuditOptionMissing(UsageError):
    """An option was given without the one it belongs to."""

    option: str
    needed: str


class AuditCutUnkept(UsageError):
    """It was not said where the entries that are to be cut off should be kept."""

    day: str


class AuditCutTooLate(InvalidInput):
    """Entries of days to come cannot be cut off."""

    day: str
    today: str


class AuditCutMeanwhile(Conflict):
    """The trail's beginning changed while it was being exported."""

    number: int
