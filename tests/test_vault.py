from base64 import urlsafe_b64encode
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.vault import Vault, VaultError, new_secret, weakness

OLD = "the-first-secret-of-this-operator-2025"
NEW = "the-second-secret-of-this-operator-2026"
OWNER = "company:7:certificate"


@given(st.binary(max_size=300), st.text(max_size=40).filter(lambda owner: owner.isprintable()))
def test_what_was_sealed_opens_for_its_owner(plain: bytes, owner: str) -> None:
    vault = Vault.from_secret(OLD)
    assert vault.open(vault.seal(plain, owner), owner) == plain


def test_the_plain_bytes_are_not_in_the_sealed_value() -> None:
    plain = b"Clave#Segura2026"
    assert plain not in Vault.from_secret(OLD).seal(plain, OWNER)


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    vault = Vault.from_secret(OLD)
    assert len({vault.seal(b"value", OWNER) for _ in range(50)}) == 50


def test_a_value_copied_to_another_company_does_not_open() -> None:
    vault = Vault.from_secret(OLD)
    sealed = vault.seal(b"value", "company:7:certificate")
    with pytest.raises(VaultError, match="alterado o pertenece a otro dueño"):
        vault.open(sealed, "company:8:certificate")


def test_every_single_altered_byte_is_noticed() -> None:
    vault = Vault.from_secret(OLD)
    sealed = vault.seal(b"value", OWNER)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 0x01
        with pytest.raises(VaultError):
            vault.open(bytes(altered), OWNER)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_secret() -> None:
    sealed_before = Vault.from_secret(OLD).seal(b"value", OWNER)
    rotated = Vault.from_secret(f"{NEW}, {OLD}")

    assert rotated.open(sealed_before, OWNER) == b"value"
    assert not rotated.is_current(sealed_before)

    resealed = rotated.seal(rotated.open(sealed_before, OWNER), OWNER)
    assert rotated.is_current(resealed)
    assert Vault.from_secret(NEW).open(resealed, OWNER) == b"value"


def test_a_value_of_a_secret_no_longer_held_says_so() -> None:
    sealed = Vault.from_secret(OLD).seal(b"value", OWNER)
    with pytest.raises(VaultError, match="agregue el anterior"):
        Vault.from_secret(NEW).open(sealed, OWNER)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"not sealed at all", b"\x02" + b"0" * 60, b"\x01" + b"0" * 35])
def test_what_was_never_sealed_says_so(sealed: bytes) -> None:
    with pytest.raises(VaultError, match="no tiene la forma"):
        Vault.from_secret(OLD).open(sealed, OWNER)


@pytest.mark.parametrize("secret", ["", "   ", ",", " , "])
def test_an_empty_secret_is_refused(secret: str) -> None:
    with pytest.raises(VaultError, match="OCOTE_SECRET_KEY está vacía"):
        Vault.from_secret(secret)


@pytest.mark.parametrize(("secret", "position"), [("x" * 31, 1), (f"{OLD},short", 2)])
def test_a_short_secret_is_refused_without_repeating_it(secret: str, position: int) -> None:
    with pytest.raises(VaultError, match=f"secreto número {position} ") as refused:
        Vault.from_secret(secret)
    assert secret.rsplit(",", maxsplit=1)[-1] not in str(refused.value)


def test_a_new_secret_is_long_enough_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    for secret in secrets:
        assert len(secret) == 43  # 256 bits
        assert "," not in secret
        vault = Vault.from_secret(secret)
        assert vault.open(vault.seal(b"value", OWNER), OWNER) == b"value"
        assert vault.weakness is None


@pytest.mark.parametrize(
    "secret",
    [
        "a" * 32,
        "ab" * 20,
        "0123456789" * 4,
        "0123456789abcdefghijklmnopqrstuvwxyz",
        "aabbccddeeffgghhiijjkkllmmnnoopp",
        "x7" + "zyxwvutsrqponmlkjihgfedcba" + "Q-9.",
        "correct horse CHANGEME battery staple",
        "Esta-es-la-contraseña-de-nuestra-empresa",
    ],
)
def test_a_secret_that_could_be_guessed_opens_but_says_so(secret: str) -> None:
    vault = Vault.from_secret(secret)
    assert vault.open(vault.seal(b"value", OWNER), OWNER) == b"value"
    assert vault.weakness is not None
    assert secret not in vault.weakness


def test_only_the_newest_secret_has_to_be_hard_to_guess() -> None:
    assert Vault.from_secret(f"{NEW},{'a' * 32}").weakness is None
    assert Vault.from_secret(f"{'a' * 32},{NEW}").weakness is not None


@pytest.mark.parametrize(
    "make",
    [
        lambda chance: chance.randbytes(16).hex(),
        lambda chance: chance.randbytes(32).hex(),
        lambda chance: str(UUID(bytes=chance.randbytes(16), version=4)),
        lambda chance: urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("="),
    ],
    ids=["hexadecimal, 128 bits", "hexadecimal, 256 bits", "uuid", "as a new one"],
)
def test_no_random_secret_is_called_weak(make: Callable[[Random], str]) -> None:
    chance = Random(2026)
    assert [secret for secret in (make(chance) for _ in range(50_000)) if weakness(secret) is not None] == []


@pytest.mark.parametrize("secret", ["67803344c239923214de87211addebc3", "764551cbeeded5997355382234aabc0f"])
def test_neighbours_in_half_of_a_random_secret_are_no_series(secret: str) -> None:
    assert weakness(secret) is None


def test_a_vault_shows_nothing_of_its_keys() -> None:
    assert repr(Vault.from_secret(f"{NEW},{OLD}")) == "<Vault with 2 keys>"
