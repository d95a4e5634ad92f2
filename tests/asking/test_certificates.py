"""What a server's certificate is, and each fault of it, over real handshakes."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import AuthorityInformationAccessOID
from trustme import CA, LeafCert

from onhook.asking.server import Asked, Wish, ask
from tests.asking.front import LOOPBACK, Front, Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = timedelta(days=1)


class Trusted(NamedTuple):
    """A server, and whom its clients trust."""

    front: Front
    authority: CA
    file: Path


@pytest.fixture
def trusted(front: Front, authority: CA, authority_file: Path) -> Trusted:
    return Trusted(front, authority, authority_file)


def asked(front: Front, authorities: Path | None, host: str = "localhost") -> Asked:
    return ask([Wish("HEAD", f"https://{host}:{front.port}/x")], authorities, seconds=10)


def code(found: Asked) -> str:
    return "" if found.fault is None else found.fault.code()


def test_a_good_certificate_is_read(front: Front, authority_file: Path) -> None:
    found = asked(front, authority_file)

    assert code(found) == ""
    assert found.certificate is not None
    assert (found.certificate.names, found.certificate.addresses) == (("localhost",), (LOOPBACK,))
    assert "Office Authority" in found.certificate.issuer
    assert [answer.status for answer in found.answers] == [404]


def expired(authority: CA) -> LeafCert:
    now = datetime.now(UTC)
    return authority.issue_cert("localhost", not_before=now - 9 * DAY, not_after=now - DAY)


def not_yet(authority: CA) -> LeafCert:
    now = datetime.now(UTC)
    return authority.issue_cert("localhost", not_before=now + DAY, not_after=now + 9 * DAY)


def for_others(authority: CA) -> LeafCert:
    return authority.issue_cert("other.example", "*.more.example", "192.0.2.7")


def of_a_stranger(authority: CA) -> LeafCert:
    del authority
    return CA(organization_name="Stranger").issue_cert("localhost")


def without_its_intermediate(authority: CA) -> LeafCert:
    made = authority.create_child_ca().issue_cert("localhost")
    leaf = made.cert_chain_pems[0].bytes()
    return LeafCert(made.private_key_pem.bytes(), leaf, [])


@pytest.mark.parametrize(
    ("make", "expected", "told"),
    [
        (expired, "certificate-expired", "-"),
        (not_yet, "certificate-not-yet", "-"),
        (for_others, "certificate-for-others", "other.example, *.more.example, 192.0.2.7"),
        (of_a_stranger, "certificate-untrusted", "Stranger"),
        (without_its_intermediate, "certificate-untrusted", "trustme"),
    ],
)
def test_each_fault_is_told_and_nothing_was_sent(
    trusted: Trusted, make: Callable[[CA], LeafCert], expected: str, told: str
) -> None:
    front, authority, authority_file = trusted
    front.show(make(authority))
    found = asked(front, authority_file)

    assert code(found) == expected
    assert told in str(found.fault)
    assert front.seen == []


def rebuilt(made: LeafCert, signer: CA, *, own: bool, tells_issuer: bool) -> ssl.SSLContext:
    """Return a server's context with a certificate like `made`, signed by itself or by `signer`."""
    key: Any = load_pem_private_key(made.private_key_pem.bytes(), None)
    signing: Any = load_pem_private_key(signer.private_key_pem.bytes(), None)
    like = x509.load_pem_x509_certificate(made.cert_chain_pems[0].bytes())
    builder = x509.CertificateBuilder(
        issuer_name=like.subject if own else like.issuer,
        subject_name=like.subject,
        public_key=key.public_key(),
        serial_number=7,
        not_valid_before=like.not_valid_before_utc,
        not_valid_after=like.not_valid_after_utc,
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    if tells_issuer:
        where = x509.UniformResourceIdentifier("http://ca.example/issuer.der")
        told = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)
        builder = builder.add_extension(x509.AuthorityInformationAccess([told]), critical=False)
    signed = builder.sign(key if own else signing, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    LeafCert(made.private_key_pem.bytes(), signed.public_bytes(Encoding.PEM), []).configure_cert(
        context
    )
    return context


@pytest.mark.parametrize(
    ("own", "tells_issuer", "expected"),
    [(True, False, "certificate-self-signed"), (False, True, "certificate-incomplete")],
)
def test_self_signed_and_a_missing_intermediate_are_told_apart(
    trusted: Trusted, *, own: bool, tells_issuer: bool, expected: str
) -> None:
    front, authority, authority_file = trusted
    between = authority.create_child_ca()
    made = between.issue_cert("localhost")
    front.context = rebuilt(made, between, own=own, tells_issuer=tells_issuer)

    assert code(asked(front, authority_file)) == expected
    assert front.seen == []


def test_the_intermediate_makes_it_good(front: Front, authority: CA, authority_file: Path) -> None:
    front.show(authority.create_child_ca().issue_cert("localhost"))
    assert code(asked(front, authority_file)) == ""


def test_a_private_authority_is_not_trusted_unless_named(front: Front) -> None:
    assert code(asked(front, None)) == "certificate-untrusted"


def test_plain_http_on_the_port_is_told(front: Front) -> None:
    front.context = None
    assert code(asked(front, None)) == "no-tls"


def test_a_server_that_does_not_know_the_name_is_told(front: Front, authority: CA) -> None:
    front.show(authority.issue_cert("localhost"))
    assert front.context is not None
    front.context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    assert code(asked(front, None)) == "tls-refused"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://", "bad-address"),
        ("https://[::1", "bad-address"),
        ("https://localhost:0/", "bad-address"),
        ("https://localhost:99999/", "bad-address"),
        ("https://a..b/", "host-unknown"),
        (f"https://{'a' * 70}.example/", "host-unknown"),
        ("https://127.0.0.1:1/", "host-closed"),
        ("http://127.0.0.1:1/", "host-closed"),
    ],
)
def test_addresses_that_lead_nowhere_are_told(url: str, expected: str) -> None:
    assert code(ask([Wish("HEAD", url)], seconds=10)) == expected


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing_is_left_after_the_deadline(scheme: str) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        url = f"{scheme}://{LOOPBACK}:{listener.getsockname()[1]}/"
        found = ask([Wish("HEAD", url)], seconds=0.2)
    assert code(found) == "host-silent"
    assert "0.2" in str(found.fault)


def test_what_was_answered_before_the_deadline_is_kept(front: Front) -> None:
    front.context = None
    with socket.create_server((LOOPBACK, 0)) as listener:
        silent = f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        wishes = [Wish("HEAD", f"http://{LOOPBACK}:{front.port}/"), Wish("HEAD", silent)]
        found = ask(wishes, seconds=1)
    assert code(found) == "host-silent"
    assert [answer.status for answer in found.answers] == [404]


def test_an_answer_that_is_no_http_is_told(front: Front) -> None:
    front.context = None
    front.reply = lambda _: Reply(999_999)
    assert code(ask([Wish("HEAD", f"http://{LOOPBACK}:{front.port}/")], seconds=5)) in {
        "host-closed",
        "bad-address",
    }
