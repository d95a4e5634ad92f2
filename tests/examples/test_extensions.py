from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.examples.files import ACCOUNTS_CP932, ACCOUNTS_UTF8, accounts, rows

if TYPE_CHECKING:
    from pathlib import Path

# The PBX's layout of about v15; later versions add columns, see below.
_COLUMNS_59 = """
    Number FirstName LastName EmailAddress MobileNumber AuthID AuthPassword WebMeetingFriendlyName
    WebMeetingPrivateRoom ClickToCall WebMeetingAcceptReject EnableVoicemail VMNoPin VMPlayCallerID
    PIN VMPlayMsgDateTime VMEmailOptions QueueStatus OutboundCallerID SIPID DeliverAudio
    SupportReinvite SupportReplaces EnableSRTP ManagementAccess ReporterAccess WallboardAccess
    TurnOffMyPhone HideFWrules CanSeeRecordings CanDeleteRecordings RecordCalls CallScreening
    EmailMissedCalls Disabled DisableExternalCalls AllowLanOnly BlockRemoteTunnel PinProtect MAC_0
    InterfaceIP_0 UseTunnel DND UseCTI StartupScreen HotelModuleAccess DontShowExtInPHBK
    DeskphoneWebPass SrvcAccessPwd VoipAdmin SysAdmin SecureSIP PhoneModel14 PhoneTemplate14
    CustomTemplate PhoneSettings AllowAllRecordings PushExtension Integration
"""
COLUMNS_59 = _COLUMNS_59.split()
COLUMNS_61 = [*COLUMNS_59, "AllowOwnRecordings", "RecordExternalCallsOnly"]
_AFTER_CLICK = COLUMNS_61.index("ClickToCall") + 1
COLUMNS_65 = [
    *COLUMNS_61[:_AFTER_CLICK],
    "ClickToCallFriendlyName",
    *COLUMNS_61[_AFTER_CLICK:],
    "DID",
    "SMS",
    "PhoneSysAdmin",
]

BOTH = pytest.mark.parametrize(
    ("file", "encoding"), [(ACCOUNTS_CP932, "cp932"), (ACCOUNTS_UTF8, "utf-8-sig")]
)
HALF_WIDTH_KANA = re.compile("[ｦ-ﾟ]+")
UNASSIGNED = re.compile("0[789]00000[0-9]{4}")  # no Japanese mobile number goes on with a 0


@BOTH
def test_header_is_the_65_column_layout(file: Path, encoding: str) -> None:
    with file.open(encoding=encoding, newline="") as lines:
        header = next(csv.reader(lines))

    assert len(header) == 65
    assert header == COLUMNS_65


@BOTH
def test_every_line_ends_as_excel_ends_it(file: Path, encoding: str) -> None:
    assert rows(file, encoding)
    assert set(re.findall(rb"\r?\n|\r", file.read_bytes())) == {b"\r\n"}


def test_office_of_40_is_saved_as_cp932_and_nothing_else() -> None:
    raw = ACCOUNTS_CP932.read_bytes()

    assert len(rows(ACCOUNTS_CP932, "cp932")) == 40
    for other in ("utf-8", "shift_jis", "euc_jp"):
        with pytest.raises(UnicodeDecodeError):
            raw.decode(other)


def test_windows_own_codes_are_used_where_python_would_write_others() -> None:
    assert b"\xfb\xfc" in ACCOUNTS_CP932.read_bytes()
    assert "髙".encode("cp932") != b"\xfb\xfc"
    assert accounts()["101"]["LastName"] == "髙橋"


def test_second_file_holds_names_cp932_cannot_write() -> None:
    raw = ACCOUNTS_UTF8.read_bytes()
    names = {row["LastName"] for row in rows(ACCOUNTS_UTF8, "utf-8-sig")}

    assert raw.startswith(b"\xef\xbb\xbf")
    assert names == {"𠮷田", "神﨑", "𣘺本", "Nguyễn", "Gómez"}
    with pytest.raises(UnicodeEncodeError):
        raw.decode("utf-8-sig").encode("cp932")


def test_each_extension_stands_in_one_row_of_one_file() -> None:
    numbers = [
        row["Number"] for row in rows(ACCOUNTS_CP932, "cp932") + rows(ACCOUNTS_UTF8, "utf-8-sig")
    ]

    assert max(Counter(numbers).values()) == 1
    assert numbers == [*map(str, range(101, 140)), "0150", *map(str, range(141, 146))]


def test_names_in_half_width_kana_are_there() -> None:
    kana = [
        number
        for number, row in accounts().items()
        if HALF_WIDTH_KANA.fullmatch(row["LastName"] + row["FirstName"])
    ]

    assert kana == ["110", "117", "129"]


def test_exactly_one_extension_is_disabled() -> None:
    assert [n for n, row in accounts().items() if row["Disabled"] != "0"] == ["115"]


def test_exactly_one_extension_has_no_credential() -> None:
    assert [n for n, row in accounts().items() if not row["AuthID"]] == ["127"]
    assert [n for n, row in accounts().items() if not row["AuthPassword"]] == ["127"]


def test_auth_ids_and_passwords_are_of_their_own() -> None:
    people = [row for row in accounts().values() if row["AuthID"]]
    credentials = [row[column] for row in people for column in ("AuthID", "AuthPassword")]

    assert len(set(credentials)) == 2 * len(people)
    assert not {row["Number"] for row in people} & set(credentials)


def test_one_password_holds_what_every_format_must_escape() -> None:
    assert set("&<>\"';") <= set(accounts()["109"]["AuthPassword"])


def test_mail_goes_nowhere_and_telephone_numbers_belong_to_nobody() -> None:
    for row in accounts().values():
        assert row["EmailAddress"].endswith("@sakura-denki.example")
        digits = re.sub(r"\D", "", row["MobileNumber"].replace("+81", "0"))
        assert not digits or UNASSIGNED.fullmatch(digits)


def test_mobile_numbers_are_written_in_many_ways() -> None:
    written = "".join(row["MobileNumber"] for row in accounts().values())

    assert set("+-() ") <= set(written)
    assert any(not row["MobileNumber"] for row in accounts().values())


def test_meeting_room_has_one_name_only() -> None:
    assert [n for n, row in accounts().items() if not row["LastName"]] == ["139"]
