"""An office with something in every table, and places to restore it to."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pytest

from tests.delivery.phones import leave_traces
from tests.mailing.leaving import leave_mail
from tests.workspaces import Office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgresql import Server
    from tests.workspaces import Prepared


def fill(office: Office) -> None:
    """Put something into every table, every kind of column and every folder."""
    office.accounts("101", "102", "103", "104")
    office.do("account", "set", "102", "--display-name", "𠮷田 髙子 % %s :x '\" \\ é")
    words = ("--pbx", "own.example:5061", "--tunnel-port", "5090", "--tunnel-password-file", "-")
    office.do("contract", "start", *words, typed="Tunnel\n")
    for device, extension in (("D-1", "101"), ("D-2", "102")):
        office.do("device", "add", device, "--platform", "ios", "--level", "17")
        office.do("device", "assign", device, extension)
    lent = ("--price", "39800", "--warranty-months", "12", "--on", office.open().today)
    office.do("lease", "start", "D-2", *lent)
    # A fault of the register: two people on one phone (J-A1).
    both = office.table(
        "both.csv",
        ("device", "platform", "extension"),
        *(("D-9", "android", extension) for extension in ("103", "104")),
    )
    assert office.run("device", "import", both).code in (0, 5)
    services, templates = office.folder / "services", office.folder / "templates/own"
    services.mkdir(mode=0o700)
    (services / "note 注意.txt").write_text("ours", "utf-8")
    (services / ".hidden").write_text("not ours", "utf-8")
    templates.mkdir(mode=0o700, parents=True)
    (templates / "page.bin").write_bytes(bytes(range(256)) * 20)
    office.do("issue", "101", "102")
    office.do("qr", "101", "--code")
    leave_traces(office, "101")
    leave_mail(office, "acme/101")
    office.do("account", "disable", "102")
    office.do("troubleshoot", "101", "--answers", "q1=no,q2=no,q4=no,read-config=yes")
    office.do("backup", office.home / "first.zip")


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office of one's own that has something everywhere."""
    found = prepared(fill)
    rows = found.rows()
    assert [name for name in rows if not rows[name]] == []
    return found


@dataclass(frozen=True)
class Place(Office):
    """A new folder to restore to, and the options that name an empty database to restore to."""

    database: tuple[str, ...] = ()


Elsewhere: TypeAlias = "Callable[..., Place]"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Elsewhere]:
    """Return a way to get a new folder, and an empty database of a kind if one is named."""
    numbers = itertools.count(1)
    with contextlib.ExitStack() as stack:

        def new(kind: str = "") -> Place:
            name = f"restored-{next(numbers)}"
            options: tuple[str, ...] = ()
            if kind == "sqlite":
                options = ("--database", f"sqlite:///{tmp_path}/{name}.db")
            if kind == "postgresql":
                server: Server = request.getfixturevalue("postgresql")
                options = ("--database", server.create())
                stack.callback(server.drop, options[1])
            place = Place(tmp_path / name, tmp_path, database=options)
            stack.callback(place.close)
            return place

        yield new
