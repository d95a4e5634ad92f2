"""Tables as programs of an office write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from onhook.tables import Table, read_table
from onhook_devices.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = {
    "extension": ("Number", "Extension", "内線番号"),
    "first_name": ("FirstName", "名"),
    "last_name": ("LastName", "姓"),
    "password": ("AuthPassword", "Password", "パスワード"),
    "mail": ("EmailAddress", "E-mail", "メールアドレス"),
}

BOMS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def text_of(rows: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    """Return `rows` as the text of a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


def save(folder: Path, content: str | bytes, codec: str = "utf-8") -> Path:
    """Save `content` as a file of `folder`, encoded with its byte order mark if it has one."""
    path = folder / "table.csv"
    if isinstance(content, str):
        plain = "utf-8" if codec == "utf-8-sig" else codec
        content = BOMS.get(codec, b"") + content.encode(plain)
    path.write_bytes(content)
    return path


def read(folder: Path, content: str | bytes, codec: str = "utf-8") -> Table:
    """Save `content` and read it as a table."""
    return read_table(save(folder, content, codec), COLUMNS)


def good_rows(table: Table) -> list[tuple[str, ...]]:
    """Return the rows of `table`, all of which must be readable."""
    rows = []
    for _, cells in table:
        assert isinstance(cells, tuple), cells
        rows.append(cells)
    return rows


def faults(table: Table) -> list[InvalidInput]:
    """Return what is wrong with rows of `table`."""
    return [cells for _, cells in table if isinstance(cells, InvalidInput)]
