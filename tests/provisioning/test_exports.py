"""An export is a file that comes in again unchanged, and that no spreadsheet runs."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onhook.tables.cleaning import strip_blanks, unprintables
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.workspaces import Office

pytestmark = pytest.mark.each_database

NASTY = ["=1+1", "+81", "-1", "@SUM(A1)", "'=1", "''+x", 'a"b', "a,b", "a;b", "'", "＝1", " x"]


def accounts(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ask("account", "list", "--reveal").data["accounts"]
    return found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_accounts_come_back_as_they_were(
    acme: Office, another: Callable[[], Office], encoding: str
) -> None:
    for number, text in enumerate(NASTY):
        words = ("--auth-id", f"{text}id", "--display-name", text, "--last-name", "𠮷田")
        acme.do("account", "add", f"0{number}", *words, "--password-file", "-", typed=text + "pw")
    file = acme.home / "out.csv"
    acme.do("account", "export", file, "--reveal", "--encoding", encoding)

    second = another()
    assert second.ask("account", "import", file).data["counts"]["new"] == len(NASTY)
    assert accounts(second) == accounts(acme)
    again = acme.ask("account", "import", file)
    assert again.data["counts"] == {"new": 0, "changed": 0, "unchanged": len(NASTY), "refused": 0}


@pytest.mark.sqlite_alone  # it takes long, and what it is about is the file
@settings(
    max_examples=thorough(20, 6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.lists(
        st.text(min_size=1, max_size=20).filter(lambda text: not unprintables(text)),
        min_size=1,
        max_size=5,
    )
)
def test_any_name_and_any_password_come_back(
    acme: Office, another: Callable[[], Office], texts: list[str]
) -> None:
    first, second = another(), None
    rows = [(f"1{number:02}", f"a{number}", text, text) for number, text in enumerate(texts)]
    header = ("extension", "auth_id", "password", "display_name")
    source = acme.home / "source.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        # As another program writes it: its cells are not shielded.
        csv.writer(file).writerows([("Number", *header[1:]), *rows])
    report = first.ask("account", "import", source)
    assert report.codes in ([], ["password-is-extension"]), report.out
    for found in accounts(first):
        text = texts[int(found["extension"][1:])]
        assert found["password"] == text
        assert found["display_name"] == strip_blanks(text)

    out = acme.home / "out.csv"
    first.do("account", "export", out, "--reveal")
    assert set(first.ask("account", "import", out).data["counts"].values()) <= {0, len(texts)}
    expected = accounts(first)
    second = another()
    second.do("account", "import", out)
    assert accounts(second) == expected


def test_no_cell_of_an_export_would_run(acme: Office) -> None:
    acme.do("account", "add", "101", "--display-name", '=HYPERLINK("http://x")', "--auth-id", "@a")
    acme.do("account", "export", acme.home / "out.csv")
    with (acme.home / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]

    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_devices_come_back_with_who_is_on_them(acme: Office, another: Callable[[], Office]) -> None:
    acme.accounts("101", "0102", "103")
    words = ("--platform", "ios", "--level", "17.2.1", "--model", "=iPhone", "--serial", "-00123")
    acme.do("device", "add", "D-1", *words, "--ownership", "leased")
    acme.do("device", "add", "D-2", "--platform", "pc")
    acme.do("device", "add", "D-3", "--platform", "android", "--level", "14")
    acme.do("device", "retire", "D-3")
    acme.do("device", "assign", "D-1", "0102")
    two = acme.table("two.csv", ("device", "extension"), ("D-2", "101"), ("D-2", "103"))
    acme.do("device", "import", two)
    file = acme.home / "devices.csv"
    assert acme.ask("device", "export", file).data["count"] == 2

    assert acme.ask("device", "import", file).data["counts"]["unchanged"] == 3
    second = another()
    second.accounts("101", "0102", "103")
    second.do("device", "import", file)
    before, after = (
        [one for one in office.ask("device", "list").data["devices"] if not one["retired_at"]]
        for office in (acme, second)
    )
    assert after == before


def test_what_an_encoding_cannot_write_is_refused_and_nothing_is_written(acme: Office) -> None:
    acme.do("account", "add", "101", "--display-name", "𠮷田")
    file = acme.home / "out.csv"
    file.write_bytes(b"before")

    ran = acme.ask("account", "export", file, "--encoding", "cp932")
    assert ran.codes == ["table-character-unwritable"]
    assert file.read_bytes() == b"before"
    assert acme.ask("account", "export", file, "--encoding", "utf-7").codes == ["bad-setting"]
