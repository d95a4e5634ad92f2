"""The register goes out as it came in, whatever is in it, and as long as it is."""

from __future__ import annotations

import contextlib
import json
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onhook.leasing.exporting import export_leases
from onhook.leasing.importing import import_leases
from onhook.leasing.listing import Wanted
from onhook.leasing.register import enter, recorded
from onhook_devices.leasing.errors import AlreadyEntered, LaterStepImpossible, StepNotAllowed
from onhook_devices.leasing.events import Start
from tests.leasing.exploring import JIYU, events_on
from tests.thoroughness import thorough
from tests.workspaces import another, prepared, prepared_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.workspaces import Office, Prepared

__all__ = ["another", "prepared", "prepared_once"]

pytestmark = pytest.mark.each_database

NUMBERS = count(1)


FURTHER = ("warranty_months", "returned_on", "ended_on", "lessor")


def set_up(acme: Office) -> None:
    acme.do("contract", "start", "--on", "2020-01-01")
    register = (
        ("device", "model", "price", "start", *FURTHER),
        ("D-1", "iPhone 15", "39800", "2024-03-01", "12", "", "2024-09-30", ""),
        ("D-2", "iPhone 15 Pro", "59800", "2024-03-01", "12", "2024-06-01", "", "=青葉"),
        ("D-2", "iPhone 15 Pro", "59800", "2024-06-01", "12", "", "", ""),
        ("D-3", "-iPad", "9800", "2024-03-01", "0", "", "", ""),
    )
    acme.do("device", "add", "D-3", "--platform", "ios")
    acme.do("lease", "import", acme.table("register.csv", *register))


@pytest.fixture
def office(prepared: Prepared) -> Office:
    """Return an office with a small register."""
    return prepared(set_up)


def fresh(another: Callable[[], Office]) -> Office:
    office = another()
    office.do("contract", "start", "--on", "2020-01-01")
    return office


def export(office: Office, *words: str) -> list[str]:
    file = office.home / "out.csv"
    office.do("lease", "export", file, "--encoding", "utf-8", *words)
    return file.read_text("utf-8").splitlines()


def test_an_export_imports_unchanged_and_makes_the_same_register_elsewhere(
    office: Office, another: Callable[[], Office]
) -> None:
    file = office.home / "out.csv"
    office.do("lease", "export", file)
    before = office.rows()
    counts = office.ask("lease", "import", file).data["counts"]
    assert counts == {"new": 0, "changed": 0, "unchanged": 4, "refused": 0}
    assert office.rows() == before

    copy = office.file("../copy.csv", file.read_bytes())
    leases = before["lease"]
    office.close()
    elsewhere = fresh(another)
    elsewhere.do("lease", "import", copy)
    assert elsewhere.rows()["lease"] == leases


def test_no_spreadsheet_runs_what_is_written(office: Office) -> None:
    text = "\n".join(export(office))
    assert ",'=青葉," in text
    assert ",'-iPad," in text


def test_list_and_export_take_the_same_filters(office: Office) -> None:
    def listed(*words: str) -> list[str]:
        found = office.ask("lease", "list", *words).data["leases"]
        written = [line.partition(",")[0] for line in export(office, *words)[1:]]
        names = [str(one["device"]) for one in found]
        assert names == written
        return names

    assert listed() == ["D-1", "D-2", "D-2", "D-3"]
    assert listed("--state", "returned") == ["D-2"]
    assert listed("--model", "IPHONE 15") == ["D-1", "D-2", "D-2"]
    assert listed("--model", "%") == []
    assert listed("--due-within", "10", "--today", "2024-10-21") == ["D-1"]
    assert listed("--due-within", "10", "--today", "2024-10-20") == []
    assert listed("--customer", "acme", "--state", "leased") == ["D-2", "D-3"]


def test_a_long_list_is_one_table_and_one_object(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = office.do("lease", "list").out
    data = office.ask("lease", "list").data
    monkeypatch.setattr("onhook_cli.tables._AT_ONCE", 1)
    monkeypatch.setattr("onhook.leasing.listing._AT_ONCE", 2)
    monkeypatch.setattr("onhook.leasing.exporting._AT_ONCE", 1)

    assert office.ask("lease", "list").data == data
    table = office.do("lease", "list").out
    assert [line.split() for line in table.splitlines()] == [
        line.split() for line in whole.splitlines()
    ]
    assert len(export(office)) == 5


def test_a_list_that_breaks_off_is_still_one_object_that_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise OSError(5, "disk gone", "onhook.db")

    monkeypatch.setattr("onhook_cli.commands.lease_register.asdict", broken)
    ran = office.run("lease", "list", "--json")
    assert ran.code == 7
    assert json.loads(ran.out)["errors"][0]["code"] == "not-writable"


@settings(
    max_examples=thorough(60, 5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(data=st.data())
def test_whatever_happened_reads_back_unchanged(office: Office, data: st.DataObject) -> None:
    header = ("device", "model", "price", "start", "warranty_months")
    device = f"X-{next(NUMBERS)}"
    office.do(
        "lease",
        "import",
        office.table("one.csv", header, (device, f"iPad {device}.", "39800", "2020-03-01", "12")),
    )
    with contextlib.closing(office.open()) as workspace:
        day = date(2020, 3, 1)
        for _ in range(data.draw(st.integers(1, 8))):
            day += timedelta(days=data.draw(st.sampled_from((0, 1, 20, 200))))
            event = data.draw(st.sampled_from([*events_on(day)]))
            contract = 1 if isinstance(event, Start) else None
            with (
                contextlib.suppress(StepNotAllowed, LaterStepImpossible, AlreadyEntered),
                workspace.writing() as work,
            ):
                enter(work, recorded(work, device), event, JIYU, contract=contract)
        file = office.home / "out.csv"
        with workspace.reading() as work:
            export_leases(work, file, Wanted(model=f"{device}."))
        report = import_leases(workspace, file)
        assert {verdict.state for verdict in report.verdicts} == {"unchanged"}


def test_a_return_on_the_day_it_goes_out_again_stands_with_the_time_before(office: Office) -> None:
    header, *rows = export(office)
    column = header.split(",").index("returned_on")
    returned = [row.split(",")[column] for row in rows if row.startswith("D-2")]
    assert returned == ["2024-06-01", ""]
