"""An exported file is the trail, verifies on its own, and is shown to belong to it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onhook.audit.cutting import cut_trail
from onhook.audit.errors import (
    AuditExportKind,
    AuditFileEndsEarly,
    AuditFilePartial,
    AuditFileUnreadable,
)
from onhook.audit.exporting import CSV_FIELDS, export_trail, rows_of, verify_file
from onhook.audit.joining import joined
from onhook.audit.searching import Wanted
from onhook.audit.trail import told_at
from onhook.tables import read_table
from tests.audit.trails import aged, note, stored
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from onhook.workspace import Workspace
    from tests.workspaces import Office

AWKWARD = "=cmd|'/c calc'!A1"


@pytest.fixture
def trail(acme: Office) -> Workspace:
    """Return a workspace whose trail has the entries 5 to 11, one of them awkward."""
    workspace = aged(acme)[0]
    with workspace.writing() as work:
        work.record("account.set", AWKWARD, name='髙橋 "ひな"\r\n,', note="😀\u2028")
    return workspace


def export(workspace: Workspace, path: Path, wanted: Wanted | None = None) -> Path:
    with workspace.reading() as work:
        export_trail(work, path, wanted or Wanted())
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def plain(workspace: Workspace) -> list[dict[str, Any]]:
    return [{**row, "at": told_at(row["at"])} for row in stored(workspace)]


@pytest.mark.each_database
def test_a_jsonl_file_reads_back_unchanged_and_verifies(trail: Workspace, tmp_path: Path) -> None:
    file = export(trail, tmp_path / "trail.jsonl")
    with closing(rows_of(file)) as rows:
        assert list(rows) == plain(trail)
    found = verify_file(file, trail.keys.audit)
    assert found.findings == ()
    assert (found.entries, found.begin.number, found.end.number) == (7, 4, 11)
    entry = json.loads(file.read_text("utf-8").splitlines()[1])
    assert entry["details"] == {"links_revoked": 1, "why": "謎'=1"}


@pytest.mark.each_database
def test_a_csv_file_runs_nothing_and_reads_back_unchanged(trail: Workspace, tmp_path: Path) -> None:
    file = export(trail, tmp_path / "trail.csv")
    assert f"'{AWKWARD}" in file.read_text("utf-8-sig")
    table = read_table(file, {name: [name] for name in CSV_FIELDS})
    expected = [
        tuple(str(x.hex() if isinstance(x, bytes) else x) for x in row.values())
        for row in plain(trail)
    ]
    assert [cells for _, cells in table] == expected


def test_any_flipped_bit_of_a_file_is_found(trail: Workspace, tmp_path: Path) -> None:
    content = export(trail, tmp_path / "trail.jsonl").read_bytes()
    file = tmp_path / "other.jsonl"
    whole = verify_file(tmp_path / "trail.jsonl", trail.keys.audit)

    @settings(
        max_examples=thorough(300, 60), deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(place=st.integers(0, 8 * len(content) - 1))
    def flip(place: int) -> None:
        changed = bytearray(content)
        changed[place // 8] ^= 1 << (place % 8)
        file.write_bytes(changed)
        try:
            found = verify_file(file, trail.keys.audit)
        except (AuditFileUnreadable, AuditFilePartial):
            return
        same = (found.begin, found.end, found.entries) == (whole.begin, whole.end, whole.entries)
        with closing(rows_of(file)) as rows:
            assert found.findings or (same and list(rows) == plain(trail))

    flip()


def test_a_line_less_a_line_more_and_lines_in_another_order_are_found(
    trail: Workspace, tmp_path: Path
) -> None:
    lines = export(trail, tmp_path / "trail.jsonl").read_bytes().splitlines(keepends=True)
    file = tmp_path / "other.jsonl"
    changed = [
        *(lines[:place] + lines[place + 1 :] for place in range(1, len(lines))),
        *([*lines[:place], lines[2], *lines[place:]] for place in range(1, len(lines) + 1)),
        [lines[0], lines[2], lines[1], *lines[3:]],
        [*lines, b"\n"],
        lines[:-1],
    ]
    for wrong in changed:
        file.write_bytes(b"".join(wrong))
        try:
            assert verify_file(file, trail.keys.audit).findings
        except AuditFileUnreadable:
            continue


def test_files_of_several_cuts_join_the_trail(acme: Office, tmp_path: Path) -> None:
    files = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    workspace, clock = aged(acme, kept=files[0])
    clock.wait(1)
    cut_trail(workspace, clock.now.date(), export=files[1])
    note(workspace, "acme/101")
    one, two = (verify_file(file, workspace.keys.audit) for file in files)
    newest = verify_file(export(workspace, tmp_path / "3.jsonl"), workspace.keys.audit)
    with workspace.reading() as work:
        assert list(joined(work, [one, two])) == []
        assert list(joined(work, [two])) == []
        assert list(joined(work, [one, two, newest])) == []
        assert [x.code() for x in joined(work, [two, one, two])] == ["audit-files-apart"]
        with pytest.raises(AuditFileEndsEarly):
            list(joined(work, [one]))


def test_a_file_of_another_trail_or_a_later_state_does_not_join(
    acme: Office, tmp_path: Path
) -> None:
    workspace, _ = aged(acme)
    note(workspace, "acme/101")
    later = verify_file(export(workspace, tmp_path / "later.jsonl"), workspace.keys.audit)
    other, _ = aged(acme)  # anew, at another moment and with another key
    with other.reading() as work:
        assert [x.code() for x in joined(work, [later])] == ["audit-file-ahead"]
    note(other, "acme/101")
    with other.reading() as work:
        assert [x.code() for x in joined(work, [later])] == ["audit-file-foreign"]


def test_what_a_search_found_is_no_chain(trail: Workspace, tmp_path: Path) -> None:
    file = export(trail, tmp_path / "some.jsonl", Wanted(subject="acme/104"))
    assert len(file.read_text("utf-8").splitlines()) == 2
    with pytest.raises(AuditFilePartial):
        verify_file(file, trail.keys.audit)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b'{"format":"onhook-audit/1","whole":true}', b"[" * 9999],
)
def test_another_file_is_told_to_be_none(acme: Office, content: bytes) -> None:
    with pytest.raises(AuditFileUnreadable):
        verify_file(acme.file("x.jsonl", content), acme.open().keys.audit)
    with pytest.raises(AuditFileUnreadable):
        verify_file(acme.home / "not-there.jsonl", acme.open().keys.audit)


def test_a_name_that_says_no_kind_is_refused(trail: Workspace, tmp_path: Path) -> None:
    with pytest.raises(AuditExportKind):
        export(trail, tmp_path / "trail.txt")
