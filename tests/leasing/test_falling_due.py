"""`lease due`: what falls due, for whom, by what rule, and what it costs if missed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from onhook.leasing.falling_due import falls_due
from onhook.leasing.register import recorded
from onhook.store.schema import lease
from onhook_devices.leasing.dues import dues
from onhook_devices.leasing.events import (
    Decline,
    Extension,
    Fault,
    Loss,
    Return,
    ServiceEnd,
    Shipping,
)
from onhook_devices.service import Services
from tests.leasing.exploring import CONTRACT, JIYU, start
from tests.leasing.registers import fill, happens, put_any, years_later
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from tests.workspaces import Office, Prepared

pytestmark = pytest.mark.each_database
TODAY = date(2025, 10, 20)
COLUMNS = {"due_rule", "returned_on", "warranty_until", "warranty_rule"}
"""What an onhook of before did not keep."""
LIVES = thorough(50, 25)


def leasing(acme: Office) -> None:
    """Make the contract under which devices go out."""
    acme.do("contract", "start", "--on", "2025-01-15")


def with_some(acme: Office) -> None:
    """Make a device of each kind that something falls due for, and some of which nothing does."""
    leasing(acme)
    broken = Fault(on=date(2025, 10, 1), cause="normal")
    shipped = (broken, Shipping(on=date(2025, 10, 2), replacement="D-9"))
    lost = Loss(on=date(2025, 9, 1))
    fill(
        acme,
        {
            "D-1": (start(), *shipped),
            "D-2": (start(), ServiceEnd(on=date(2025, 9, 30))),
            "D-3": (start(), lost, Decline(on=date(2025, 9, 20))),
            "D-4": (start(date(2025, 10, 18), is_bought=True, warranty_months=0),),
            "D-5": (start(),),
            "D-6": (start(warranty_months=0),),
            "D-7": (start(), *shipped, Return(on=date(2025, 10, 5))),
            "D-8": (start(), lost),
        },
    )


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(with_some)


def rows(office: Office, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ask("lease", "due", *words).data["due"]
    return found


def test_rows_tell_all_and_the_soonest_comes_first(office: Office) -> None:
    found = rows(office, "--today", TODAY.isoformat())

    assert [tuple(one.values()) for one in found] == [
        ("D-3", "acme", "penalty-decision", "2025-09-20", -30, "J-L8", None),
        ("D-1", "acme", "replacement-return", "2025-10-16", -4, "J-L2", 43_780),
        ("D-4", "acme", "bought-return", "2025-10-25", 5, "J-L9", None),
        ("D-2", "acme", "end-return", "2025-10-31", 11, "J-L10, J-L13", 43_780),
        ("D-5", "acme", "warranty-end", "2026-01-15", 87, "J-L1", None),
    ]
    assert set(found[0]) == {
        "device",
        "customer",
        "kind",
        "due_on",
        "days_left",
        "rule",
        "amount_if_missed",
    }


def test_within_so_many_days_the_last_of_them_counts(office: Office) -> None:
    def devices(days: str) -> list[str]:
        found = rows(office, "--today", TODAY.isoformat(), "--within", days)
        return [one["device"] for one in found]

    assert devices("0") == ["D-3", "D-1"]
    assert devices("10") == ["D-3", "D-1", "D-4"]
    assert devices("11") == ["D-3", "D-1", "D-4", "D-2"]


def test_what_is_overdue_stays_and_what_is_over_goes(office: Office) -> None:
    kinds = [one["kind"] for one in rows(office, "--today", "2027-01-01")]

    assert kinds == ["penalty-decision", "replacement-return", "end-return"]


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "of an earlier onhook"])
def test_the_tables_say_what_the_rules_say_of_each_life(
    prepared: Prepared,
    kept: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    office = prepared(leasing)
    random = Random(7)  # noqa: S311 - nothing secret
    names = [f"D-{number}" for number in range(LIVES)]
    kinds: set[str] = set()
    with office.open(years_later).writing() as work:
        for name in names:
            put_any(work, name, random)
        if not kept:
            work.connection.execute(update(lease).values(dict.fromkeys(COLUMNS)))
        for today in (CONTRACT, TODAY, date(2026, 1, 15), date(2027, 3, 1)):
            asked = [
                (one.device, one.kind, one.due_on, one.rule, one.amount_if_missed)
                for one in falls_due(work, today, within=400)
            ]
            told = [
                (name, one.kind, one.due_on, one.rule, _total(one.if_missed))
                for name in names
                for one in dues(recorded(work, name).history.life(JIYU), JIYU, today)
                if one.due_on <= today + timedelta(days=400)
            ]
            assert sorted(map(str, asked)) == sorted(map(str, told))
            kinds |= {kind for _, kind, *_ in asked}
        assert kinds >= {"warranty-end", "end-return"}


def _total(missed: Any) -> int | None:
    return None if missed is None else missed.result.total_yen


def test_people_read_it_in_their_language(office: Office) -> None:
    english = office.do("lease", "due", "--today", "2025-10-31").out
    japanese = office.do("lease", "due", "--today", "2025-10-31", "--lang", "ja").out

    assert "15 overdue" in english
    assert " today " in english
    assert "penalty 43,780 JPY" in english
    assert english.endswith("deadlines: 4; overdue: 2\n")
    assert "15日超過" in japanese
    assert "違約金 43,780円" in japanese


@pytest.mark.sqlite_alone
def test_another_customer_owes_nothing(office: Office) -> None:
    office.do("customer", "add", "sakura")

    said = office.do("lease", "due", "--customer", "sakura", "--today", "2025-10-31").out
    assert said == "nothing falls due, as of 2025-10-31\n"
    assert rows(office, "--customer", "acme", "--today", "2025-10-31")
    assert office.ask("lease", "due", "--customer", "nobody").codes == ["no-such-customer"]


@pytest.mark.sqlite_alone
def test_more_time_moves_the_day(office: Office) -> None:
    happens(office, "D-1", Extension(on=date(2025, 10, 15), until=date(2025, 11, 15), reason=""))

    found = {one["device"]: one["due_on"] for one in rows(office, "--today", TODAY.isoformat())}
    assert found["D-1"] == "2025-11-15"


# A minimum level that is raised (J-A2)


def announce(office: Office, since: date, level: str = "18") -> None:
    """Let the service of acme's contract announce a higher level for iOS."""
    text = Services().file("jiyu-hodai").read_text("utf-8")
    told = f'[minimum_levels.next]\nrule = "J-A2"\nsince = {since}\nios = "{level}"\n\n[app]'
    (office.folder / "services").mkdir(exist_ok=True)
    path = office.folder / "services/jiyu-hodai.toml"
    path.write_text(text.replace("[app]", told), encoding="utf-8")


def phones(acme: Office) -> None:
    """Give 101 to 105 phones: too old, fit, of an unknown level, too old already, an Android."""
    leasing(acme)
    acme.accounts("101", "102", "103", "104", "105")
    for number, level in enumerate(("17.2", "18.0", "", "8.0", "17"), 1):
        words = ["device", "add", f"D-{number}", "--platform", "android" if number == 5 else "ios"]
        acme.do(*words, *(["--level", level] if level else []))
        acme.do("device", "assign", f"D-{number}", f"10{number}")


@pytest.mark.sqlite_alone
def test_a_device_that_a_raised_minimum_will_leave_behind_is_told(prepared: Prepared) -> None:
    office = prepared(phones)
    announce(office, date(2040, 2, 1))

    (found,) = rows(office, "--today", "2040-01-01")
    assert tuple(found.values()) == ("D-1", "acme", "minimum-level", "2040-01-31", 30, "J-A2", None)
    assert rows(office, "--today", "2040-01-01", "--within", "29") == []
    assert rows(office, "--today", "2040-02-01") == []
    assert rows(office, "--today", "2040-01-01", "--customer", "acme") == [found]
    office.do("device", "retire", "D-1")
    assert rows(office, "--today", "2040-01-01") == []


@pytest.mark.sqlite_alone
def test_the_raised_minimum_holds_from_its_day(prepared: Prepared) -> None:
    office = prepared(phones)
    today = office.open().today

    announce(office, today + timedelta(days=1))
    assert office.ask("check", "101").codes == []
    announce(office, today)
    assert office.ask("check", "101").codes == ["below-minimum"]
    assert office.ask("check", "102").codes == []
    announce(office, today, "nineteen")
    assert office.ask("lease", "due").codes == ["service-value-wrong"]
