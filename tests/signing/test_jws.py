import hashlib
from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA512
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as independent
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey

from ocote.signing.jws import JwsError, is_signed_by, payload_of, sign
from tests.builders.certificate import pkcs8, rsa_key, spki

DOCUMENT = '{"identificacion":{"version":2},"emisor":{"nombre":"Panadería La Unión"},"total":11.30}'.encode()

MH_SIGNER_TEXT = b"""{
  "identificacion" : {
    "version" : 2,
    "ambiente" : "00"
  },
  "cuerpoDocumento" : [ {
    "numItem" : 1,
    "precioUni" : 11.3,
    "tributos" : null
  } ],
  "resumen" : {
    "totalGravada" : 11.3,
    "pagos" : [ ]
  }
}"""


def unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_signature_has_the_form_mh_prints() -> None:
    header, payload, signature = sign(DOCUMENT, rsa_key()).split(".")

    assert header == "eyJhbGciOiJSUzUxMiJ9"
    assert len(signature) == 342  # 256 bytes
    assert "=" not in payload + signature


def verified(signed: str, key: RSAPrivateKey) -> independent.CompactSignature:
    """Verifies with a library that the gateway does not use."""
    public = RSAKey.import_key(spki(key.public_key()))
    return independent.deserialize_compact(signed, public, algorithms=["RS512"])


def test_an_independent_verifier_accepts_the_signature() -> None:
    found = verified(sign(DOCUMENT, rsa_key()), rsa_key())

    assert found.payload == DOCUMENT
    assert found.protected == {"alg": "RS512"}


def test_an_independent_signer_gives_the_same_text() -> None:
    private = RSAKey.import_key(pkcs8(rsa_key()))
    theirs = independent.serialize_compact({"alg": "RS512"}, DOCUMENT, private, algorithms=["RS512"])
    assert sign(DOCUMENT, rsa_key()) == theirs


def test_signing_twice_gives_the_same_text() -> None:
    assert sign(DOCUMENT, rsa_key()) == sign(DOCUMENT, rsa_key())


def test_the_text_of_mh_own_signer_goes_through_byte_by_byte() -> None:
    assert len(MH_SIGNER_TEXT) == 235
    assert (
        hashlib.sha256(MH_SIGNER_TEXT).hexdigest() == "e7d7fe995f01821e6ba1bafbe7e7cc5e4cd35382a8d9cff3b93074022028221d"
    )
    assert payload_of(sign(MH_SIGNER_TEXT, rsa_key())) == MH_SIGNER_TEXT


@given(st.binary(min_size=1, max_size=500))
def test_whatever_was_signed_comes_back_unchanged(payload: bytes) -> None:
    signed = sign(payload, rsa_key())
    assert payload_of(signed) == payload
    assert verified(signed, rsa_key()).payload == payload


def test_a_changed_document_does_not_verify() -> None:
    header, _, signature = sign(DOCUMENT, rsa_key()).split(".")
    forged = f"{header}.{unpadded(DOCUMENT.replace(b'11.30', b'99.30'))}.{signature}"
    with pytest.raises(BadSignatureError):
        verified(forged, rsa_key())


def test_the_key_of_another_company_does_not_verify() -> None:
    with pytest.raises(BadSignatureError):
        verified(sign(DOCUMENT, rsa_key()), rsa_key("stranger"))


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "a..c", "a.b=.c", "a.b c.d", "é.b.c", "aaaa.b.cc", "a.b\n.c"])
def test_what_is_not_a_compact_jws_is_refused(text: str) -> None:
    with pytest.raises(JwsError):
        payload_of(text)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    with suppress(JwsError):
        payload_of(text)


def test_what_was_signed_verifies_with_the_public_key_alone() -> None:
    public, other = rsa_key().public_key(), rsa_key("another").public_key()
    assert is_signed_by(sign(DOCUMENT, rsa_key()), public)
    assert not is_signed_by(sign(DOCUMENT, rsa_key()), other)


def test_no_letter_of_a_signed_text_can_be_another() -> None:
    """Not even the last one, of which only two bits belong to the signature."""
    public, signed = rsa_key().public_key(), sign(b'{"a":1}', rsa_key())
    for position, letter in enumerate(signed):
        for other in "AB":
            changed = f"{signed[:position]}{other}{signed[position + 1 :]}"
            if letter not in {other, "."}:
                assert not is_signed_by(changed, public), position


def test_a_text_with_another_header_is_not_signed_by_anybody() -> None:
    key = rsa_key()
    header = unpadded(b'{"alg": "RS512"}')
    payload = unpadded(DOCUMENT)
    signature = key.sign(f"{header}.{payload}".encode(), PKCS1v15(), SHA512())
    assert not is_signed_by(f"{header}.{payload}.{unpadded(signature)}", key.public_key())


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "á.b.c", "a.b.c="])
def test_a_text_that_is_no_jws_cannot_be_judged(text: str) -> None:
    with pytest.raises(JwsError):
        is_signed_by(text, rsa_key().public_key())
