"""The headers of the PBX's extension export, as its versions write them."""

V15 = [
    "Number",
    "FirstName",
    "LastName",
    "EmailAddress",
    "MobileNumber",
    "AuthID",
    "AuthPassword",
    "WebMeetingFriendlyName",
    "WebMeetingPrivateRoom",
    "ClickToCall",
    "WebMeetingAcceptReject",
    "EnableVoicemail",
    "VMNoPin",
    "VMPlayCallerID",
    "PIN",
    "VMPlayMsgDateTime",
    "VMEmailOptions",
    "QueueStatus",
    "OutboundCallerID",
    "SIPID",
    "DeliverAudio",
    "SupportReinvite",
    "SupportReplaces",
    "EnableSRTP",
    "ManagementAccess",
    "ReporterAccess",
    "WallboardAccess",
    "TurnOffMyPhone",
    "HideFWrules",
    "CanSeeRecordings",
    "CanDeleteRecordings",
    "RecordCalls",
    "CallScreening",
    "EmailMissedCalls",
    "Disabled",
    "DisableExternalCalls",
    "AllowLanOnly",
    "BlockRemoteTunnel",
    "PinProtect",
    "MAC_0",
    "InterfaceIP_0",
    "UseTunnel",
    "DND",
    "UseCTI",
    "StartupScreen",
    "HotelModuleAccess",
    "DontShowExtInPHBK",
    "DeskphoneWebPass",
    "SrvcAccessPwd",
    "VoipAdmin",
    "SysAdmin",
    "SecureSIP",
    "PhoneModel14",
    "PhoneTemplate14",
    "CustomTemplate",
    "PhoneSettings",
    "AllowAllRecordings",
    "PushExtension",
    "Integration",
]
V15_2 = [*V15, "AllowOwnRecordings", "RecordExternalCallsOnly"]
_CLICK = V15_2.index("ClickToCall") + 1
V18 = [*V15_2[:_CLICK], "ClickToCallFriendlyName", *V15_2[_CLICK:], "DID", "SMS", "PhoneSysAdmin"]
_KNOWN_V20 = [
    "Number",
    "FirstName",
    "LastName",
    "EmailAddress",
    "MobileNumber",
    "OutboundCallerID",
    "DID",
    "Role",
    "Department",
]
V20 = [*_KNOWN_V20, *(f"Other{number}" for number in range(54 - len(_KNOWN_V20)))]
V18_SHORT = ["FirstName", "LastName", "EmailAddress", "MobileNumber"]


def row(header: list[str], **cells: str) -> list[str]:
    """Return a row below `header` with these cells; what the layout lacks is left out."""
    return [cells.get(name, "") for name in header]
