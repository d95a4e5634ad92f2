"""Tell from a file's first bytes that it is no CSV file but something else."""

from __future__ import annotations

from onhook.tables.errors import TableIsOldWorkbook, TableIsWorkbook, TableWrongKind

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # PKWARE APPNOTE 4.3.7, 4.3.16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
_MAGIC = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"SQLite format 3\x00": "SQLite",
    b"{\\rtf": "RTF",
}


def refuse_other_kinds(head: bytes, path: str) -> None:
    """Raise the error that fits if `head`, the first bytes of a file, show another kind of file.

    Raises:
        TableIsWorkbook: An .xlsx workbook.
        TableIsOldWorkbook: An .xls workbook, or one under a password.
        TableWrongKind: A PDF, an image, an archive ...
    """
    if head.startswith(_ZIP):
        raise _zipped(head, path)
    if head.startswith(_OLE):
        raise TableIsOldWorkbook(path)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise TableWrongKind(path, kind)


def _zipped(head: bytes, path: str) -> TableIsWorkbook | TableWrongKind:
    # The names of a ZIP's first members stand in clear in its first bytes (ISO/IEC 29500-2).
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return TableIsWorkbook(path)
    if b"opendocument" in head:
        return TableWrongKind(path, "OpenDocument")
    return TableWrongKind(path, "ZIP")
