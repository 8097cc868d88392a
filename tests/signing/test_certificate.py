import hashlib
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ocote.signing.certificate import (
    CERTIFICATE_MESSAGES,
    CertificateError,
    key_fingerprint,
    load_private_key,
    read_certificate,
    read_public_key,
)
from tests.builders.certificate import NIT, PASSWORD, clave, crt, pkcs8, rsa_key, spki, wrapped

EXAMPLE_CLAVE = (  # signing.md 3
    "452f44816b936344ed28d8af459d0ab757a0b8a69a014db936b82900086bd4ee"
    "a4acabb1b81a9df71535a5cac1771c64b91c184d80f702b37b4484732d5e0cfd"
)


def refusal(xml: bytes, password: str = PASSWORD) -> CertificateError:
    with pytest.raises(CertificateError) as refused:
        read_certificate(xml, password)
    return refused.value


def test_a_certificate_of_mh_is_read_whole() -> None:
    certificate = read_certificate(crt(), PASSWORD)

    assert certificate.nit == NIT
    assert certificate.active
    assert certificate.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert certificate.valid_until == datetime(2030, 12, 31, tzinfo=UTC)
    assert certificate.private_key.private_numbers() == rsa_key().private_numbers()


def test_the_password_is_checked_as_the_plain_sha_512_of_the_official_example() -> None:
    assert clave("Prueba#2026") == EXAMPLE_CLAVE
    assert EXAMPLE_CLAVE.encode() in crt(password="Prueba#2026")
    assert read_certificate(crt(password="Prueba#2026"), "Prueba#2026").nit == NIT


def test_a_digest_written_in_capitals_is_the_same_digest() -> None:
    xml = crt().replace(EXAMPLE_CLAVE.encode(), EXAMPLE_CLAVE.upper().encode())
    assert read_certificate(xml, PASSWORD).nit == NIT


def test_the_password_of_the_public_key_does_not_open_the_certificate() -> None:
    assert refusal(crt(), "the public key has its own password").code == "certificate_wrong_password"


def test_a_password_with_accents_is_hashed_as_utf_8() -> None:
    assert read_certificate(crt(password="Contraseña#Año"), "Contraseña#Año").nit == NIT


def test_the_homologated_nit_of_nine_digits_is_accepted() -> None:
    assert read_certificate(crt(nit="012345678"), PASSWORD).nit == "012345678"


def test_the_fingerprint_names_the_public_key_and_changes_with_it() -> None:
    other = rsa_key("replacement")
    changed = crt(private=wrapped(pkcs8(other)), public=wrapped(spki(other.public_key())))

    expected = hashlib.sha256(spki(rsa_key().public_key())).hexdigest()
    assert read_certificate(crt(), PASSWORD).fingerprint == expected
    assert read_certificate(changed, PASSWORD).fingerprint != expected


def test_the_private_key_can_be_kept_apart_and_loaded_again() -> None:
    kept = pkcs8(read_certificate(crt(), PASSWORD).private_key)

    assert load_private_key(kept).private_numbers() == rsa_key().private_numbers()
    with pytest.raises(CertificateError) as refused:
        load_private_key(kept[:-1])
    assert refused.value.code == "certificate_damaged"


def test_the_public_key_is_read_without_a_password() -> None:
    nit, key = read_public_key(crt())
    assert (nit, key_fingerprint(key)) == (NIT, read_certificate(crt(), PASSWORD).fingerprint)


@pytest.mark.parametrize("xml", [b"", b"<CertificadoMH/>", b"<a/>", crt(public="AAAA"), crt(nit="1")])
def test_a_public_key_that_cannot_be_read_is_refused(xml: bytes) -> None:
    with pytest.raises(CertificateError):
        read_public_key(xml)


def test_an_expired_or_inactive_certificate_is_read_and_says_so() -> None:
    certificate = read_certificate(
        crt(active="<activo>false</activo>", validity=("1767225600.000000000", "1767225601.500000000")), PASSWORD
    )
    assert not certificate.active
    assert certificate.valid_until == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_a_file_without_validity_is_read_without_dates() -> None:
    certificate = read_certificate(crt(active="", validity=("", "")), PASSWORD)
    assert (certificate.active, certificate.valid_from, certificate.valid_until) == (True, None, None)


def test_a_wrong_password_is_told_from_a_damaged_file() -> None:
    wrong = refusal(crt(), "Prueba#2027")
    assert wrong.code == "certificate_wrong_password"
    assert wrong.message == "La contraseña no corresponde a la llave privada de este certificado."


@pytest.mark.parametrize(
    ("xml", "code", "element"),
    [
        (b"", "certificate_not_xml", ""),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate_not_xml", ""),
        (b"\x30\x82\x04\xbd\x02\x01\x00", "certificate_not_xml", ""),
        (b'<?xml version="1.0" encoding="no-such-encoding"?><CertificadoMH/>', "certificate_not_xml", ""),
        (b"<html><body>Error</body></html>", "certificate_not_from_mh", ""),
        (b"<CertificadoMH><nit>06149999990017</nit>", "certificate_damaged", "CertificadoMH"),
        (b"<CertificadoMH/>", "certificate_missing_element", "privateKey/clave"),
        (b"<CertificadoMH>" + b" " * 300_000 + b"</CertificadoMH>", "certificate_too_large", ""),
    ],
)
def test_what_is_not_a_certificate_file_is_refused(xml: bytes, code: str, element: str) -> None:
    refused = refusal(xml)
    assert (refused.code, refused.element) == (code, element)


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"private": ""}, "certificate_missing_element", "privateKey/encodied"),
        ({"public": ""}, "certificate_missing_element", "publicKey/encodied"),
        ({"nit": ""}, "certificate_missing_element", "nit"),
        ({"nit": "0614-999999-001-7"}, "certificate_damaged", "nit"),
        ({"private": "MIIEvQ(broken)"}, "certificate_damaged", "privateKey/encodied"),
        ({"private": "MIIEvQñ="}, "certificate_damaged", "privateKey/encodied"),
        ({"public": "AAAA"}, "certificate_damaged", "publicKey/encodied"),
        ({"validity": ("soon", "")}, "certificate_damaged", "certificado/basicEstructure/validity/notBefore"),
        ({"validity": ("", "999999999999.0")}, "certificate_damaged", "certificado/basicEstructure/validity/notAfter"),
    ],
)
def test_a_certificate_with_a_missing_or_broken_part_names_the_part(
    changes: dict[str, Any], code: str, element: str
) -> None:
    refused = refusal(crt(**changes))
    assert (refused.code, refused.element) == (code, element)
    assert element in refused.message


def test_a_private_key_cut_short_is_damage() -> None:
    refused = refusal(crt(private=wrapped(pkcs8(rsa_key())[:-40])))
    assert (refused.code, refused.element) == ("certificate_damaged", "privateKey/encodied")


def test_a_private_key_with_a_wrong_number_inside_is_damage() -> None:
    raw = bytearray(pkcs8(rsa_key()))
    raw[-10] ^= 0x01  # inside the last CRT value: still well-formed, no longer consistent
    assert refusal(crt(private=wrapped(bytes(raw)))).code == "certificate_damaged"


def test_an_rsa_key_of_another_size_is_refused() -> None:
    key = rsa_key("large", 3072)
    refused = refusal(crt(private=wrapped(pkcs8(key)), public=wrapped(spki(key.public_key()))))
    assert refused.code == "certificate_not_rsa_2048"


def test_a_public_key_of_another_size_is_refused() -> None:
    assert refusal(crt(public=wrapped(spki(rsa_key("large", 3072).public_key())))).code == "certificate_not_rsa_2048"


def test_a_key_that_is_not_rsa_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    private = wrapped(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    public = wrapped(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    assert refusal(crt(private=private)).code == "certificate_not_rsa_2048"
    assert refusal(crt(public=public)).code == "certificate_not_rsa_2048"


def test_a_public_key_of_somebody_else_is_refused() -> None:
    refused = refusal(crt(public=wrapped(spki(rsa_key("stranger").public_key()))))
    assert refused.code == "certificate_keys_mismatch"


@pytest.mark.parametrize(
    "prologue",
    [
        b"<!DOCTYPE CertificadoMH>",
        b'<!DOCTYPE CertificadoMH SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE CertificadoMH [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE CertificadoMH [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    ],
)
def test_a_file_with_a_document_type_is_refused_before_its_entities_are_read(prologue: bytes) -> None:
    assert refusal(prologue + crt()).code == "certificate_unsafe_xml"


def test_nothing_printable_about_a_certificate_shows_its_key() -> None:
    certificate = read_certificate(crt(), PASSWORD)
    numbers = certificate.private_key.private_numbers()

    shown = repr(certificate) + str(certificate)
    assert NIT in shown
    assert "private_key" not in shown
    assert str(numbers.d) not in shown
    assert format(numbers.d, "x") not in shown


def test_no_refusal_repeats_what_the_file_or_the_password_says() -> None:
    key_text = wrapped(pkcs8(rsa_key()))
    for xml, password in [
        (crt(), "a wrong password"),
        (crt(private=key_text[:-90]), PASSWORD),
        (crt(public=key_text), PASSWORD),
    ]:
        refused = refusal(xml, password)
        told = repr(refused) + "".join(traceback.format_exception(refused))
        assert key_text[:20] not in told
        assert password not in told


def test_every_code_has_a_text_for_people() -> None:
    for code in CERTIFICATE_MESSAGES:
        assert CertificateError(code, "nit").message.endswith((".", "«nit»."))


@given(st.binary(max_size=300))
def test_no_file_whatever_breaks_the_reader(xml: bytes) -> None:
    with pytest.raises(CertificateError):
        read_certificate(xml, PASSWORD)


@given(st.data())
def test_a_certificate_with_a_stretch_overwritten_is_read_or_refused(data: st.DataObject) -> None:
    xml = bytearray(crt())
    start = data.draw(st.integers(0, len(xml) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=8))
    xml[start : start + len(junk)] = junk
    with suppress(CertificateError):
        assert pkcs8(read_certificate(bytes(xml), PASSWORD).private_key) == pkcs8(rsa_key())
