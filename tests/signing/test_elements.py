"""The reader of small XML files, and the files that would cost it too much."""

import pytest

from ocote.signing.certificate import CertificateError, read_certificate
from ocote.signing.elements import TooManyElementsError, read_elements


def _nested(depth: int) -> bytes:
    return b"<a>" * depth + b"x" + b"</a>" * depth


def test_every_text_is_found_by_its_path() -> None:
    read = read_elements(b"<a><b>1<c>2</c></b><b>3</b></a>")
    assert (read.root, dict(read.texts)) == ("a", {"b/c": "2", "b": "1", "": ""})


def test_elements_may_be_sixteen_deep() -> None:
    assert read_elements(_nested(16)).texts["/".join("a" * 15)] == "x"
    with pytest.raises(TooManyElementsError):
        read_elements(_nested(17))


def test_there_may_be_five_hundred_elements() -> None:
    assert read_elements(b"<a>" + b"<b/>" * 499 + b"</a>").root == "a"
    with pytest.raises(TooManyElementsError):
        read_elements(b"<a>" + b"<b/>" * 500 + b"</a>")


def test_a_file_of_nothing_but_nested_elements_is_refused_as_a_certificate() -> None:
    for xml in (_nested(36_000), b"<CertificadoMH>" + b"<a/>" * 60_000 + b"</CertificadoMH>"):
        with pytest.raises(CertificateError) as refused:
            read_certificate(xml, "x")
        assert refused.value.code == "certificate_too_many_elements"
