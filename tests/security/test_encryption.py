"""A ciphertext opens in its own place, under its own key, after a decision; else not at all."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from pmg.errors import Gone
from pmg.security.encryption import Place, seal, unseal

CIPHER = AESGCM(bytes(32))
HERE = Place("GM0363", "youth", "given_name_sealed", UUID(int=7))
ELSEWHERE = [
    Place("GM0599", "youth", "given_name_sealed", UUID(int=7)),
    Place("GM0363", "referral", "given_name_sealed", UUID(int=7)),
    Place("GM0363", "youth", "family_name_sealed", UUID(int=7)),
    Place("GM0363", "youth", "given_name_sealed", UUID(int=8)),
    Place("GM0363y", "outh", "given_name_sealed", UUID(int=7)),
]


@given(st.binary(max_size=600), st.sampled_from([16, 32, 256]))
def test_what_goes_in_comes_out(plain: bytes, pad: int) -> None:
    assert unseal(CIPHER, HERE, seal(CIPHER, HERE, plain, pad=pad)) == plain


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_moved_ciphertext_does_not_open(place: Place) -> None:
    with pytest.raises(Gone):
        unseal(CIPHER, place, seal(CIPHER, HERE, b"Yassin", pad=32))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Gone):
        unseal(AESGCM(b"1" * 32), HERE, seal(CIPHER, HERE, b"Yassin", pad=32))


@given(st.integers(0, 200), st.data())
def test_one_changed_bit_does_not_open(position: int, data: st.DataObject) -> None:
    blob = bytearray(seal(CIPHER, HERE, b"Yassin", pad=32))
    blob[position % len(blob)] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Gone):
        unseal(CIPHER, HERE, bytes(blob))


@given(st.text(max_size=27), st.text(max_size=6))
def test_short_and_long_names_look_alike(one: str, other: str) -> None:
    sizes = {len(seal(CIPHER, HERE, name.encode()[:28], pad=32)) for name in (one, other)}
    assert len(sizes) == 1


def test_the_same_name_twice_looks_different() -> None:
    assert seal(CIPHER, HERE, b"Yassin", pad=32) != seal(CIPHER, HERE, b"Yassin", pad=32)


def test_a_place_is_not_another_by_gluing() -> None:
    row = uuid4()
    assert Place("a", "bc", "d", row).bound(1) != Place("ab", "c", "d", row).bound(1)
