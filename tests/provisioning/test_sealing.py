"""What is sealed opens only where it belongs, and only with a key of the ring."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onhook.sealing import KeyMissing, KeyRing, KeyRingUnreadable, SealBroken, Sealer

NOW = datetime(2027, 1, 10, tzinfo=UTC)
RING = KeyRing.fresh(NOW)
ABOUT = "account acme/101 password"


@given(plain=st.binary(), about=st.text())
def test_what_was_sealed_opens(plain: bytes, about: str) -> None:
    assert RING.accounts.open(RING.accounts.seal(plain, about), about) == plain


@given(plain=st.binary(max_size=64), place=st.integers(min_value=0))
def test_one_flipped_bit_is_refused(plain: bytes, place: int) -> None:
    sealed = bytearray(RING.accounts.seal(plain, ABOUT))
    place %= len(sealed) * 8
    sealed[place // 8] ^= 1 << place % 8

    with pytest.raises((SealBroken, KeyMissing)):
        RING.accounts.open(bytes(sealed), ABOUT)


@given(cut=st.integers(min_value=0, max_value=40))
def test_a_piece_of_it_is_refused(cut: int) -> None:
    sealed = RING.accounts.seal(b"Secret-101", ABOUT)

    with pytest.raises((SealBroken, KeyMissing)):
        RING.accounts.open(sealed[: min(cut, len(sealed) - 1)], ABOUT)


def test_the_same_text_is_never_sealed_alike() -> None:
    assert RING.accounts.seal(b"x", ABOUT) != RING.accounts.seal(b"x", ABOUT)


def test_a_password_copied_onto_another_account_does_not_open() -> None:
    sealed = RING.accounts.seal(b"Secret-101", ABOUT)

    with pytest.raises(SealBroken):
        RING.accounts.open(sealed, "account acme/102 password")


def test_what_is_sealed_for_accounts_does_not_open_for_delivery() -> None:
    sealed = RING.accounts.seal(b"Secret-101", ABOUT)

    with pytest.raises(KeyMissing):
        RING.delivery.open(sealed, ABOUT)


def test_even_with_the_same_key_another_purpose_does_not_open() -> None:
    (key,) = [key for key in RING.keys if key.purpose == "accounts"]
    same = type(key)(key.id, "delivery", key.made_at, key.secret)

    with pytest.raises(SealBroken):
        Sealer("delivery", [same]).open(RING.accounts.seal(b"x", ABOUT), ABOUT)


def test_the_newest_key_seals_and_an_older_one_opens() -> None:
    newer = KeyRing.fresh(NOW)
    both = KeyRing([*RING.keys, *newer.keys])
    before = RING.accounts.seal(b"before", ABOUT)
    after = both.accounts.seal(b"after", ABOUT)

    assert both.accounts.open(before, ABOUT) == b"before"
    assert newer.accounts.open(after, ABOUT) == b"after"
    with pytest.raises(KeyMissing):
        RING.accounts.open(after, ABOUT)


def test_a_ring_without_a_key_of_the_purpose_says_which() -> None:
    only = KeyRing(key for key in RING.keys if key.purpose == "delivery")

    with pytest.raises(KeyMissing) as caught:
        only.accounts.seal(b"x", ABOUT)
    assert caught.value.purpose == "accounts"


def test_a_ring_reads_back_what_it_wrote() -> None:
    again = KeyRing.loads(RING.dumps(), "keys.json")

    assert again.keys == RING.keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '"keys"',
        '{"keys": 1}',
        '{"keys": [1]}',
        '{"keys": ["a"]}',
        '{"keys": [null]}',
        '{"keys": []}',
        '{"keys": [{"id": "00000000", "purpose": "accounts", "made_at": "", "key": "c2hvcnQ="}]}',
        '{"keys": [{"id": 7, "purpose": "accounts", "made_at": "", "key": "c2hvcnQ="}]}',
    ],
)
def test_what_is_no_ring_is_refused_by_its_file(text: str) -> None:
    with pytest.raises(KeyRingUnreadable) as caught:
        KeyRing.loads(text, "/somewhere/keys.json")
    assert caught.value.path == "/somewhere/keys.json"


@pytest.mark.parametrize("change", ["purpose", "key", "id"])
def test_a_ring_with_one_bad_entry_is_refused(change: str) -> None:
    good = RING.dumps()
    bad = good.replace(f'"{change}": "', f'"{change}": "?', 1)

    with pytest.raises(KeyRingUnreadable):
        KeyRing.loads(bad, "keys.json")


def test_nothing_secret_shows() -> None:
    shown = f"{RING!r} {RING} {RING.keys!r} {RING.accounts!r} {vars(RING.accounts)!r}"

    for key in RING.keys:
        assert repr(key.secret)[2:-1] not in shown
        assert key.secret.hex() not in shown
        assert b64encode(key.secret).decode() not in shown
