import hashlib
import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as independent
from joserfc.jwk import RSAKey

from ocote.signing.jws import JwsError, payload_of, sign, verify
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


def test_an_independent_verifier_accepts_the_signature() -> None:
    public = RSAKey.import_key(spki(rsa_key().public_key()))

    verified = independent.deserialize_compact(sign(DOCUMENT, rsa_key()), public, algorithms=["RS512"])

    assert verified.payload == DOCUMENT
    assert verified.protected == {"alg": "RS512"}


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
    assert verify(signed, rsa_key().public_key()) == payload


def test_a_changed_document_does_not_verify() -> None:
    header, _, signature = sign(DOCUMENT, rsa_key()).split(".")
    forged = f"{header}.{unpadded(DOCUMENT.replace(b'11.30', b'99.30'))}.{signature}"
    with pytest.raises(JwsError, match="not of this key"):
        verify(forged, rsa_key().public_key())


def test_the_key_of_another_company_does_not_verify() -> None:
    with pytest.raises(JwsError, match="not of this key"):
        verify(sign(DOCUMENT, rsa_key()), rsa_key("stranger").public_key())


@pytest.mark.parametrize(
    "header",
    [b'{"alg":"none"}', b'{"alg":"RS256"}', b'{"typ":"JWT"}', b'["RS512"]', b"{", b"\xff\xfe", b"[" * 5000],
)
def test_only_rs512_is_verified(header: bytes) -> None:
    _, payload, signature = sign(DOCUMENT, rsa_key()).split(".")
    with pytest.raises(JwsError, match="header"):
        verify(f"{unpadded(header)}.{payload}.{signature}", rsa_key().public_key())


def test_a_longer_header_of_another_signer_is_verified_too() -> None:
    private = RSAKey.import_key(pkcs8(rsa_key()))
    theirs = independent.serialize_compact({"alg": "RS512", "typ": "JWT"}, DOCUMENT, private, algorithms=["RS512"])
    assert json.loads(verify(theirs, rsa_key().public_key()))["total"] == 11.3


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "a..c", "a.b=.c", "a.b c.d", "é.b.c", "aaaa.b.cc", "a.b\n.c"])
def test_what_is_not_a_compact_jws_is_refused(text: str) -> None:
    with pytest.raises(JwsError):
        payload_of(text)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_verifier(text: str) -> None:
    with pytest.raises(JwsError):
        verify(text, rsa_key().public_key())
