"""The file for the PBX's import changes what is open, and nothing else of the extension."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onhook.tables.cleaning import unprintables
from tests.pbx.test_pending import entries, new_password, pending
from tests.provisioning.layouts import V15, V15_2, V18, V18_SHORT, V20
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workspaces import Office

HEADER = "Number,FirstName,LastName,EmailAddress,AuthID,AuthPassword,Disabled"


def pbx_rows(layout: list[str], *extensions: str) -> list[list[str]]:
    """Return an export of the PBX in which every cell says where it stands."""
    rows = [layout]
    for extension in extensions:
        own = {"Number": extension, "Disabled": "0", "LastName": "髙橋, 太郎", "MAC_0": ""}
        rows.append([own.get(name, f"{name} of {extension}") for name in layout])
    return rows


def written(
    rows: list[list[str]], encoding: str, *, delimiter: str = ",", line_end: str = "\r\n"
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue().encode(encoding)


def read(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.mark.parametrize("layout", [V15, V15_2, V18], ids=["59", "61", "65"])
def test_every_cell_that_does_not_change_is_the_pbx_s_own(acme: Office, layout: list[str]) -> None:
    acme.accounts("101", "102", "103")
    acme.do("account", "disable", "103")
    new_password(acme, "101")
    new_password(acme, "103")
    rows = pbx_rows(layout, "100", "101", "102", "103")
    source = acme.file("pbx.csv", written(rows, "utf-8"))
    out = acme.home / "out.csv"

    ran = acme.ask("pbx", "export", out, "--from", source)
    assert (ran.code, ran.data["count"]) == (0, 3)
    password, disabled = layout.index("AuthPassword"), layout.index("Disabled")
    expected = [layout, [*rows[2]], [*rows[4]]]
    expected[1][password] = "Secret-101"
    expected[2][password] = "Secret-103"
    expected[2][disabled] = "1"
    assert read(out) == expected
    assert out.stat().st_mode & 0o777 == 0o600
    assert source.read_bytes() == written(rows, "utf-8")


@pytest.mark.parametrize(
    ("encoding", "delimiter", "line_end", "start"),
    [
        ("utf-8", ",", "\r\n", b"Number"),
        ("utf-8", ";", "\n", b"Number"),
        ("utf-8-sig", ",", "\r\n", b"\xef\xbb\xbfNumber"),
        ("cp932", ",", "\r", b"Number"),
        ("utf-16", "\t", "\r\n", b"\xff\xfeN\0"),
    ],
)
def test_the_form_of_the_file_is_that_of_the_pbx_s(
    acme: Office, encoding: str, delimiter: str, line_end: str, start: bytes
) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    rows = pbx_rows(V18, "101")
    content = written(rows, encoding, delimiter=delimiter, line_end=line_end)
    out = acme.home / "out.csv"
    acme.do("pbx", "export", out, "--from", acme.file("pbx.csv", content))

    rows[1][V18.index("Disabled")] = "1"
    assert out.read_bytes() == written(rows, encoding, delimiter=delimiter, line_end=line_end)
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize("password", ["=1+1", "+81", "-1", "@SUM(A1)", "'=1", 'a"b,c;d', " x "])
def test_the_pbx_gets_the_very_password_formula_or_not(acme: Office, password: str) -> None:
    words = ("--auth-id", "a", "--password-file", "-")
    acme.do("account", "add", "101", *words, typed=password + "\n")
    new_password(acme, "101")
    source = acme.file("pbx.csv", written(pbx_rows(V15, "101"), "utf-8"))
    for name, given_words in (("own.csv", ()), ("from.csv", ("--from", source))):
        said = acme.do("pbx", "export", acme.home / name, *given_words)
        assert "open it in no spreadsheet" in said.out
        header, row = read(acme.home / name)
        assert row[header.index("AuthPassword")] == password
        assert password not in said.said or len(password.strip()) < 3


@settings(
    max_examples=thorough(25, 8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cells=st.lists(
        st.text(max_size=12).filter(lambda text: not unprintables(text)), min_size=3, max_size=3
    )
)
def test_whatever_stands_in_the_other_cells_stays(acme: Office, cells: list[str]) -> None:
    if not pending(acme):
        acme.accounts("101")
        acme.do("account", "disable", "101")
    header = ["X1", "Number", "X2", "Disabled", "X3"]
    row = [cells[0], "101", cells[1], "0", cells[2]]
    source = acme.file("pbx.csv", written([header, row], "utf-8-sig"))
    acme.do("pbx", "export", acme.home / "out.csv", "--from", source)
    row[3] = "1"
    assert read(acme.home / "out.csv", "utf-8-sig") == [header, row]


def test_an_extension_that_the_export_lacks_is_refused_by_name_and_stops_no_other(
    acme: Office,
) -> None:
    acme.accounts("101", "0102")
    acme.do("account", "disable", "101")
    acme.do("account", "disable", "0102")
    source = acme.file("pbx.csv", written(pbx_rows(V15, "101", "102"), "utf-8"))
    ran = acme.ask("pbx", "export", acme.home / "out.csv", "--from", source)
    assert (ran.code, ran.codes) == (4, ["not-in-pbx-export"])
    assert ran.json["errors"][0]["subject"] == "acme/0102"
    assert [row[0] for row in read(acme.home / "out.csv")] == ["Number", "101"]


def test_a_layout_without_the_column_is_refused_by_name(acme: Office) -> None:
    acme.accounts("101")
    new_password(acme, "101")
    source = acme.file("pbx.csv", written(pbx_rows(V20, "101"), "utf-8"))
    ran = acme.ask("pbx", "export", acme.home / "out.csv", "--from", source)
    assert ran.codes == ["pbx-column-missing"]
    assert not (acme.home / "out.csv").exists()
    short = acme.file("short.csv", written([V18_SHORT], "utf-8"))
    ran = acme.ask("pbx", "export", acme.home / "out.csv", "--from", short)
    assert ran.codes == ["table-header-missing"]


def test_an_extension_that_stands_twice_is_refused(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    source = acme.file("pbx.csv", written(pbx_rows(V15, "101", "101"), "utf-8"))
    ran = acme.ask("pbx", "export", acme.home / "out.csv", "--from", source)
    assert ran.codes == ["stands-twice"]


def test_without_the_pbx_s_export_a_row_holds_what_is_known_and_a_warning_is_given(
    acme: Office,
) -> None:
    acme.accounts("101", "102")
    acme.do("account", "set", "101", "--last-name", "髙橋", "--mail", "t@acme.example")
    acme.do("account", "disable", "101")
    new_password(acme, "102")
    said = acme.do("pbx", "export", acme.home / "out.csv").out
    assert "WARNING" in said
    assert (acme.home / "out.csv").read_text("utf-8").splitlines() == [
        HEADER,
        "101,,髙橋,t@acme.example,auth101,Secret-101,1",
        "102,,,,auth102,Secret-102,0",
    ]
    assert (acme.home / "out.csv").stat().st_mode & 0o777 == 0o600


def test_no_cell_that_signs_in_is_left_empty(acme: Office) -> None:
    acme.do("account", "add", "101", "--auth-id", "a")
    acme.do("account", "disable", "101")
    ran = acme.ask("pbx", "export", acme.home / "out.csv")
    assert (ran.code, ran.codes) == (6, ["credential-unknown"])
    assert not (acme.home / "out.csv").exists()


def test_extensions_of_several_customers_never_meet_in_one_file(two_customers: Office) -> None:
    for customer in ("acme", "sakura"):
        two_customers.do("account", "add", "101", "--customer", customer)
        two_customers.do("account", "disable", f"{customer}/101")
    ran = two_customers.ask("pbx", "export", two_customers.home / "out.csv")
    assert (ran.code, ran.codes) == (2, ["which-customer"])


def test_extensions_of_several_pbxs_never_meet_in_one_file(acme: Office) -> None:
    acme.accounts("101")
    acme.do("contract", "start", "--service", "biglobe-mobile", "--pbx", "other.acme.example")
    acme.do("account", "add", "102", "--service", "biglobe-mobile", "--auth-id", "x")
    acme.do("account", "disable", "101")
    acme.do("account", "disable", "102")
    ran = acme.ask("pbx", "export", acme.home / "out.csv")
    assert (ran.code, ran.codes) == (6, ["several-pbxs"])
    assert "other.acme.example" in ran.out


def test_the_pbx_s_own_export_is_never_written_over(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    source = acme.file("pbx.csv", written(pbx_rows(V15, "101"), "utf-8"))
    ran = acme.ask("pbx", "export", source, "--from", source)
    assert (ran.code, ran.codes) == (5, ["would-replace-source"])


def test_a_character_the_pbx_s_encoding_lacks_is_refused_and_nothing_is_written(
    acme: Office,
) -> None:
    words = ("--auth-id", "a", "--password-file", "-")
    acme.do("account", "add", "101", *words, typed="Geheim𠮷\n")
    new_password(acme, "101")
    before = len(entries(acme, "pbx.export"))
    source = acme.file("pbx.csv", written(pbx_rows(V15, "101"), "cp932"))
    ran = acme.ask("pbx", "export", acme.home / "out.csv", "--from", source)
    assert ran.codes == ["table-character-unwritable"]
    assert "Geheim" not in ran.said
    assert not list(acme.home.glob("*out.csv*"))
    assert len(entries(acme, "pbx.export")) == before


def test_an_export_is_recorded_without_what_it_holds(acme: Office) -> None:
    acme.accounts("101", "102")
    acme.do("account", "disable", "101")
    new_password(acme, "102")
    ran = acme.do("pbx", "export", acme.home / "out.csv")
    assert "Secret-" not in ran.said
    assert entries(acme, "pbx.export") == [
        ("acme", {"file": "out.csv", "changes": {"101": ["disable"], "102": ["password"]}})
    ]
    assert len(pending(acme)) == 2  # nothing is done by writing a file


def test_with_nothing_open_no_file_is_written(acme: Office) -> None:
    ran = acme.run("pbx", "export", acme.home / "out.csv")
    assert (ran.code, ran.out) == (0, "Nothing is open on the PBX.\n")
    assert not (acme.home / "out.csv").exists()
    assert entries(acme, "pbx.export") == []


# --- what the PBX's export shows ---------------------------------------------------------------


def test_a_fresh_export_marks_what_it_shows_and_nothing_else(acme: Office) -> None:
    acme.accounts("101", "102", "103", "104", "105")
    for extension in ("101", "102"):
        acme.do("account", "disable", extension)
    for extension in ("103", "104", "105"):
        new_password(acme, extension)
    rows = [
        ["Number", "AuthPassword", "Disabled"],
        ["101", "Secret-101", "1"],
        ["102", "Secret-102", "0"],
        ["103", "Secret-103", "0"],
        ["104", "the old one", "0"],
    ]
    source = acme.file("pbx.csv", written(rows, "utf-8"))
    ran = acme.ask("pbx", "done", "--seen-in", source)
    assert [one["account"] for one in ran.data["done"]] == ["acme/101", "acme/103"]
    assert [name for name, _, _ in pending(acme)] == ["acme/102", "acme/104", "acme/105"]
    assert "3 still open" in acme.do("pbx", "done", "--seen-in", source).out


def test_an_export_without_the_column_shows_nothing(acme: Office) -> None:
    acme.accounts("101")
    acme.do("account", "disable", "101")
    acme.do("pbx", "done", "101")
    acme.do("account", "enable", "101")
    source = acme.file("pbx.csv", written(pbx_rows(["Number", "FirstName"], "101"), "utf-8"))
    acme.do("pbx", "done", "101", "--seen-in", source)
    assert pending(acme) == [("acme/101", "enable", "account-enabled")]
