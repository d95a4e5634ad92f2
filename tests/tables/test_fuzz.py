"""Whatever bytes a file holds, it is a table or one of our errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from onhook.tables import read_table
from onhook.tables.errors import TableRowShort, TableRowSurplus
from onhook.words import LANGUAGES, Words
from onhook_devices.errors import InvalidInput, OnhookError
from tests.tables.samples import BOMS, COLUMNS, text_of
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

PIECES = st.sampled_from(
    [
        b"Number",
        b"LastName",
        b",",
        b";",
        b"\t",
        b'"',
        b'""',
        b"\n",
        b"\r",
        b"\r\n",
        b"sep=;\n",
        b"'=",
    ]
    + ["内線番号".encode(codec) for codec in ("utf-8", "cp932", "utf-16-le", "euc-jp")]
    + [
        b"\0",
        b"\xff",
        b"\x80",
        b"\xed\xa0\x80",
        b"\x81",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"PK\x03\x04",
    ]
)
CONTENT = st.one_of(
    st.binary(max_size=400),
    st.lists(PIECES | st.binary(max_size=4), max_size=40).map(b"".join),
    st.lists(PIECES, max_size=40).map(lambda pieces: b"Number,LastName\n" + b"".join(pieces)),
    st.builds(bytes.__add__, st.sampled_from(list(BOMS.values())), st.binary(max_size=200)),
    st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
)


def outcome(path: Path) -> Iterator[OnhookError]:
    """Yield each error that reading `path` to its end gives."""
    try:
        table = read_table(path, COLUMNS)
        for line, cells in table:
            assert line > 0
            if isinstance(cells, InvalidInput):
                yield cells
            else:
                assert len(cells) == len(table.fields)
    except OnhookError as error:
        yield error


@settings(max_examples=thorough(1500, 300), deadline=None)
@given(CONTENT)
@example(b"sep=\xff\n")
@example(b'Number,"\r')
@example(b'"Number"x"\n')
def test_random_bytes_are_a_table_or_one_of_our_errors(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(content)
    for error in outcome(path):
        for lang in LANGUAGES:
            assert Words(lang).error(error).says


@given(spoilt=st.integers(0, 19), cells=st.lists(st.sampled_from(["n", "p", ""]), max_size=6))
def test_a_row_of_another_width_is_told_and_shifts_no_other(
    tmp_path_factory: pytest.TempPathFactory, spoilt: int, cells: list[str]
) -> None:
    rows = [[f"1{n:02}", "name", "secret"] for n in range(20)]
    rows[spoilt] = [rows[spoilt][0], *cells]
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_text(text_of([["Number", "LastName", "AuthPassword"], *rows]), newline="")
    for line, found in read_table(path, COLUMNS):
        row = rows[line - 2]
        if len(row) < 3 or any(row[3:]):
            assert isinstance(found, TableRowShort | TableRowSurplus)
        else:
            assert found == (row[0], row[1], row[2])
