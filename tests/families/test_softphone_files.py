"""The softphones' files, read back by readers that are not ours.

INI files go through configparser, XML through lxml. The lines of baresip and Twinkle go through
readers written here after what the real clients do (tests/siplab shows that they do).
"""

import re
from configparser import RawConfigParser
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from onhook import qr
from onhook.families import CannotCarry, Families, Rendering
from tests.decoders import both_read_many
from tests.families.making import TEXTS, values

FAMILIES = Families()
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
HOST = "127.0.0.1"
# Nearly a SIP parameter, nearly quoted, nearly too long: where lines break.
HOSTILE = st.one_of(
    TEXTS,
    st.text(st.sampled_from(';=\\" \t#[]%$\u3000aux_pass'), max_size=24),
    st.sampled_from(
        [";auth_pass=x", ";regint=0", "; Outbound =y", '"q"', "'q'", "end\\", '"', "'"]
    ),
    st.text("x髙𠮷", min_size=100, max_size=300),
)
USUAL = {"transport": "udp", "srtp": "disabled"}


def rendered(family: str, **changes: Any) -> Rendering | None:
    """Return what is rendered; None where it is refused, and then rendering refuses it too."""
    given = values(**(USUAL | changes))
    if FAMILIES.get(family).refusals(given):
        with pytest.raises(CannotCarry) as refused:
            FAMILIES.get(family).render(given)
        assert refused.value.account == "acme/101"
        return None
    return FAMILIES.get(family).render(given)


class AsWritten(RawConfigParser):
    """An INI reader that leaves names of keys as they are; Raw: values too."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def ini(content: bytes) -> RawConfigParser:
    """Read an INI file with all that could change a value switched off."""
    reader = AsWritten(strict=True, delimiters=("=",), comment_prefixes=(";", "#"))
    assert content.startswith(b"\xff\xfe")
    text = content.decode("utf-16")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    reader.read_string(text)
    return reader


@pytest.mark.parametrize(
    ("family", "section", "keys"),
    [
        ("3cxphone6", "Profile0", {"auth_id": "AuthID", "password": "AuthPass"}),
        ("3cxphone6", "Profile0", {"display_name": "CallerID", "voicemail_number": "PBXVoicemail"}),
        ("microsip", "Account1", {"auth_id": "authID", "password": "password"}),
        ("microsip", "Account1", {"display_name": "displayName"}),
        ("microsip", "Account1", {"voicemail_number": "voicemailNumber"}),
    ],
)
@given(data=st.data())
def test_ini_files_carry_any_text_or_refuse_it(
    family: str, section: str, keys: dict[str, str], data: st.DataObject
) -> None:
    given = {name: data.draw(HOSTILE) for name in keys}
    assume(given.get("display_name") != "")  # the extension stands for it
    rendering = rendered(family, **given)
    if rendering is None:
        return

    found = ini(rendering.files[0].content)[section]
    assert {name: found[key] for name, key in keys.items()} == given


def test_3cxphone6_has_all_keys_in_the_clients_order() -> None:
    rendering = rendered("3cxphone6")
    assert rendering is not None
    reader = ini(rendering.files[0].content)

    assert reader.sections() == ["Profile0"]
    assert list(reader["Profile0"]) == [
        *("Name", "Enabled", "CallerID", "AuthUser", "AuthID", "AuthPass", "PBXAddr"),
        *("PBXRemoteAddr", "PBXVoicemail", "ServerProxy", "DtmfRFC2833", "DtmfInband"),
        *("DtmfSipinfo", "DtmfPayload", "SipTransport", "RegistrationTime", "Codecs"),
        *("VideoCodecs", "VideoFormats", "LocalPBX", "RTPTransport", "ProvisioningURL"),
        *("UseTunnel", "UseProxy", "TunnelPass", "TunnelRemAddr", "TunnelPort", "PBXPort"),
        *("STUNServer", "AutoProvisioning", "VoicemailConfirmed"),
    ]


@pytest.mark.parametrize("family", ["3cxphone6", "microsip"])
@pytest.mark.parametrize(
    ("password", "what"),
    [
        ('"quoted"', "quotation marks around the whole"),
        ("'quoted'", "quotation marks around the whole"),
        (" edge", "white space at either end"),
        ("edge ", "white space at either end"),
        ("a\0b", "U+0000-U+001F, U+007F-U+009F"),
    ],
)
def test_what_windows_ini_functions_change_is_refused_by_name(
    family: str, password: str, what: str
) -> None:
    (refusal,) = FAMILIES.get(family).refusals(values(password=password, **USUAL))

    assert (refusal.field, refusal.what) == ("password", what)


@pytest.mark.parametrize("field", ["password", "auth_id", "display_name", "voicemail_number"])
@pytest.mark.parametrize("sign", ["x", "𠮷"])
def test_microsip_reads_255_units_of_a_value(field: str, sign: str) -> None:
    units = len(sign.encode("utf-16-le")) // 2
    family = FAMILIES.get("microsip")

    assert family.refusals(values(**{field: sign * (255 // units)})) == []
    (refusal,) = family.refusals(values(**{field: sign * (255 // units) + sign}))
    assert (refusal.code(), refusal.field, refusal.what) == ("too-long-to-carry", field, "255")


def test_microsip_refuses_a_dial_plan_longer_than_it_reads() -> None:
    many = tuple(f"{number}x+" for number in range(1000, 9000, 1000))
    (refusal,) = FAMILIES.get("microsip").refusals(values(barred_numbers=many))

    assert (refusal.code(), refusal.field) == ("value-not-held", "barred_numbers")


def test_microsip_sends_calls_to_the_registrar_where_the_domain_is_elsewhere() -> None:
    def proxy(**changes: str) -> str:
        rendering = rendered("microsip", **changes)
        assert rendering is not None
        return ini(rendering.files[0].content)["Account1"]["proxy"]

    assert proxy(registrar="a.example:5060", sip_domain="a.example") == ""
    assert proxy(registrar="a.example", sip_domain="a.example") == ""
    assert proxy(registrar="a.example:5070", sip_domain="a.example") == "a.example:5070"
    assert proxy(registrar="a.example", sip_domain="b.example") == "a.example"
    assert proxy(outbound_proxy="edge.example:5080") == "edge.example:5080"


def baresip_parameter(parameters: str, name: str) -> str:
    """Return a parameter as baresip finds it: the first of that name, even within quotes."""
    found = re.search(rf";[ \t]*{name}[ \t]*=[ \t]*", parameters, re.IGNORECASE)
    assert found is not None, name
    end, is_quoted = found.end(), False
    while end < len(parameters):
        sign = parameters[end]
        if sign == "\\":
            end += 2
            continue
        if sign == '"':
            is_quoted = not is_quoted
        elif not is_quoted and sign in " \t;":
            break
        end += 1
    value = parameters[found.end() : end]
    is_wrapped = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if is_wrapped else value


def baresip_name(line: str) -> tuple[str, str]:
    """Return the display name and what follows the address."""
    quoted = re.match(r'("(?:[^"\\]|\\.)*")? ?<([^>]+)>(.*)\n\Z', line, re.DOTALL)
    assert quoted is not None, line
    return re.sub(r"\\(.)", r"\1", (quoted[1] or '""')[1:-1]), quoted[3]


@given(name=HOSTILE, auth_id=HOSTILE, password=HOSTILE)
def test_baresip_carries_any_text_or_refuses_it(name: str, auth_id: str, password: str) -> None:
    rendering = rendered("baresip", display_name=name, auth_id=auth_id, password=password)
    if rendering is None:
        return

    content = rendering.files[0].content
    assert content.count(b"\n") == 1
    found, parameters = baresip_name(content[:511].decode() + "\n" * (len(content) == 512))
    assert found == name
    assert baresip_parameter(parameters, "auth_user") == auth_id
    assert baresip_parameter(parameters, "auth_pass") == password
    assert baresip_parameter(parameters, "regint") == "600"
    assert baresip_parameter(parameters, "answermode") == "manual"
    assert baresip_parameter(parameters, "outbound") == "sip:pbx.acme.example:5060;transport=udp"
    for other in ("mediaenc", "medianat", "mwi", "stunserver", "audio_source", "extra", "pubint"):
        assert re.search(rf";[ \t]*{other}[ \t]*=", parameters, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("field", "text", "what"),
    [
        ("password", 'a"b', '"'),
        ("password", "a;regint=0", ";name="),
        ("auth_id", 'a"b', '"'),
        ("auth_id", "a\\", "\\ at the end"),
        ("auth_id", "x; auth_pass =y", ";name="),
        ("display_name", "a\nb", "U+000A-U+000D, U+001C-U+001E, U+0085, U+2028, U+2029"),
    ],
)
def test_what_a_line_of_baresip_cannot_hold_is_refused_by_name(
    field: str, text: str, what: str
) -> None:
    (refusal,) = FAMILIES.get("baresip").refusals(values(**{field: text}))

    assert (refusal.account, refusal.field, refusal.what) == ("acme/101", field, what)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("password", "a\\"),
        ("password", " a "),
        ("password", ";ab=c"),
        ("auth_id", "a\\\\"),
        ("auth_id", "a;b c"),
        ("display_name", 'a "b" \\'),
    ],
)
def test_what_a_line_of_baresip_can_hold_is_not_refused(field: str, text: str) -> None:
    assert FAMILIES.get("baresip").refusals(values(**{field: text})) == []


def test_a_line_longer_than_baresip_reads_is_refused_in_bytes() -> None:
    family = FAMILIES.get("baresip")
    room = 512 - len(family.render(values(display_name="", password="x")).files[0].content)

    assert family.refusals(values(display_name="", password="x" * (room + 1))) == []
    for too_much in ("x" * (room + 2), "髙" * (room // 3 + 2)):
        (refusal,) = family.refusals(values(display_name="", password=too_much))
        assert (refusal.code(), refusal.field, refusal.what) == (
            *("too-much-to-carry", "accounts"),
            "512",
        )
        assert too_much not in f"{refusal!r} {refusal.data}"


def twinkle(content: bytes) -> list[tuple[str, str]]:
    """Read a profile as Twinkle does: lines, cut at the first ``=``, blanks off, # for comments."""
    lines = (line.strip(" ") for line in content.decode().split("\n"))
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return [(key.strip(" "), value.strip(" ")) for key, _, value in pairs]


@given(name=HOSTILE, auth_id=HOSTILE, password=HOSTILE)
def test_twinkle_carries_any_text_or_refuses_it(name: str, auth_id: str, password: str) -> None:
    rendering = rendered("twinkle", display_name=name, auth_id=auth_id, password=password)
    if rendering is None:
        return

    found = twinkle(rendering.files[0].content)
    assert len(found) == len(dict(found))
    assert dict(found) | {"user_display": name, "auth_name": auth_id, "auth_pass": password} == {
        **dict(found),
        "user_name": "101",
        "registrar": "pbx.acme.example:5060",
        "outbound_proxy": "pbx.acme.example:5060",
        "sip_transport": "udp",
    }
    assert (dict(found)["user_display"], dict(found)["auth_name"]) == (name, auth_id)
    assert dict(found)["auth_pass"] == password


@given(name=HOSTILE, auth_id=HOSTILE, password=HOSTILE)
def test_gswave_carries_any_text_or_refuses_it(name: str, auth_id: str, password: str) -> None:
    rendering = rendered("gswave", display_name=name, auth_id=auth_id, password=password)
    if rendering is None:
        return

    assert rendering.qr is not None
    assert rendering.qr.isascii()
    assert rendering.files == ()
    root = etree.fromstring(rendering.qr.encode(), PARSER)
    found = [(root.findtext(f"Account/{tag}") or "") for tag in ("DisplayName", "AuthID")]
    assert found == [name, auth_id]
    assert root.findtext("Account/AuthPass") == password


@pytest.mark.parametrize(
    ("barred", "plan"),
    [
        ((), "{x+|*x+|*++}"),
        (("xxx", "0120x+", "0990x+", "0204x+"), "{^xxx|^0120x+|^0990x+|^0204x+|x+|*x+|*++}"),
        (("+81990x+", "*9x+"), "{^\\+81990x+|^*9x+|x+|*x+|*++}"),
    ],
)
def test_gswave_forbids_barred_numbers_in_its_dial_plan(barred: tuple[str, ...], plan: str) -> None:
    rendering = rendered("gswave", barred_numbers=barred)
    assert rendering is not None
    assert rendering.qr is not None

    assert etree.fromstring(rendering.qr.encode(), PARSER).findtext("Account/Dialplan") == plan


@pytest.mark.parametrize("barred", ["119}", "0120", "x|y", "012{0x+", "^1x+", "0-120x+"])
@pytest.mark.parametrize("family", ["gswave", "twinkle", "microsip"])
def test_what_is_no_dial_pattern_is_refused(family: str, barred: str) -> None:
    (refusal,) = FAMILIES.get(family).refusals(values(barred_numbers=(barred,), **USUAL))

    assert refusal.field == "barred_numbers"


def test_gswaves_pictures_are_read_back_identically_up_to_the_largest() -> None:
    names = ["", "髙" * 10, "髙橋﨑𠮷" * 9, "a" * 400]
    texts = []
    for name in names:
        rendering = rendered("gswave", display_name=name, password='p<w>"d"\'&;é')
        assert rendering is not None
        assert rendering.qr is not None
        texts.append(rendering.qr)

    assert both_read_many([qr.png(qr.encode(text)) for text in texts]) == texts


def test_a_picture_too_large_for_cameras_is_refused_with_the_accounts_name() -> None:
    family = FAMILIES.get("gswave")
    fits = next(
        size
        for size in range(128, 0, -1)
        if not family.refusals(values(display_name="髙" * size, **USUAL))
    )
    (refusal,) = family.refusals(values(display_name="髙" * (fits + 1), **USUAL))
    largest = family.render(values(display_name="髙" * fits, **USUAL)).qr

    assert fits > 50
    assert largest is not None
    assert len(largest) <= 997 < len(largest) + 8
    assert qr.encode(largest).size <= 117  # modules of version 25 (ISO/IEC 18004 table 1)
    assert (refusal.code(), refusal.account, refusal.field) == (
        *("too-much-to-carry", "acme/101"),
        "QR",
    )
