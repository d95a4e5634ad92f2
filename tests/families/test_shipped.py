"""The shipped families, read back by parsers that are not ours."""

import re
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from onhook.families import CannotCarry, Certainty, Families, Values, check_samples, samples
from tests.families.making import SHIPPED, TEXTS, values

HOLDS_A_DIAL_PLAN = {"gswave", "microsip", "twinkle"}
# What a client cannot be given is stated, and refused where it would be dropped in silence.
USUAL = {"transport": "udp", "srtp": "disabled"}
FAMILIES = Families()
LPCONFIG = "{http://www.linphone.org/xsds/lpconfig.xsd}"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

with as_file(files("onhook_templates").joinpath("families", "3cx", "3cxconfig.xsd")) as _path:
    XSD_3CX = etree.XMLSchema(etree.parse(str(_path), PARSER))
RNG_LPCONFIG = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("lpconfig.rng")), PARSER))


def test_these_families_are_shipped() -> None:
    assert FAMILIES.names() == SHIPPED
    assert all(FAMILIES.is_shipped(name) for name in SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_family_writes_what_its_samples_show(name: str) -> None:
    family = FAMILIES.get(name)

    assert len(list(samples(family.folder))) >= 2
    assert check_samples(family) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_family_bars_numbers_or_says_that_its_client_cannot(name: str) -> None:
    family = FAMILIES.get(name)

    assert ("barred_numbers" in family.uses) is (name in HOLDS_A_DIAL_PLAN)
    assert ("barred_numbers" in family.not_held) is (name not in HOLDS_A_DIAL_PLAN)


@pytest.mark.parametrize("name", sorted({*SHIPPED} - {"gswave"}))
def test_a_shipped_family_keeps_its_secrets_out_of_the_picture(name: str) -> None:
    assert not FAMILIES.get(name).has_secret_in_qr
    assert FAMILIES.get(name).render(values(**USUAL)).qr is None


def test_the_family_whose_picture_holds_the_password_is_marked() -> None:
    assert FAMILIES.get("gswave").has_inline_qr
    assert FAMILIES.get("gswave").has_secret_in_qr


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    ("field", "value"),
    [("transport", "tcp"), ("transport", "tls"), ("srtp", "preferred"), ("srtp", "required")],
)
def test_what_a_client_cannot_honour_is_refused_not_dropped(
    name: str, field: str, value: str
) -> None:
    family = FAMILIES.get(name)
    refusals = family.refusals(values(**(USUAL | {field: value})))

    if refusals:
        assert [(one.code(), one.field) for one in refusals] == [("value-not-held", field)]
    else:
        assert field in family.uses or (value == "preferred" and field in family.not_held)


def test_the_transports_and_encryption_each_client_is_given() -> None:
    def given(name: str, field: str, words: tuple[str, ...]) -> list[str]:
        family = FAMILIES.get(name)
        return [word for word in words if not family.refusals(values(**(USUAL | {field: word})))]

    by_family = {
        name: (
            given(name, "transport", ("udp", "tcp", "tls")),
            given(name, "srtp", ("disabled", "preferred", "required")),
        )
        for name in SHIPPED
    }
    every_transport, every_srtp = ["udp", "tcp", "tls"], ["disabled", "preferred", "required"]
    assert by_family == {
        "3cx": (every_transport, every_srtp),
        "3cxphone6": (["udp"], every_srtp[:2]),
        "baresip": (every_transport, every_srtp[:2]),
        "gswave": (["udp"], every_srtp[:2]),
        "linphone": (every_transport, every_srtp),
        "microsip": (every_transport, every_srtp),
        "twinkle": (["udp", "tcp"], every_srtp[:2]),
    }


def test_nothing_is_said_to_be_the_vendors_that_is_ours() -> None:
    grounds = FAMILIES.get("3cx").manifest.certainty
    (file,) = FAMILIES.get("3cx").render(values()).files

    assert grounds.level is Certainty.OWN
    assert b"onhook's own 3CX-style format" in file.content
    assert b"It is not 3CX's" in file.content


def test_file_names_and_media_types() -> None:
    rendered = {name: FAMILIES.get(name).render(values(**USUAL)).files for name in SHIPPED}
    names = {name: [(file.name, file.media_type) for file in rendered[name]] for name in SHIPPED}

    assert names == {
        "3cx": [("3cxprov_101.3cxconfig", "application/3cxconfig")],
        "3cxphone6": [("3CXVoipPhone.ini", "text/plain; charset=utf-16")],
        "baresip": [("accounts", "text/plain; charset=utf-8")],
        "gswave": [],
        "linphone": [("linphone-101.xml", "application/xml")],
        "microsip": [("MicroSIP.ini", "text/plain; charset=utf-16")],
        "twinkle": [("101.cfg", "text/plain; charset=utf-8")],
    }


@given(name=TEXTS, password=TEXTS, auth_id=TEXTS)
def test_3cx_carries_any_text_or_refuses_it(name: str, password: str, auth_id: str) -> None:
    given = values(display_name=name, first_name=name, password=password, auth_id=auth_id)
    root = _root("3cx", given)
    if root is None:
        return

    XSD_3CX.assertValid(root)
    assert root.findtext("DisplayName") == name
    assert root.findtext("FirstName") == name
    assert root.findtext("AuthPassword") == password
    assert root.findtext("AuthID") == auth_id


@pytest.mark.parametrize(
    "name",
    [
        *("extension", "auth_id", "password", "mail", "mobile", "caller_id", "voicemail_number"),
        *("pbx_host", "pbx_local_host", "sip_domain", "outbound_proxy", "tunnel_host"),
        *("tunnel_password", "provisioning_url"),
    ],
)
@given(text=st.one_of(TEXTS, st.text("a1@.", max_size=6), st.text("1", min_size=60, max_size=70)))
def test_what_3cx_writes_is_valid_by_its_schema(name: str, text: str) -> None:
    usual = {"use_tunnel": True, "tunnel_password": "x"}
    root = _root("3cx", values(**(usual | {name: text})))
    if root is not None:
        XSD_3CX.assertValid(root)


@given(name=TEXTS, password=TEXTS, auth_id=TEXTS)
def test_linphone_carries_any_text_or_refuses_it(name: str, password: str, auth_id: str) -> None:
    root = _root("linphone", values(display_name=name, password=password, auth_id=auth_id))
    if root is None:
        return

    RNG_LPCONFIG.assertValid(root)
    assert _entry(root, "auth_info_0", "passwd") == password
    assert _entry(root, "auth_info_0", "userid") == auth_id
    assert _sip_name(_entry(root, "proxy_0", "reg_identity")) == name


def test_linphone_refuses_what_its_settings_file_of_lines_would_break_on() -> None:
    refusals = FAMILIES.get("linphone").refusals(values(password="a\nb", display_name="c\td"))

    assert {refusal.field for refusal in refusals} == {"password", "display_name"}


def test_an_ordinary_account_is_never_refused() -> None:
    name, password = "髙橋 﨑 𠮷 O'Brien & Co", " p;w:@&<=\\%41#'é"[1:]
    ordinary = values(display_name=name, password=password, mail="", **USUAL)

    assert [name for name in SHIPPED if FAMILIES.get(name).refusals(ordinary)] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_an_account_without_credential_is_refused_with_every_reason(name: str) -> None:
    domain = "registrar" if name == "3cxphone6" else "sip_domain"
    lacking = {"password": "", "auth_id": "", domain: ""}
    refusals = FAMILIES.get(name).refusals(values(**USUAL, **lacking))

    assert {refusal.field for refusal in refusals} == {"password", "auth_id", domain}
    assert {refusal.code() for refusal in refusals} == {
        "account-value-missing",
        "pbx-value-missing",
    }


def test_3cx_needs_the_tunnels_password_only_with_the_tunnel() -> None:
    family = FAMILIES.get("3cx")

    assert family.refusals(values(use_tunnel=False, tunnel_password="")) == []
    (refusal,) = family.refusals(values(use_tunnel=True, tunnel_password=""))
    assert refusal.field == "tunnel_password"


def _root(family: str, given: Values) -> etree._Element | None:
    """Return the file's root read by lxml; None where the values are refused beforehand."""
    if FAMILIES.get(family).refusals(given):
        with pytest.raises(CannotCarry):
            FAMILIES.get(family).render(given)
        return None
    (file,) = FAMILIES.get(family).render(given).files
    return etree.fromstring(file.content, PARSER)


def _entry(root: etree._Element, section: str, entry: str) -> str:
    found = root.find(f"{LPCONFIG}section[@name='{section}']/{LPCONFIG}entry[@name='{entry}']")
    assert found is not None
    return found.text or ""


def _sip_name(identity: str) -> str:
    """Return the display name of a name-addr (RFC 3261 section 25.1)."""
    quoted = re.match(r'"((?:[^"\\]|\\.)*)" <', identity)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
