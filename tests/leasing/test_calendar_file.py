"""`lease due --ics`: read by vobject, which has nothing of icalendar, which writes it."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import vobject

from onhook_devices.leasing.events import Extension, Return, ServiceEnd
from tests.leasing.exploring import start
from tests.leasing.registers import fill, happens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.workspaces import Office, Prepared

TODAY = ("--today", "2027-03-01")
NAME = "株式会社アクメ, 東京; 本社 \\ 第二営業部のとても長い名前のお客様"


def with_returns(acme: Office) -> None:
    """Make two devices that are due back, and one in warranty; their customer's name is awkward."""
    acme.do("contract", "start", "--on", "2025-01-15")
    acme.do("customer", "set", "acme", "--name", NAME)
    ended, long = ServiceEnd(on=date(2027, 2, 28)), start(warranty_months=36)
    fill(acme, {"D-1": (start(), ended), "D-2": (start(), ended), "D-3": (long,)})


@pytest.fixture
def office(prepared: Prepared) -> Office:
    return prepared(with_returns)


def export(office: Office, *words: str) -> Path:
    path = office.home / "due.ics"
    office.do("lease", "due", "--ics", path, *TODAY, *words)
    return path


def events(path: Path) -> list[Any]:
    """Return the events in a file as a foreign reader sees them."""
    text = path.read_bytes().decode()
    found: list[Any] = list(vobject.readOne(text, validate=True).vevent_list)
    return found


def imported(calendar: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return what a calendar holds after reading a file: one event a UID, the newer one's."""
    for event in events(path):
        held = calendar.get(event.uid.value)
        if held is None or int(held.sequence.value) <= int(event.sequence.value):
            calendar = calendar | {event.uid.value: event}
    return calendar


def test_there_is_one_event_for_each_deadline(office: Office) -> None:
    rows = office.ask("lease", "due", *TODAY).data["due"]

    found = events(export(office))
    days = [(event.dtstart.value, event.dtend.value) for event in found]
    assert days == [(day, day + timedelta(days=1)) for day in map(_due_on, rows)]
    assert all(event.dtstart.params["VALUE"] == ["DATE"] for event in found)
    assert len({event.uid.value for event in found}) == len(rows) == 3


def _due_on(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["due_on"])


def test_the_texts_come_back_as_they_were(office: Office) -> None:
    first = events(export(office, "--lang", "ja"))[0]

    assert first.summary.value == f"D-1({NAME})：サービス終了に伴う端末の返送"
    assert first.description.value == "期限後：違約金 43,780円 (J-L10, J-L13)"
    assert events(export(office))[0].description.value == (
        "If missed: penalty 43,780 JPY (J-L10, J-L13)"
    )


def test_it_reminds_a_week_before_and_on_the_day(office: Office) -> None:
    first = events(export(office))[0]

    before = [alarm.trigger.value for alarm in first.valarm_list]
    assert before == [timedelta(days=-7, hours=9), timedelta(hours=9)]
    assert {alarm.action.value for alarm in first.valarm_list} == {"DISPLAY"}


def test_lines_are_as_rfc_5545_wants_them(office: Office) -> None:
    written = export(office).read_bytes()

    assert written.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(map(len, written.split(b"\r\n"))) <= 75
    for line in written.split(b"\r\n"):
        line.decode()  # no sign is cut in two
    head = written.partition(b"BEGIN:VEVENT")[0].decode().split("\r\n")
    assert {"VERSION:2.0", "METHOD:PUBLISH", "CALSCALE:GREGORIAN"} <= set(head)
    assert "X-WR-TIMEZONE:Asia/Tokyo" in head
    assert any(line.startswith("PRODID:") for line in head)


def test_importing_it_again_doubles_nothing_and_moves_what_was_put_off(office: Office) -> None:
    calendar = imported({}, export(office))
    again = imported(calendar, export(office, "--lang", "ja"))
    assert again.keys() == calendar.keys()

    happens(office, "D-1", Extension(on=date(2027, 3, 1), until=date(2027, 4, 10)))
    later = imported(again, export(office))
    moved = {uid for uid in later if later[uid].dtstart.value != calendar[uid].dtstart.value}

    assert later.keys() == calendar.keys()
    assert [later[uid].dtstart.value for uid in moved] == [date(2027, 4, 10)]


def test_what_was_sent_back_is_not_in_it(office: Office) -> None:
    happens(office, "D-1", Return(on=date(2027, 3, 1)))

    assert len(events(export(office))) == 2


def test_two_workspaces_never_share_an_event(office: Office, another: Callable[[], Office]) -> None:
    here = {event.uid.value for event in events(export(office))}
    other = another()
    with_returns(other)

    assert not here & {event.uid.value for event in events(export(other))}


def test_the_file_is_its_owners_and_takes_the_place_of_the_last(office: Office) -> None:
    path = export(office)
    path.chmod(0o644)

    assert export(office) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.glob("*.ics*")] == ["due.ics"]


def test_a_calendar_without_an_event_is_one_still(office: Office) -> None:
    path = export(office, "--today", "2024-01-01", "--within", "1")

    assert not hasattr(vobject.readOne(path.read_text("utf-8")), "vevent")


@pytest.mark.parametrize("place", ["/dev/null", "/proc/due.ics", "{home}"])
def test_what_is_no_file_is_left_alone(office: Office, place: str) -> None:
    ran = office.ask("lease", "due", "--ics", place.format(home=office.home))

    assert (ran.code, ran.codes) == (7, ["not-writable"])
