"""A pair of certificate and key that cannot be used is told by the file that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from onhook.web.certificates import Certificate
from onhook.web.errors import (
    CertificateKeyOther,
    CertificateKeyUnusable,
    CertificateUnreadable,
    CertificateUnusable,
)
from tests.web.running import write_pair

if TYPE_CHECKING:
    from pathlib import Path

    import trustme


@pytest.fixture
def pair(authority: trustme.CA, tmp_path: Path) -> tuple[Path, Path]:
    return write_pair(authority, tmp_path)


def refused(certificate: Path, key: Path) -> CertificateUnusable:
    with pytest.raises(CertificateUnusable) as told:
        Certificate(certificate, key)
    return told.value


def test_a_key_of_another_certificate_is_told_with_both(
    pair: tuple[Path, Path], authority: trustme.CA, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    _, key = write_pair(authority, other)
    told = refused(pair[0], key)

    assert isinstance(told, CertificateKeyOther)
    assert (told.file, told.certificate) == (str(key), str(pair[0]))


def test_a_key_in_the_certificates_place_is_no_certificate(pair: tuple[Path, Path]) -> None:
    told = refused(pair[1], pair[1])

    assert (type(told), told.file) == (CertificateUnusable, str(pair[1]))


def test_a_certificate_in_the_keys_place_is_no_key(pair: tuple[Path, Path]) -> None:
    told = refused(pair[0], pair[0])

    assert (type(told), told.file) == (CertificateKeyUnusable, str(pair[0]))


def test_a_key_with_a_passphrase_is_not_asked_for_it(pair: tuple[Path, Path]) -> None:
    key = load_pem_private_key(pair[1].read_bytes(), None)
    locked = (Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    pair[1].write_bytes(key.private_bytes(*locked))

    assert isinstance(refused(*pair), CertificateKeyUnusable)


@pytest.mark.parametrize("missing", [0, 1])
def test_a_file_that_is_not_there_is_named(pair: tuple[Path, Path], missing: int) -> None:
    pair[missing].unlink()
    told = refused(*pair)

    assert isinstance(told, CertificateUnreadable)
    assert (told.file, told.reason) == (str(pair[missing]), "No such file or directory")
