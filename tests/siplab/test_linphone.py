"""The laboratory's own proof, with a file written by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.siplab import Lab, Verdict
from tests.siplab.linphone import Linphone
from tests.siplab.samples import linphone_xml
from tests.thoroughness import thorough

PASSWORD = "correct horse"
AWKWARD = "s p;c:o@m&q<u=b\\p%41#a'd\"é髙𠮷>$(x)|{y}"
SILENCE_S = 1.5  # a client that can read its file has asked the registrar long before


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab(tmp_path) as lab:
        yield lab


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_the_right_password_registers(lab: Lab, transport: str) -> None:
    registrar = lab.registrar({"auth-101": ("101", PASSWORD)})

    outcome = lab.provision_linphone(linphone_xml(PASSWORD, transport=transport))

    assert outcome.registered, outcome
    (registration,) = registrar.registrations()
    assert registration.auth_id == "auth-101"
    assert registration.to_user == "101"
    assert registration.protocol == transport
    assert registration.user_agent.startswith("Linphone")
    assert registration.expires_s == 600


def test_a_wrong_password_does_not_register(lab: Lab) -> None:
    registrar = lab.registrar({"auth-101": ("101", PASSWORD)})

    outcome = lab.provision_linphone(linphone_xml(PASSWORD + "x"))

    assert outcome.verdict is Verdict.WRONG_PASSWORD
    assert registrar.registrations() == []
    assert registrar.failures()[0].auth_id == "auth-101"


def test_an_unknown_auth_id_does_not_register(lab: Lab) -> None:
    lab.registrar({"101": ("101", PASSWORD)})

    assert lab.provision_linphone(linphone_xml(PASSWORD)).verdict is Verdict.UNKNOWN_AUTH_ID


def test_an_account_cannot_register_anothers_extension(lab: Lab) -> None:
    lab.registrar({"auth-101": ("102", PASSWORD)})

    assert lab.provision_linphone(linphone_xml(PASSWORD)).verdict is Verdict.WRONG_EXTENSION


@pytest.mark.parametrize("transport", thorough(["udp", "tcp"], ["udp"]))
def test_a_password_of_awkward_characters_registers(lab: Lab, transport: str) -> None:
    lab.registrar({"auth-101": ("101", AWKWARD)})

    outcome = lab.provision_linphone(linphone_xml(AWKWARD, transport=transport))

    assert outcome.registered, outcome


@pytest.mark.in_ci
@pytest.mark.parametrize("sign", list(" ;:@&<=\\%#'\"é"))
def test_each_awkward_character_in_a_password_registers(lab: Lab, sign: str) -> None:
    lab.registrar({"auth-101": ("101", f"pass{sign}word")})

    assert lab.provision_linphone(linphone_xml(f"pass{sign}word")).registered


def test_a_file_that_cannot_be_read_stays_silent(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", PASSWORD)})

    outcome = lab.provision_linphone(b"<config><not closed", timeout_s=SILENCE_S)

    assert outcome.verdict is Verdict.SILENT
    assert [fetch.path for fetch in lab.web.fetches] == ["/0/config.xml"]


def test_a_fetch_of_nothing_stays_silent(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", PASSWORD)})
    phone = lab.linphone()

    phone.provision_from(f"{lab.web.root}/revoked")

    assert phone.outcome(SILENCE_S).verdict is Verdict.SILENT


def test_another_realm_than_the_domain_can_be_asked(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", PASSWORD)}, realm="3CXPhoneSystem")

    # With no realm in its file Linphone answers any; one is only needed beside a ha1.
    assert lab.provision_linphone(linphone_xml(PASSWORD)).registered


def test_two_clients_are_told_apart(lab: Lab) -> None:
    registrar = lab.registrar({"auth-101": ("101", "one"), "auth-102": ("102", "two")})
    first, second, third = lab.linphone(), lab.linphone(), lab.linphone()

    first.provision(linphone_xml("one", "101"))
    second.provision(linphone_xml("two", "102"))
    third.provision(linphone_xml("bad", "102"))

    assert third.outcome().verdict is Verdict.WRONG_PASSWORD
    assert second.outcome().registered
    assert first.outcome().registered
    assert {one.to_user for one in registrar.registrations()} == {"101", "102"}


def phone_with_an_old_password(lab: Lab) -> Linphone:
    """Return a client that has registered, and whose password the registrar then changed."""
    registrar = lab.registrar({"auth-101": ("101", "old")})
    phone = lab.linphone()
    phone.provision(linphone_xml("old"))
    assert phone.outcome().registered
    phone.end()
    registrar.change({"auth-101": ("101", "new")})
    return phone


def test_a_second_file_replaces_the_first_on_the_same_client(lab: Lab) -> None:
    phone = phone_with_an_old_password(lab)

    phone.start()
    assert phone.outcome().verdict is Verdict.WRONG_PASSWORD
    phone.provision(linphone_xml("new"))
    assert phone.outcome().registered


@pytest.mark.parametrize(
    "needed", [b' overwrite="true"', b'<entry name="ha1" overwrite="true"></entry>']
)
def test_a_second_file_lacking_what_replaces_leaves_the_old_password(
    lab: Lab, needed: bytes
) -> None:
    phone = phone_with_an_old_password(lab)

    phone.provision(linphone_xml("new").replace(needed, b""))

    assert phone.outcome().verdict is Verdict.WRONG_PASSWORD


def test_a_client_that_is_set_up_asks_for_no_file_again(lab: Lab) -> None:
    lab.registrar({"auth-101": ("101", PASSWORD)})
    phone = lab.linphone()
    phone.provision(linphone_xml(PASSWORD))
    assert phone.outcome().registered

    phone.start()

    assert phone.outcome().registered
    assert len(lab.web.fetches) == 1


def test_a_leaving_client_unregisters(lab: Lab) -> None:
    registrar = lab.registrar({"auth-101": ("101", PASSWORD)})

    lab.provision_linphone(linphone_xml(PASSWORD))

    assert [one.verdict for one in registrar.attempts()] == [
        Verdict.REGISTERED,
        Verdict.UNREGISTERED,
    ]
