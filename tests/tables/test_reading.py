from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.tables import read_table
from onhook.tables.headers import fold
from tests.tables.samples import COLUMNS, faults, good_rows, read, save, text_of

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("Number", "LastName", "AuthPassword")
PEOPLE = [
    ("0101", "髙橋", "a;b,c\td"),
    ("0102", "ﾔﾏﾀﾞ", 'quo"te'),
    ("0103", "﨑山\r\n営業部", ""),
]
CODECS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "cp932": "CP932",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("codec", CODECS)
def test_every_encoding_delimiter_and_line_end_reads_the_same(
    tmp_path: Path, codec: str, delimiter: str, line_end: str
) -> None:
    table = read(tmp_path, text_of([HEADER, *PEOPLE], delimiter, line_end), codec)
    assert (table.encoding, table.delimiter) == (CODECS[codec], delimiter)
    assert table.fields == ("extension", "last_name", "password")
    assert good_rows(table) == PEOPLE


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_a_byte_order_mark(tmp_path: Path, codec: str) -> None:
    table = read(tmp_path, text_of([HEADER, *PEOPLE], "\t").encode(codec))
    assert table.encoding == "UTF-16"
    assert good_rows(table) == PEOPLE


def test_characters_outside_the_basic_plane_are_read(tmp_path: Path) -> None:
    for codec in ("utf-8", "utf-16-le"):
        assert good_rows(read(tmp_path, "Number,姓\n1,𠮷田\n", codec)) == [("1", "𠮷田")]


def test_cp932_is_found_where_the_first_japanese_letter_comes_late(tmp_path: Path) -> None:
    text = "Number,LastName\n" + "100,Yamada\n" * 60_000 + "101,髙橋\n"
    table = read(tmp_path, text, "cp932")
    assert table.encoding == "CP932"
    assert list(table)[-1] == (60_002, ("101", "髙橋"))


@given(lead=st.integers(0, 3), codec=st.sampled_from(["utf-8", "cp932"]))
def test_a_character_across_two_chunks_is_no_fault(
    tmp_path_factory: pytest.TempPathFactory, lead: int, codec: str
) -> None:
    name = "a" * lead + "髙" * 50_000
    content = "Number,LastName\n" + f"1,{name}\n" * 6
    table = read(tmp_path_factory.mktemp("chunks"), content, codec)
    assert good_rows(table) == [("1", name)] * 6


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, "Number,LastName\r1,a\r\n2,b\n\r\n3,c\r\r4,d")
    assert list(table) == [(2, ("1", "a")), (3, ("2", "b")), (5, ("3", "c")), (7, ("4", "d"))]


def test_a_row_is_known_by_the_line_it_begins_on(tmp_path: Path) -> None:
    table = read(tmp_path, '\n\n"Num\nber",LastName\n1,"a\nb\r\nc"\n\n2,d\n')
    assert list(table) == [(5, ("1", "a\nb\r\nc")), (9, ("2", "d"))]


def test_rows_follow_the_order_of_the_known_fields_not_of_the_file(tmp_path: Path) -> None:
    table = read(tmp_path, "AuthPassword,QueueStatus,LastName,PIN,Number\np,q,n,i,1\n")
    assert table.fields == ("extension", "last_name", "password")
    assert table.headers == ("Number", "LastName", "AuthPassword")
    assert table.unknown == ("QueueStatus", "PIN")
    assert good_rows(table) == [("1", "n", "p")]


def test_one_known_column_is_enough(tmp_path: Path) -> None:
    assert good_rows(read(tmp_path, "x,Number\na,0101\nb,0102\n")) == [("0101",), ("0102",)]


@pytest.mark.parametrize(
    "header",
    [
        "number",
        " NUMBER ",
        "Ｎｕｍｂｅｒ",
        "num_ber",
        "Num-Ber",
        "num　ber",
        "内線 番号",
        "\ufeffNumber",
    ],
)
def test_headers_are_compared_without_width_case_and_blanks(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, f"{header},LastName\n1,a\n").fields == ("extension", "last_name")


def test_the_long_vowel_of_a_header_is_no_hyphen() -> None:
    assert fold("メールアドレス") == fold("ﾒｰﾙｱﾄﾞﾚｽ") != fold("メルアドレス")


def test_the_delimiter_is_the_one_that_shows_most_known_columns(tmp_path: Path) -> None:
    table = read(tmp_path, "Number;LastName;a,b,c,d,e,Password\n1;x;y\n")
    assert table.delimiter == ";"
    assert good_rows(table) == [("1", "x")]


def test_where_nothing_has_to_be_split_the_delimiter_is_the_comma(tmp_path: Path) -> None:
    assert read(tmp_path, "Number\n1\n").delimiter == ","


@pytest.mark.parametrize("hint", ["sep=;", "SEP=;", '"sep=;"'])
def test_excels_own_hint_names_the_delimiter(tmp_path: Path, hint: str) -> None:
    table = read(tmp_path, f"{hint}\r\nNumber;First,Last;LastName\r\n1;x;y\r\n")
    assert table.delimiter == ";"
    assert list(table) == [(3, ("1", "y"))]


def test_the_hint_may_name_a_delimiter_we_would_not_try(tmp_path: Path) -> None:
    assert good_rows(read(tmp_path, "sep=|\nNumber|LastName\n1|a,b\n")) == [("1", "a,b")]


def test_blank_lines_and_rows_of_empty_cells_are_skipped(tmp_path: Path) -> None:
    table = read(tmp_path, "\n,,\nNumber,LastName\n\n,\n1,a\n   \n,,,,\n\u3000,\n2,b\n\n")
    assert good_rows(table) == [("1", "a"), ("2", "b")]


def test_empty_cells_beyond_the_last_column_are_harmless(tmp_path: Path) -> None:
    table = read(tmp_path, "Number,LastName,,\n1,a\n2,b,,,,,\n3,c,,\n")
    assert good_rows(table) == [("1", "a"), ("2", "b"), ("3", "c")]


def test_unknown_columns_may_share_a_name_or_have_none(tmp_path: Path) -> None:
    table = read(tmp_path, "memo,Number,memo,,LastName\na,1,b,c,d\n")
    assert table.unknown == ("memo", "memo")
    assert good_rows(table) == [("1", "d")]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert list(read(tmp_path, "Number,LastName")) == []


def test_text_is_handed_over_as_it_stands(tmp_path: Path) -> None:
    table = read(tmp_path, "Number,LastName\n 0101 ,\u3000ﾔﾏﾀﾞ \n")
    assert good_rows(table) == [(" 0101 ", "\u3000ﾔﾏﾀﾞ ")]


def test_a_table_can_be_read_twice_and_left_half_way(tmp_path: Path) -> None:
    table = read(tmp_path, text_of([HEADER, *PEOPLE]))
    assert next(iter(table)) == (2, PEOPLE[0])
    assert good_rows(table) == good_rows(table) == PEOPLE


def test_another_programs_apostrophes_can_be_kept(tmp_path: Path) -> None:
    table = read(tmp_path, "Number,AuthPassword\n1,'=secret\n2,'plain\n")
    assert good_rows(table) == [("1", "=secret"), ("2", "'plain")]
    assert good_rows(replace(table, shielded=False)) == [("1", "'=secret"), ("2", "'plain")]


def test_two_fields_cannot_claim_one_header(tmp_path: Path) -> None:
    path = save(tmp_path, "Number\n1\n")
    with pytest.raises(ValueError, match="means a and b"):
        read_table(path, {"a": ("Number",), "b": ("num_ber",)})


def test_nothing_of_a_table_is_shown_but_its_headers(tmp_path: Path) -> None:
    assert "hunter2" not in repr(read(tmp_path, "Number,Password\n1,hunter2\n"))


def large(folder: Path, rows: int) -> Path:
    """Save a table of 65 columns in CP932."""
    header = ["Number", "LastName", "AuthPassword", *(f"Option{n}" for n in range(62))]
    row = ["髙橋", "secret", *("0" for _ in range(62))]
    content = text_of([header, *([str(n), *row] for n in range(rows))])
    return save(folder, content, "cp932")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = large(tmp_path, 40_000)
    assert path.stat().st_size > 5_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_table(path, COLUMNS)) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 2_500_000
    finally:
        tracemalloc.stop()


def test_a_row_may_lack_cells_at_its_end_that_nobody_asked_for(tmp_path: Path) -> None:
    content = "Number,LastName,AuthPassword,Option1,Option2\n1,a,b\n2,c,d,0,0\n"
    path = save(tmp_path, content, "utf-8")
    assert list(read_table(path, COLUMNS)) == [(2, ("1", "a", "b")), (3, ("2", "c", "d"))]


def test_fault_free_tables_report_no_faults(tmp_path: Path) -> None:
    assert faults(read(tmp_path, text_of([HEADER, *PEOPLE]))) == []
