"""The register of devices, and who is on which: one account each (J-A1)."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from onhook.store.schema import assignment
from tests.killing import run_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen

    from tests.workspaces import Office, Prepared, Ran

pytestmark = pytest.mark.each_database

HEADER = ("device", "platform", "level", "extension")


def bring(office: Office, *rows: Sequence[str], words: tuple[str, ...] = ()) -> Ran:
    return office.ask("device", "import", office.table("devices.csv", HEADER, *rows), *words)


def states(ran: Ran) -> list[str]:
    return [one["state"] for one in ran.data["rows"]]


def stored(office: Office) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in office.ask("device", "list").data["devices"]}


def statuses(office: Office) -> list[tuple[str, str]]:
    with office.open().reading() as work:
        rows = work.connection.execute(select(assignment).order_by(assignment.c.id))
        return [(row.device_id, row.status) for row in rows]


def add_staff(acme: Office) -> None:
    acme.accounts("101", "102", "103")


@pytest.fixture
def staff(prepared: Prepared) -> Office:
    return prepared(add_staff)


def test_a_list_of_devices_comes_in_and_a_second_time_changes_nothing(staff: Office) -> None:
    rows = (("D-0001", "ios", "17.2", "101"), ("d-0002", "Windows", "14,0,47020,0", "102"))

    assert states(bring(staff, *rows)) == ["new", "new"]
    assert states(bring(staff, *rows)) == ["unchanged", "unchanged"]
    found = stored(staff)
    assert (found["D-0001"]["platform"], found["D-0001"]["accounts"]) == ("ios", ["acme/101"])
    assert (found["D-0002"]["platform"], found["D-0002"]["level"]) == ("pc", "14.0.47020")


@pytest.mark.parametrize(
    ("platform", "written", "read"),
    [
        ("pc", "14,0,47020,0", "14.0.47020"),
        ("ios", "１７．２．１", "17.2.1"),
        ("ios", "iOS 17.2.1", "17.2.1"),
        ("android", "Android 14", "14"),
    ],
)
def test_a_level_is_read_as_people_write_it(
    acme: Office, platform: str, written: str, read: str
) -> None:
    acme.do("device", "add", "D-1", "--platform", platform, "--level", written)

    assert stored(acme)["D-1"]["level"] == read


@pytest.mark.parametrize("level", ["14以上", "8.x", "latest", "17 or 18", "-3", "Android 14"])
def test_a_level_that_is_not_plainly_one_is_refused_and_not_guessed(
    acme: Office, level: str
) -> None:
    acme.do("device", "add", "D-2", "--platform", "ios", "--level", "16.1")

    for words in (("add", "D-1", "--platform", "ios"), ("set", "D-2")):
        ran = acme.ask("device", *words, "--level", level)
        assert ran.code == 3
        assert ran.json["errors"][0]["mend"]
    ran = bring(acme, ("D-3", "ios", level, ""))
    assert (ran.code, ran.data["rows"][0]["column"]) == (3, "level")
    assert {key: one["level"] for key, one in stored(acme).items()} == {"D-2": "16.1"}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("../../etc", "ios", "", ""), "bad-device-id", "device"),
        (("", "ios", "", ""), "bad-device-id", "device"),
        (("D-2", "", "", ""), "device-incomplete", "platform"),
        (("D-2", "toaster", "", ""), "platform-unreadable", "platform"),
        (("D-2", "ios", "", "999"), "no-such-account", "extension"),
        (("D-2", "ios", "", "sato"), "bad-extension", "extension"),
        (("D-1", "android", "", ""), "device-platform-fixed", "platform"),
    ],
)
def test_one_bad_row_stops_no_other(
    staff: Office, row: tuple[str, ...], code: str, column: str
) -> None:
    staff.do("device", "add", "D-1", "--platform", "ios")
    ran = bring(staff, row, ("D-9", "ios", "17", "101"))

    assert states(ran) == ["refused", "new"]
    assert ran.codes == [code]
    assert ran.data["rows"][0]["column"] == column
    assert set(stored(staff)) == {"D-1", "D-9"}


def test_rows_that_disagree_about_a_device_are_all_refused(staff: Office) -> None:
    ran = bring(staff, ("D-1", "ios", "17", "101"), ("D-1", "android", "14", "102"))

    assert ran.codes == ["stands-twice", "stands-twice"]
    assert stored(staff) == {}


def test_a_dry_run_stores_nothing(staff: Office) -> None:
    assert states(bring(staff, ("D-1", "ios", "17", "101"), words=("--dry-run",))) == ["new"]
    assert stored(staff) == {}


def test_who_is_missing_is_listed_and_stays(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"), ("D-2", "ios", "17", "102"))

    assert bring(staff, ("D-1", "ios", "17", "101")).data["missing"] == ["D-2"]
    assert set(stored(staff)) == {"D-1", "D-2"}


# --- one account per device -------------------------------------------------------------------


def test_two_accounts_on_one_device_come_in_disputed_until_one_is_kept(staff: Office) -> None:
    ran = bring(staff, ("D-1", "ios", "17", "101"), ("D-1", "ios", "17", "102"))
    assert "onhook device keep D-1" in ran.data["rows"][1]["notes"][0]
    assert statuses(staff) == [("D-1", "disputed"), ("D-1", "disputed")]

    refused = staff.ask("issue", "101", "102")
    assert refused.codes == ["several-accounts", "several-accounts"]
    assert refused.code == 5

    kept = staff.ask("device", "keep", "d-1", "102").data
    assert kept == {"device": "D-1", "account": "acme/102", "taken_off": ["acme/101"]}
    assert stored(staff)["D-1"]["accounts"] == ["acme/102"]
    assert staff.ask("issue", "102").code == 0


def test_a_disputed_list_imported_again_changes_nothing(staff: Office) -> None:
    rows = (("D-1", "ios", "17", "101"), ("D-1", "ios", "17", "102"))
    bring(staff, *rows)

    assert states(bring(staff, *rows)) == ["unchanged", "unchanged"]


def test_the_last_one_left_is_disputed_by_nobody(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"), ("D-1", "ios", "17", "102"))
    staff.do("device", "unassign", "D-1", "101")

    assert statuses(staff) == [("D-1", "ended"), ("D-1", "active")]


def test_a_device_that_has_an_account_gets_no_other(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"))

    for ran in (
        bring(staff, ("D-1", "ios", "17", "102")),
        staff.ask("device", "assign", "D-1", 102),
    ):
        assert (ran.code, ran.codes) == (5, ["device-taken"])
        assert ran.json["errors"][0]["rule"] == "J-A1"
    assert stored(staff)["D-1"]["accounts"] == ["acme/101"]


def test_a_taken_device_is_refused_by_the_rule_of_the_accounts_own_service(staff: Office) -> None:
    shipped = files("onhook_devices").joinpath("services", "jiyu-hodai.toml").read_text("utf-8")
    (staff.folder / "services").mkdir()
    own = shipped.replace('[accounts]\nrule = "J-A1"', '[accounts]\nrule = "X-7"')
    (staff.folder / "services" / "jiyu-hodai.toml").write_text(own, encoding="utf-8")
    bring(staff, ("D-1", "ios", "17", "101"))

    for ran in (
        bring(staff, ("D-1", "ios", "17", "102")),
        staff.ask("device", "assign", "D-1", 102),
    ):
        assert ran.json["errors"][0]["rule"] == "X-7"


def test_assigning_what_is_assigned_is_fine(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"))

    assert staff.ask("device", "assign", "D-1", "101").code == 0
    assert len(statuses(staff)) == 1


def test_an_account_may_be_on_a_phone_and_a_pc(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"), ("D-2", "pc", "18.0.1.0", "101"))

    assert staff.account("101")["devices"] == ["D-1", "D-2"]


def test_the_database_itself_holds_one_active_account_a_device(staff: Office) -> None:
    bring(staff, ("D-1", "ios", "17", "101"))
    workspace = staff.open()
    with workspace.reading() as work:
        row = work.connection.execute(select(assignment)).one()._asdict()
    row["id"] += 1

    def once_more() -> None:
        with workspace.writing() as work:
            work.connection.execute(insert(assignment), [row])

    with pytest.raises(IntegrityError):
        once_more()


def test_of_two_processes_that_assign_at_once_one_wins(staff: Office, forker: Popen[str]) -> None:
    staff.do("device", "add", "D-1", "--platform", "ios", "--level", "17")
    commands = [("device", "assign", "D-1", extension) for extension in ("101", "102", "103")]
    ended = run_together(forker, commands, environment=staff.environment)

    assert sorted(one["code"] for one in ended) == [0, 5, 5]
    assert sum("already has account" in one["said"] for one in ended) == 2
    assert len(stored(staff)["D-1"]["accounts"]) == 1


def test_a_device_of_another_customer_is_left_alone(two_customers: Office) -> None:
    two_customers.do("device", "add", "D-1", "--platform", "ios", "--customer", "sakura")
    for customer in ("acme", "sakura"):
        two_customers.do("account", "add", f"{customer}/101")
    two_customers.do("device", "assign", "D-1", "sakura/101")

    ran = bring(two_customers, ("D-1", "ios", "17", "101"), words=("--customer", "acme"))
    assert (ran.code, ran.codes) == (5, ["device-owned-elsewhere"])
    ran = two_customers.ask("device", "assign", "D-1", "acme/101")
    assert (ran.code, ran.codes) == (5, ["device-of-other-customer"])


# --- the end of an assignment -----------------------------------------------------------------


@pytest.fixture
def issued(staff: Office) -> Office:
    bring(staff, ("D-1", "ios", "17", "101"), ("D-2", "pc", "18.0.1.0", "101"))
    staff.do("issue", "101")
    return staff


def links(office: Office) -> dict[str, tuple[str, str]]:
    found = office.ask("link", "list").data["links"]
    return {one["device"]: (one["state"], one["why"]) for one in found}


def test_unassigning_kills_the_links_to_that_device_alone(issued: Office) -> None:
    assert issued.ask("device", "unassign", "d-1").data["device"] == "D-1"

    assert links(issued) == {"D-1": ("revoked", "assignment-ended"), "D-2": ("live", "")}


def test_retiring_takes_the_account_off_and_kills_its_links(issued: Office) -> None:
    assert issued.ask("device", "retire", "D-1").data["taken_off"] == ["acme/101"]

    assert links(issued)["D-1"][0] == "revoked"
    assert stored(issued)["D-1"]["accounts"] == []
    for words in (("assign", "D-1", "102"), ("retire", "D-1")):
        assert issued.ask("device", *words).codes == ["device-retired"]
    assert bring(issued, ("D-1", "ios", "17", "102")).codes == ["device-retired"]


def test_disabling_an_account_kills_its_links_on_all_devices(issued: Office) -> None:
    assert issued.ask("account", "disable", "101").data["links_revoked"] == 2

    assert {state for state, _ in links(issued).values()} == {"revoked"}
    assert issued.ask("issue", "101").codes == ["account-disabled"] * 2


def test_an_import_that_disables_kills_links_too(issued: Office) -> None:
    path = issued.table("list.csv", ("extension", "disabled"), ("101", "1"))
    issued.do("account", "import", path)

    assert {why for _, why in links(issued).values()} == {"account-disabled"}


def test_what_is_not_there_cannot_be_taken_off(staff: Office) -> None:
    staff.do("device", "add", "D-1", "--platform", "ios")

    assert staff.ask("device", "unassign", "D-1").codes == ["nothing-assigned"]
    assert staff.ask("device", "unassign", "D-1", "101").codes == ["not-assigned"]
    assert staff.ask("device", "keep", "D-1", "101").codes == ["not-assigned"]
    assert staff.ask("device", "show", "D-7").code == 4
