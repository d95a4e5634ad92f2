from __future__ import annotations

import csv
import io
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.files import NotWritable
from onhook.tables import ExportEncoding, errors, read_table, write_table
from onhook.tables.formulas import shield, unshield
from tests.tables.samples import good_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("内線番号", "姓", "パスワード")
COLUMNS = {name: (name,) for name in FIELDS}
CP932_CHARACTERS = [  # its double-byte area: JIS X 0208, NEC's and IBM's rows, the private rows
    text
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD))
    for trail in range(0x40, 0xFD)
    if (text := bytes((lead, trail)).decode("cp932", "replace")).count("\ufffd") == 0
]
RUNS = ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "-"]


def printed(encoding: ExportEncoding, *rows: tuple[str, ...]) -> bytes:
    stream = io.BytesIO()
    write_table(stream, FIELDS, rows, encoding=encoding)
    return stream.getvalue()


def read_back(content: bytes) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        path.write_bytes(content)
        return good_rows(read_table(path, COLUMNS))


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.from_regex(
    "'{0,3}[=+@＝＋－＠\t\r\n-]?.{0,4}", fullmatch=True
).filter(lambda text: "\0" not in text)
ROW = st.tuples(CELL, CELL, CELL).filter(lambda row: bool("".join(row).strip()))


@given(rows=st.lists(ROW, max_size=5), encoding=st.sampled_from(["utf-8-sig", "utf-8"]))
def test_any_text_is_read_back_as_it_was_written(
    rows: list[tuple[str, str, str]], encoding: ExportEncoding
) -> None:
    assert read_back(printed(encoding, *rows)) == rows


@given(rows=st.lists(ROW, max_size=3))
def test_cp932_reads_back_unchanged_or_is_refused(rows: list[tuple[str, str, str]]) -> None:
    try:
        content = printed("cp932", *rows)
    except errors.TableCharacterUnwritable:
        return
    assert read_back(content) == rows


@given(st.lists(st.sampled_from(CP932_CHARACTERS), min_size=1))
def test_every_character_cp932_has_is_read_back(characters: list[str]) -> None:
    row = ("1", "".join(characters), "x")
    assert read_back(printed("cp932", row)) == [row]


def test_every_character_cp932_has_can_be_written() -> None:
    assert len(CP932_CHARACTERS) > 9000
    row = ("1", "".join(CP932_CHARACTERS), "x")
    assert read_back(printed("cp932", row)) == [row]


@given(CELL)
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    text = printed("utf-8", (cell, "x", "y")).decode()
    _, (written, *_) = csv.reader(io.StringIO(text, newline=""))
    assert not written.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(CELL)
def test_shielding_can_be_undone(cell: str) -> None:
    assert unshield(shield(cell)) == cell


@pytest.mark.parametrize("cell", RUNS)
def test_a_cell_that_would_run_gets_an_apostrophe(cell: str) -> None:
    assert shield(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "'", "'a", "1-2", " =1", "''"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    assert shield(cell) == unshield(cell) == cell


def test_exports_open_in_excel() -> None:
    content = printed("utf-8-sig", ("0101", "髙橋", 'a"b,c'))
    assert content == b"\xef\xbb\xbf" + '内線番号,姓,パスワード\r\n0101,髙橋,"a""b,c"\r\n'.encode()
    assert printed("utf-8", ("1", "2", "3")).startswith("内".encode())
    assert "髙橋".encode("cp932") in printed("cp932", ("0101", "髙橋", ""))


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("cp932", "𠮷田", "U+20BB7 𠮷"),
        ("cp932", "a〜b", "U+301C 〜"),  # would come back as ～
        ("cp932", "\xa0", "U+00A0"),
        ("cp932", "\x80", "U+0080"),
        ("utf-8", "x\ud800", "U+D800"),
        ("utf-8-sig", "\0", "U+0000"),
    ],
)
def test_a_character_that_cannot_be_written_is_named(
    tmp_path: Path, encoding: ExportEncoding, text: str, told: str
) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"before")
    rows = [("1", "a\r\nb", "x"), ("2", text, "𠮷")]
    with pytest.raises(errors.TableCharacterUnwritable) as caught:
        write_table(path, FIELDS, rows, encoding=encoding)
    assert (caught.value.line, caught.value.field) == (4, "姓")
    assert caught.value.character == told
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_stream_is_sent_nothing_before_all_can_be_written() -> None:
    stream = io.BytesIO()
    rows = [(str(n), "a", "b") for n in range(1000)]
    with pytest.raises(errors.TableCharacterUnwritable):
        write_table(stream, FIELDS, [*rows, ("1", "𠮷", "")], encoding="cp932")
    assert stream.getvalue() == b""


def test_a_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"before")
    path.chmod(0o644)
    write_table(path, FIELDS, [("1", "a", "b")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert good_rows(read_table(path, COLUMNS)) == [("1", "a", "b")]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    def rows() -> Iterator[tuple[str, str, str]]:
        yield ("1", "a", "b")
        assert not path.exists()
        (other,) = tmp_path.iterdir()
        assert stat.S_IMODE(other.stat().st_mode) == 0o600
        stop()

    with pytest.raises(KeyboardInterrupt):
        write_table(path, FIELDS, rows())
    assert list(tmp_path.iterdir()) == []


def stop() -> NoReturn:
    raise KeyboardInterrupt


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    write_table(link, FIELDS, [])
    assert link.is_symlink()
    assert (tmp_path / "real.csv").is_file()


def test_folders_and_devices_are_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(errors.TableIsFolder):
        write_table(tmp_path, FIELDS, [])
    with pytest.raises(errors.TableIsNoFile):
        write_table("/dev/null", FIELDS, [])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWritable):
        write_table(tmp_path / "nowhere" / "out.csv", FIELDS, [])


def test_a_row_of_another_width_is_a_slip_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 cells, the header 3"):
        write_table(tmp_path / "out.csv", FIELDS, [("1", "2")])
    assert list(tmp_path.iterdir()) == []
