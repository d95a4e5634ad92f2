"""A made-up office of any size: a PBX's extension export and a device list, the same every time.

Names, passwords and numbers differ from row to row: an encoder that sees one text again and
again looks several times faster than it is.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMER = "sakura"
PBX = "pbx.sakura-denki.example"
PUBLIC_URL = "https://phone.sakura-denki.example"
FIRST_EXTENSION = 100_000

_SEED = 8
_SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_FAMILY_NAMES = (
    *("佐藤", "鈴木", "髙橋", "田中", "伊藤", "渡邊", "山本", "中村", "小林", "加藤", "吉田"),
    *("山﨑", "斉藤", "長谷川", "ｲﾄｳ", "Nguyen", "O'Brien", "Smith & Sons", "Müller", "Kim"),
)
_GIVEN_NAMES = (
    *("健一", "美咲", "翔太", "陽子", "大輔", "さくら", "一郎", "結衣", "拓也", "恵", "直樹"),
    *("ﾀﾛｳ", "Linh", "Patrick", "Anna", "Jürgen", "Min-jun", "花子", "誠", "由美子"),
)
# Platform, model and a level that its service allows.
_DEVICES = (
    ("ios", "iPhone 13", "18.1"),
    ("ios", "iPhone SE", "15.8.3"),
    ("android", "Pixel 8a", "15"),
    ("android", "AQUOS sense8", "13"),
    ("pc", "ThinkPad X13", "18.0.4.1"),
)

# The extension export of a 3CX PBX; what no row states here is 0 or empty, as there.
_BEFORE = "Number,FirstName,LastName,EmailAddress,MobileNumber,AuthID,AuthPassword"
_MIDDLE = (
    "WebMeetingFriendlyName,WebMeetingPrivateRoom,ClickToCall,ClickToCallFriendlyName,"
    "WebMeetingAcceptReject,EnableVoicemail,VMNoPin,VMPlayCallerID,PIN,VMPlayMsgDateTime,"
    "VMEmailOptions,QueueStatus,OutboundCallerID,SIPID,DeliverAudio,SupportReinvite,"
    "SupportReplaces,EnableSRTP,ManagementAccess,ReporterAccess,WallboardAccess,TurnOffMyPhone,"
    "HideFWrules,CanSeeRecordings,CanDeleteRecordings,RecordCalls,CallScreening,"
    "EmailMissedCalls,Disabled,DisableExternalCalls,AllowLanOnly,BlockRemoteTunnel,PinProtect,"
    "MAC_0,InterfaceIP_0,UseTunnel,DND,UseCTI,StartupScreen,HotelModuleAccess,DontShowExtInPHBK"
)
_AFTER = (
    "DeskphoneWebPass,SrvcAccessPwd,VoipAdmin,SysAdmin,SecureSIP,PhoneModel14,PhoneTemplate14,"
    "CustomTemplate,PhoneSettings,AllowAllRecordings,PushExtension,Integration,"
    "AllowOwnRecordings,RecordExternalCallsOnly,DID,SMS,PhoneSysAdmin"
)
HEADER = f"{_BEFORE},{_MIDDLE},{_AFTER}".split(",")
_DEVICE_HEADER = ("device", "platform", "model", "serial", "level", "extension", "ownership")
REGISTER_HEADER = (
    *("管理番号", "OS", "機種", "シリアル番号", "販売価格", "貸与日", "契約日", "保証月数"),
    *("故障日", "原因", "紛失日", "サービス終了日", "返却日"),
)
CONTRACT_ON = date(2021, 1, 15)
_EMPTY = {"SIPID", "MAC_0", "InterfaceIP_0", "PhoneModel14", "PhoneTemplate14", "CustomTemplate"}


def write_extensions(path: Path, count: int) -> Path:
    """Write the PBX's export of `count` extensions in 65 columns, UTF-8 with BOM."""
    chance = random.Random(_SEED)  # noqa: S311 - sample data
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="0")
        writer.writeheader()
        for number in range(count):
            writer.writerow(dict.fromkeys(_EMPTY, "") | _person(chance, number))
    return path


def write_devices(path: Path, count: int) -> Path:
    """Write a list of `count` devices, one for each extension."""
    chance = random.Random(_SEED)  # noqa: S311 - sample data
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_DEVICE_HEADER)
        for number in range(count):
            platform, model, level = chance.choice(_DEVICES)
            device, serial = f"D-{number:06}", _signs(chance, 12).upper()
            extension = FIRST_EXTENSION + number
            writer.writerow([device, platform, model, serial, level, extension, "leased"])
    return path


def write_register(path: Path, count: int) -> Path:
    """Write a register of `count` leased devices in Japanese, as a spreadsheet saves it.

    Of three, two are out; the third broke, was lost, has come back, or its service has ended.
    """
    chance = random.Random(_SEED)  # noqa: S311 - sample data
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, REGISTER_HEADER, restval="")
        writer.writeheader()
        for number in range(count):
            writer.writerow(_lease(chance, number))
    return path


def _lease(chance: random.Random, number: int) -> dict[str, object]:
    platform, model, _ = chance.choice(_DEVICES)
    started_on = CONTRACT_ON + timedelta(days=chance.randrange(1500))
    row: dict[str, object] = {
        "管理番号": f"D-{number:06}",
        "OS": platform,
        "機種": model,
        "シリアル番号": _signs(chance, 12).upper(),
        "販売価格": f"{chance.randrange(198, 1298)}00円",
        "貸与日": f"{started_on:%Y/%m/%d}",
        "契約日": f"{started_on - timedelta(days=chance.randrange(30)):%Y/%m/%d}",
        "保証月数": chance.choice((12, 24, 36)),
    }
    broke_on = f"{started_on + timedelta(days=chance.randrange(1, 300)):%Y/%m/%d}"
    broken = {"故障日": broke_on, "原因": chance.choice(("通常使用", "過失"))}
    happened = (broken, {"紛失日": broke_on}, {"返却日": broke_on}, {"サービス終了日": broke_on})
    nothing: tuple[dict[str, str], ...] = ({},) * 8
    row |= chance.choice((*happened, *nothing))
    return row


def _person(chance: random.Random, number: int) -> dict[str, str]:
    extension = str(FIRST_EXTENSION + number)
    login = f"{_signs(chance, 5).lower()}{number}"
    return {
        "Number": extension,
        "FirstName": chance.choice(_GIVEN_NAMES),
        "LastName": chance.choice(_FAMILY_NAMES),
        "EmailAddress": f"{login}@sakura-denki.example",
        "MobileNumber": f"090-{chance.randrange(10_000):04}-{chance.randrange(10_000):04}",
        "AuthID": _signs(chance, 10),
        "AuthPassword": _signs(chance, chance.randint(10, 16)),
        "WebMeetingFriendlyName": login,
        "ClickToCallFriendlyName": login,
        "PIN": f"{chance.randrange(10_000):04}",
        "OutboundCallerID": f"03000{chance.randrange(100_000):05}",
        "DeskphoneWebPass": _signs(chance, 10),
        "SrvcAccessPwd": _signs(chance, 12),
        "DID": f"03000{number % 100_000:05}",
    }


def _signs(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(_SIGNS, k=count))
