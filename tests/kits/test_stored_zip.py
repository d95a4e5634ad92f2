"""The archive's ZIP file is one that other programs read."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from onhook.kits import stored_zip
from onhook.kits.stored_zip import StoredZip

if TYPE_CHECKING:
    import pytest

MOMENT = datetime(2026, 11, 22, 23, 59, 58, tzinfo=UTC)


def zipped(entries: list[tuple[str, bytes]]) -> zipfile.ZipFile:
    file = io.BytesIO()
    archive = StoredZip(file, io.BytesIO(), 0o600)
    for name, content in entries:
        archive.add(name, content, MOMENT)
    archive.add_parts("page.html", (content for _, content in entries), MOMENT)
    archive.finish()
    return zipfile.ZipFile(io.BytesIO(file.getvalue()))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_what_is_added_is_read_back_by_another_program(contents: list[bytes]) -> None:
    entries = [(f"髙橋/{n}", content) for n, content in enumerate(contents)]
    with zipped(entries) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*(name for name, _ in entries), "page.html"]
        assert [archive.read(name) for name, _ in entries] == contents
        assert archive.read("page.html") == b"".join(contents)


def test_entries_keep_mode_and_time() -> None:
    with zipped([("kit", b"x")]) as archive:
        entry = archive.getinfo("kit")
        assert entry.external_attr >> 16 == 0o100600
        assert entry.date_time == (2026, 11, 22, 23, 59, 58)


def test_more_entries_than_16_bits_count_are_all_there() -> None:
    with zipped([(str(n), b"") for n in range(70_000)]) as archive:
        assert len(archive.namelist()) == 70_001


def test_entries_behind_four_gibibytes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real limit would need a file of that size: a lower one takes the same way.
    monkeypatch.setattr(stored_zip, "_MOST", 1000)
    with zipped([("first", b"x" * 2000), ("second", b"y" * 50)]) as archive:
        assert archive.read("second") == b"y" * 50
