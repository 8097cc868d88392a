import hashlib
from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as independent
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey

from ocote.signing.jws import JwsError, payload_of, sign
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
