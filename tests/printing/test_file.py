"""The delivered JSON: signed bytes untouched, signature and stamp at the end (signing.md 6)."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.printing.file import delivered_json
from tests.printing.documents import STAMP

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key not in {"firmaElectronica", "selloRecibido"}), _VALUES, max_size=4
)
_BLANKS = st.text(" \t\r\n", max_size=4)


def _jws(payload: bytes) -> str:
    parts = (b'{"alg":"RS512"}', payload, b"signature")
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_signature_and_stamp_stand_at_the_end_in_that_order() -> None:
    signed = b'{"identificacion":{"version":2}}'
    jws = _jws(signed)

    assert delivered_json(jws, STAMP) == (
        b'{"identificacion":{"version":2},"firmaElectronica":"'
        + jws.encode()
        + b'","selloRecibido":"20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC"}'
    )


def test_a_document_in_contingency_is_delivered_with_its_signature_alone() -> None:
    jws = _jws(b'{"identificacion":{"version":2}}')

    assert delivered_json(jws, None) == b'{"identificacion":{"version":2},"firmaElectronica":"' + jws.encode() + b'"}'


def test_numbers_keep_the_text_that_was_signed() -> None:
    delivered = delivered_json(_jws(b'{"a":1.50,"b":1E+2,"c":0.10}'), STAMP)

    assert delivered.startswith(b'{"a":1.50,"b":1E+2,"c":0.10,"firma')


@given(content=_OBJECTS, indent=st.none() | st.integers(0, 3), before=_BLANKS, inside=_BLANKS, after=_BLANKS)
def test_any_signed_object_stays_untouched_and_the_file_is_valid_json(
    content: dict[str, object], indent: int | None, before: str, inside: str, after: str
) -> None:
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    signed = (before + text[:-1] + inside + "}" + after).encode("utf-8", "surrogatepass")
    jws = _jws(signed)

    delivered = delivered_json(jws, STAMP)

    untouched = signed[: signed.rindex(b"}")]
    assert delivered.startswith(untouched)
    assert delivered.endswith(signed[len(untouched) :])
    expected = {**json.loads(signed), "firmaElectronica": jws, "selloRecibido": STAMP}
    assert json.loads(delivered) == expected
    assert list(json.loads(delivered)) == list(expected)


@pytest.mark.parametrize("payload", [b"[1]", b'"text"', b"", b"12"])
def test_what_is_not_an_object_cannot_be_delivered(payload: bytes) -> None:
    with pytest.raises(ValueError, match="not a JSON object"):
        delivered_json(_jws(payload) if payload else "eyJ9.IA.c2ln", STAMP)
