"""Files and rows that cannot be read, each refused by its own error."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onhook.tables import errors, read_table
from onhook.tables.records import ROW_LIMIT
from tests.tables.samples import COLUMNS, good_rows, read, save

if TYPE_CHECKING:
    from onhook_devices.errors import OnhookError

HEADER = "Number,LastName,AuthPassword\n"


def refusal(path: Path, kind: type[OnhookError]) -> dict[str, str]:
    """Return what the error `kind` tells about the table at `path`, read to its end."""
    with pytest.raises(kind) as caught:
        list(read_table(path, COLUMNS))
    assert type(caught.value) is kind
    return caught.value.data


# --- the file -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere.csv", "table.csv/inside.csv", "nul\0.csv"])
def test_a_missing_file_is_not_found(tmp_path: Path, name: str) -> None:
    save(tmp_path, HEADER)
    refusal(tmp_path / name, errors.TableMissing)


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    refusal(tmp_path, errors.TableIsFolder)


def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refusal(tmp_path / "pipe", errors.TableIsNoFile)


def test_a_socket_and_a_device_are_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path has some hundred characters at most
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        refusal(tmp_path / "socket", errors.TableIsNoFile)
    refusal(Path("/dev/zero"), errors.TableIsNoFile)


def test_a_file_of_another_user_is_unreadable(tmp_path: Path) -> None:
    path = save(tmp_path, HEADER)
    path.chmod(0)
    if os.geteuid() != 0:
        assert refusal(path, errors.TableUnreadable)["reason"] == "Permission denied"
        return
    tmp_path.chmod(0o711)
    told = _as_nobody(path)
    assert told == "table-unreadable Permission denied"


def _as_nobody(path: Path) -> str:
    """Read `path` as the user nobody, since root may read everything."""
    program = (
        "import os, sys, pathlib\n"
        "from onhook.tables import read_table, errors\n"
        "os.chdir(pathlib.Path(sys.argv[1]).parent)\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: read_table(pathlib.Path(sys.argv[1]).name, {'a': ('Number',)})\n"
        "except errors.TableUnreadable as e: print(e.code(), e.reason)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_name_too_long_for_the_disk_is_unreadable(tmp_path: Path) -> None:
    refusal(tmp_path / ("x" * 5000), errors.TableUnreadable)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\n\r\n\n",
        b" ,,\n,\n",
        b"sep=;\r\n",
        "\u3000\n".encode(),
    ],
)
def test_a_file_without_text_is_empty(tmp_path: Path, content: bytes) -> None:
    refusal(save(tmp_path, content), errors.TableEmpty)


@pytest.mark.parametrize("first", ["[Content_Types].xml", "xl/worksheets/sheet1.xml"])
def test_an_xlsx_workbook_is_named_so(tmp_path: Path, first: str) -> None:
    path = tmp_path / "table.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(first, "<xml/>")
    refusal(path, errors.TableIsWorkbook)


def test_an_old_or_locked_workbook_is_named_so(tmp_path: Path) -> None:
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    refusal(save(tmp_path, content), errors.TableIsOldWorkbook)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a\x01\0", "GIF"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"SQLite format 3\0", "SQLite"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"PK\x05\x06" + bytes(18), "ZIP"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
    ],
)
def test_other_kinds_of_file_are_named(tmp_path: Path, content: bytes, kind: str) -> None:
    assert refusal(save(tmp_path, content), errors.TableWrongKind)["kind"] == kind


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0",
        HEADER.encode() + b"1,a\0b,c\n",
        HEADER.encode() + b"1,a,b\n" * 5000 + b"1,\0,b\n",
        b"\xff\xfe" + f"{HEADER}1,\0,b\n".encode("utf-16-le"),
        "Number\0\n".encode("utf-32-le"),
    ],
    ids=["program", "NUL early", "NUL late", "NUL in UTF-16", "UTF-32"],
)
def test_nul_characters_make_a_file_binary(tmp_path: Path, content: bytes) -> None:
    refusal(save(tmp_path, content), errors.TableIsBinary)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("codec", "name", "spoilt"),
    [
        ("utf-8", "UTF-8", b"\xff"),
        ("utf-8-sig", "UTF-8 with BOM", b"\x93\xe0"),
        ("cp932", "CP932", b"\x81\x20"),
        ("cp932", "CP932", b"\x80"),
        ("cp932", "CP932", b"\xa0"),
        ("cp932", "CP932", b"\xfd"),
        ("utf-16-le", "UTF-16", b"\x00\xd8\x41\x00"),
        ("utf-16-be", "UTF-16", b"\xd8\x00\x00\x41"),
    ],
)
def test_the_line_of_the_first_undecodable_byte_is_named(
    tmp_path: Path, codec: str, name: str, spoilt: bytes, line_end: str
) -> None:
    lines = 40_000
    good = f"内線番号,姓{line_end}" + f"1,髙橋{line_end}" * (lines - 2)
    head = save(tmp_path, good, codec).read_bytes()
    ends = line_end.encode("utf-8" if codec == "utf-8-sig" else codec)
    told = refusal(save(tmp_path, head + spoilt + ends + head), errors.TableUndecodable)
    assert (told["encoding"], told["line"]) == (name, str(lines))


@pytest.mark.parametrize("codec", ["utf-8", "cp932", "utf-16-le"])
def test_a_file_cut_inside_a_character_is_undecodable(tmp_path: Path, codec: str) -> None:
    path = save(tmp_path, "内線番号,姓\n1,橋", codec)
    told = refusal(save(tmp_path, path.read_bytes()[:-1]), errors.TableUndecodable)
    assert told["line"] == "2"


def test_a_first_row_without_known_names_is_described_but_not_shown(tmp_path: Path) -> None:
    path = save(tmp_path, "\n101,Yamada,hunter2\n102,Sato,hunter3\n")
    told = refusal(path, errors.TableHeaderMissing)
    assert told["line"] == "2"
    assert told["cells"] == "3"
    assert told["sought"] == "Number, FirstName, LastName, AuthPassword, EmailAddress"
    assert "hunter2" not in str(told)


def test_two_columns_for_one_field_are_both_named(tmp_path: Path) -> None:
    told = refusal(save(tmp_path, "memo,Number,LastName,内線番号\n"), errors.TableHeaderTwice)
    assert (told["first"], told["first_column"]) == ("Number", "2")
    assert (told["second"], told["second_column"]) == ("内線番号", "4")


def test_a_needed_column_may_be_one_of_several(tmp_path: Path) -> None:
    path = save(tmp_path, "FirstName,LastName,EmailAddress\n")
    read_table(path, COLUMNS, required=[("extension", "mail"), ("last_name",)])
    with pytest.raises(errors.TableColumnMissing) as caught:
        read_table(path, COLUMNS, required=[("extension", "password")])
    assert caught.value.wanted == "Number, Extension, 内線番号, AuthPassword, Password, パスワード"
    assert caught.value.found == "FirstName, LastName, EmailAddress"


@pytest.mark.parametrize("rest", ["102,b,c\n" * 3, "102,b,c\n" * 40_000], ids=["short", "long"])
def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(
    tmp_path: Path, rest: str
) -> None:
    table = read(tmp_path, HEADER + '100,a,b\n101,"x\ny","secret\n' + rest)
    rows = iter(table)
    assert next(rows) == (2, ("100", "a", "b"))
    with pytest.raises(errors.TableQuoteOpen) as caught:
        next(rows)
    assert caught.value.line == 4
    assert "secret" not in str(caught.value)


def test_a_quotation_mark_opened_in_the_header_is_named(tmp_path: Path) -> None:
    told = refusal(save(tmp_path, '\nNumber,"LastName\n1,a\n'), errors.TableQuoteOpen)
    assert told["line"] == "2"


@pytest.mark.parametrize("cell", ["x" * 10_000_000, "a," * 5_000_000], ids=["cell", "cells"])
def test_an_endless_line_is_refused(tmp_path: Path, cell: str) -> None:
    assert refusal(save(tmp_path, cell), errors.TableRowTooLong)["line"] == "1"
    told = refusal(save(tmp_path, f"{HEADER}1,a,b\n{cell}"), errors.TableRowTooLong)
    assert told["line"] == "3"


def test_an_endless_row_of_many_lines_is_refused(tmp_path: Path) -> None:
    told = refusal(save(tmp_path, HEADER + '"\n",' * 400_000), errors.TableRowTooLong)
    assert told["line"] == "2"
    assert told["limit"] == str(ROW_LIMIT)


def test_a_file_changed_behind_our_back_is_not_read_on(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + "1,a,b\n")
    save(tmp_path, "LastName,Number,AuthPassword\n1,a,b\n")
    with pytest.raises(errors.TableChanged):
        list(table)


def test_a_file_replaced_by_undecodable_bytes_of_the_same_age_is_not_read_on(
    tmp_path: Path,
) -> None:
    path = save(tmp_path, HEADER + "1,a,b\n")
    table = read_table(path, COLUMNS)
    was = path.stat()
    with path.open("r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"\xff")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(errors.TableChanged):
        list(table)


def test_a_file_that_went_away_is_missing(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + "1,a,b\n")
    shutil.rmtree(tmp_path)
    with pytest.raises(errors.TableMissing):
        list(table)


# --- a row ----------------------------------------------------------------------------------


def test_a_row_with_too_few_cells_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    (_, short), (line, good) = read(tmp_path, HEADER + "1,hunter2\n2,a,b\n")
    assert isinstance(short, errors.TableRowShort)
    assert (short.line, short.cells, short.expected) == (2, 2, 3)
    assert "hunter2" not in str(short)
    assert (line, good) == (3, ("2", "a", "b"))


def test_a_row_with_text_beyond_the_last_column_is_refused(tmp_path: Path) -> None:
    (_, surplus), (_, good) = read(tmp_path, HEADER + "1,Yamada, Taro,b,\n2,a,b,\n")
    assert isinstance(surplus, errors.TableRowSurplus)
    assert (surplus.line, surplus.cells, surplus.expected) == (2, 5, 3)
    assert good == ("2", "a", "b")


def test_text_behind_a_closing_quotation_mark_is_refused(tmp_path: Path) -> None:
    (_, stray), (line, good) = read(tmp_path, HEADER + '1,"a"b,c\n2,a,b\n')
    assert isinstance(stray, errors.TableQuoteStray)
    assert (stray.line, stray.last_line) == (2, 2)
    assert (line, good) == (3, ("2", "a", "b"))


def test_a_forgotten_quotation_mark_is_named_where_it_opens(tmp_path: Path) -> None:
    text = HEADER + '1,"a\n2,"x",c\n3,"d\n4,e,f\n5,"g, h",i\n6,j,k\n'
    rows = dict(read(tmp_path, text))
    stray = rows[2]
    assert isinstance(stray, errors.TableQuoteStray)
    assert (stray.line, stray.last_line) == (2, 3)
    stray = rows[4]
    assert isinstance(stray, errors.TableQuoteStray)
    assert (stray.line, stray.last_line) == (4, 6)
    assert rows[7] == ("6", "j", "k")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_monstrous_cell_is_refused_and_the_next_row_is_read(tmp_path: Path, quote: str) -> None:
    cell = f"{quote}{'x' * 200_000}{quote}"
    (_, fault), (_, good) = read(tmp_path, f"{HEADER}1,{cell},{quote}b{quote}\n2,a,b\n")
    assert isinstance(fault, errors.TableCellTooLong)
    assert fault.line == 2
    assert good == ("2", "a", "b")


def test_good_rows_beside_bad_ones_are_all_read(tmp_path: Path) -> None:
    text = HEADER + '1,a,b\n2,a\n3,"a"x,b\n4,a,b,c\n5,a,b\n'
    kinds = [type(cells).__name__ for _, cells in read(tmp_path, text)]
    assert kinds == ["tuple", "TableRowShort", "TableQuoteStray", "TableRowSurplus", "tuple"]


def test_a_quotation_mark_inside_plain_text_is_text(tmp_path: Path) -> None:
    assert good_rows(read(tmp_path, HEADER + '1,5" phone,b\n')) == [("1", '5" phone', "b")]
