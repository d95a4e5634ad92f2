"""The files of baresip and Twinkle, read by the real clients.

Each laboratory runs many clients at once, an account each: what one cannot read shows by itself.
"""

from __future__ import annotations

import re
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from onhook.families import CannotCarry, Families
from tests.families.making import values
from tests.siplab import PORT, Lab, Verdict
from tests.siplab.certificate import LOOPBACK
from tests.siplab.listening import Listener
from tests.siplab.tls import TlsDoor
from tests.siplab.waiting import poll
from tests.thoroughness import thorough

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.siplab.baresip import Baresip
    from tests.siplab.twinkle import Twinkle

BOTH = pytest.mark.parametrize("family", ["baresip", "twinkle"])
BREAKERS = list(" ;:@&<=\\%#'>,|$`{}[]()?!/^~*é髙𠮷")
MANY = "p w;:@&<=\\%41#'>é髙𠮷!, x"
AT_THE_ENDS = ["#first", ";first", "=first", "last\\", "last\\\\", "'q'", "%20", "&amp;", "x" * 128]
BARRED = ("xxx", "0120x+", "*9x+", "+81990x+")
DEAF_PORT = 5099
SILENCE_S = 1.5


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab(tmp_path) as lab:
        yield lab


def file_for(family: str, **changes: Any) -> str:
    usual = {"registrar": f"{LOOPBACK}:{PORT}", "sip_domain": LOOPBACK, "transport": "udp"}
    rendering = Families().get(family).render(values(**(usual | changes)))
    return rendering.files[0].content.decode()


def started(lab: Lab, family: str, text: str) -> Baresip | Twinkle:
    phone = lab.baresip() if family == "baresip" else lab.twinkle()
    phone.start(text)
    return phone


def verdicts(lab: Lab, family: str, accounts: Iterable[dict[str, str]]) -> list[Verdict]:
    """Start a client for each account, all at once, and return what became of each."""
    people = [{"extension": str(101 + n), **one} for n, one in enumerate(accounts)]
    lab.registrar({one["auth_id"]: (one["extension"], one["password"]) for one in people})
    phones = [started(lab, family, file_for(family, **one)) for one in people]
    return [phone.outcome().verdict for phone in phones]


@BOTH
@pytest.mark.parametrize("transport", thorough(["udp", "tcp"], ["udp"]))
def test_they_register_with_a_password_of_many_signs(lab: Lab, family: str, transport: str) -> None:
    registrar = lab.registrar({"auth-101": ("101", MANY)})
    account = {"auth_id": "auth-101", "password": MANY, "transport": transport}
    phone = started(lab, family, file_for(family, **account, display_name="髙橋 一郎"))

    assert phone.outcome().registered, phone.outcome()
    (registration,) = registrar.registrations()
    assert (registration.to_user, registration.protocol) == ("101", transport)


@BOTH
def test_they_register_with_each_sign_in_a_password(lab: Lab, family: str) -> None:
    passwords = [f"pass{sign}word" for sign in BREAKERS] + AT_THE_ENDS
    accounts = [{"auth_id": f"a{n}", "password": one} for n, one in enumerate(passwords)]

    found = dict(zip(passwords, verdicts(lab, family, accounts), strict=True))
    assert found == dict.fromkeys(passwords, Verdict.REGISTERED)


@pytest.mark.in_ci
@BOTH
def test_they_register_with_each_sign_in_an_auth_id(lab: Lab, family: str) -> None:
    names = [f"a{sign}b" for sign in BREAKERS] + ["Xq 3k@z", "#a", "a;b c", "a\\\\"]
    accounts = [{"auth_id": one, "password": "pw"} for one in names]

    found = dict(zip(names, verdicts(lab, family, accounts), strict=True))
    assert found == dict.fromkeys(names, Verdict.REGISTERED)


@BOTH
def test_they_do_not_register_with_a_wrong_password(lab: Lab, family: str) -> None:
    lab.registrar({"auth-101": ("101", MANY + "?")})
    phone = started(lab, family, file_for(family, auth_id="auth-101", password=MANY))

    assert phone.outcome().verdict is Verdict.WRONG_PASSWORD


@BOTH
@pytest.mark.parametrize(
    "name",
    ["髙橋 𠮷", 'T "T" \\ Y', "", "a<b>;c,d@e", "end\\", "'", "#x=y", "髙" * 60][: thorough(8, 2)],
)
def test_they_show_any_name_as_it_is(lab: Lab, family: str, name: str) -> None:
    with closing(Listener(lab.namespace, DEAF_PORT)) as listener:
        registrar = f"{LOOPBACK}:{DEAF_PORT}"
        text = file_for(family, display_name=name, registrar=registrar, extension="0101")
        started(lab, family, text)
        found = listener.hear("REGISTER")["From"]

    shown = re.match(r'(?:"((?:[^"\\]|\\.)*)" ?)?<sip:0101@127\.0\.0\.1>;tag=', found)
    assert shown is not None, found
    assert re.sub(r"\\(.)", r"\1", shown[1] or "") == name


@pytest.mark.parametrize(
    ("family", "field", "text", "written"),
    [
        # What would become of it, had it been written: the refusals are no mere caution.
        ("baresip", "password", 'a" b', 'auth_pass="a" b"'),
        ("baresip", "auth_id", 'a"b', 'auth_user="a"b"'),
        ("baresip", "auth_id", "ab\\", 'auth_user="ab\\"'),
        ("baresip", "auth_id", "x;auth_pass=y", 'auth_user="x;auth_pass=y"'),
        ("baresip", "password", "x" * 400, f'auth_pass="{"x" * 400}"'),
        ("twinkle", "auth_id", 'a"b', 'auth_name=a"b'),
        ("twinkle", "password", " edge", "auth_pass= edge"),
        ("twinkle", "password", "edge ", "auth_pass=edge "),
        ("twinkle", "password", "a\nb", "auth_pass=a\nb"),
    ][:: thorough(1, 4)],
)
def test_what_is_refused_would_not_register(
    lab: Lab, family: str, field: str, text: str, written: str
) -> None:
    account = {"auth_id": "auth-101", "password": "placeholder", field: text}
    with pytest.raises(CannotCarry) as refused:
        file_for(family, **account)
    assert refused.value.account == "acme/101"

    key, _, _ = written.partition("=")
    fine = account | {field: "placeholder"}
    whole = file_for(family, **fine).replace(
        f'{key}="placeholder"' if family == "baresip" else f"{key}=placeholder", written
    )
    assert written in whole
    lab.registrar({account["auth_id"]: ("101", account["password"])})
    assert not started(lab, family, whole).outcome(SILENCE_S).registered


@pytest.mark.parametrize(("size", "is_read"), [(512, True), (513, False)])
def test_baresip_reads_just_so_much_of_its_line(lab: Lab, size: int, *, is_read: bool) -> None:
    one = file_for("baresip", auth_id="auth-101", password="p")
    password = "p" * (size - len(one.encode()) + 1)
    lab.registrar({"auth-101": ("101", password)})
    whole = one.replace('auth_pass="p"', f'auth_pass="{password}"')

    assert len(whole.encode()) == size
    assert started(lab, "baresip", whole).outcome().registered is is_read


def test_baresip_registers_over_tls(lab: Lab) -> None:
    registrar = lab.registrar({"auth-101": ("101", MANY)})
    tls_port = PORT + 1
    with closing(TlsDoor(lab.namespace, lab.certificate.server_context(), tls_port, PORT)):
        account = {"auth_id": "auth-101", "password": MANY, "registrar": f"{LOOPBACK}:{tls_port}"}
        started(lab, "baresip", file_for("baresip", **account, transport="tls"))

        assert poll(lambda: registrar.registrations() or None, 5)


def test_baresip_goes_on_in_the_clear_where_it_cannot_encrypt(lab: Lab) -> None:
    # Hence srtp = "required" is refused: the client without its module takes no notice of it.
    accounts = file_for("baresip", auth_id="auth-101", password="pw", srtp="preferred")
    lab.registrar({"auth-101": ("101", "pw")})
    phone = started(lab, "baresip", accounts.replace("mediaenc=srtp", "mediaenc=srtp-mand"))

    assert phone.outcome().registered


@pytest.mark.in_ci
def test_twinkle_sends_calls_to_the_registrar_and_none_to_barred_numbers(lab: Lab) -> None:
    barred = ["110", "0120123456", "0120-123-456", "*97", "+81990123"]
    free = ["1100", "0312345678", "*87", "+81312345678", "0121"]
    with closing(Listener(lab.namespace, DEAF_PORT)) as listener:
        text = file_for("twinkle", registrar=f"{LOOPBACK}:{DEAF_PORT}", barred_numbers=BARRED)
        phone = lab.twinkle()
        phone.start_without_sound(text.replace("startup=yes", "startup=no"))
        dialled = []
        for calls, (one, other) in enumerate(zip(barred, free, strict=True), 1):
            phone.type(f"call {one}")  # were it dialled, it would be heard first
            phone.type(f"call {other}")
            dialled.append(listener.hear("INVITE")[""].removesuffix(" SIP/2.0"))
            poll(partial(has_failed, phone, calls), 5)  # then the line is free again

    assert dialled == [f"INVITE sip:{number}@{LOOPBACK}" for number in free]


def has_failed(phone: Twinkle, times: int) -> bool | None:
    """Tell whether the client has seen so many calls fail; None while it has not."""
    return phone.log.read_text(errors="replace").count("call failed") >= times or None


def test_twinkle_registers_a_barred_extension_too(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", "pw")})
    text = file_for("twinkle", auth_id="auth-101", password="pw", barred_numbers=("xxx",))

    assert started(lab, "twinkle", text).outcome().registered


@BOTH
def test_a_file_issued_again_replaces_the_old_password(lab: Lab, family: str) -> None:
    registrar = lab.registrar({"auth-101": ("101", "old")})
    phone = started(lab, family, file_for(family, auth_id="auth-101", password="old"))
    assert phone.outcome().registered
    phone.end()

    registrar.change({"auth-101": ("101", "new")})
    phone.start(file_for(family, auth_id="auth-101", password="new"))
    assert phone.outcome().registered
