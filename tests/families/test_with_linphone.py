"""The linphone family's files, read by the real client."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onhook.families import Families
from tests.families.making import values
from tests.siplab import Lab, Verdict
from tests.siplab.certificate import LOOPBACK
from tests.siplab.registrar import PORT

FAMILY = Families().get("linphone")
AWKWARD = ' p<w>"d"\'&;\\%41#a=b[x]髙𠮷 '


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab(tmp_path) as lab:
        yield lab


def file_for(password: str, *, port: int = PORT, **changes: Any) -> bytes:
    given = values(
        **{
            "auth_id": "auth-101",
            "password": password,
            "registrar": f"{LOOPBACK}:{port}",
            "sip_domain": LOOPBACK,
            "transport": "udp",
            **changes,
        }
    )
    return FAMILY.render(given).files[0].content


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_it_registers_with_any_password(lab: Lab, transport: str) -> None:
    registrar = lab.registrar({"auth-101": ("101", AWKWARD)})

    assert lab.provision_linphone(file_for(AWKWARD, transport=transport)).registered
    (registration,) = registrar.registrations()
    assert registration.protocol == transport


def test_it_does_not_register_with_a_wrong_password(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", AWKWARD)})

    outcome = lab.provision_linphone(file_for(AWKWARD.strip()))
    assert outcome.verdict is Verdict.WRONG_PASSWORD


def test_a_file_issued_again_replaces_password_realm_and_registrar(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", "old")}, realm="old.example")
    phone = lab.linphone()
    phone.provision(file_for("old", srtp="required"))
    assert phone.outcome().registered
    phone.end()

    lab.registrar({"auth-101": ("101", "new")}, realm="new.example", port=PORT + 1)
    phone.provision(file_for("new", port=PORT + 1))
    assert phone.outcome().registered
    phone.end()

    kept = (phone.home / "linphonerc").read_text(encoding="utf-8")
    assert "media_encryption=none" in kept
    assert "media_encryption_mandatory=0" in kept


@pytest.mark.parametrize("name", ["", "髙橋 𠮷", 'T "T" \\ Y', "a<b>;c,d@e", " edge "])
def test_it_registers_under_any_name(lab: Lab, name: str) -> None:
    lab.registrar({"auth-101": ("101", "pw")})
    phone = lab.linphone()
    phone.provision(file_for("pw", display_name=name))
    assert phone.outcome().registered
    phone.end()

    kept = (phone.home / "linphonerc").read_text(encoding="utf-8")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    identity = f'"{quoted}" <sip:101@{LOOPBACK}>' if name else f"<sip:101@{LOOPBACK}>"
    assert f"\nreg_identity={identity}\n" in kept
