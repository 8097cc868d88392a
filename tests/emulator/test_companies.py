"""Company files in both formats, and certificates made for them."""

import base64
import hashlib
import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from ocote.emulator.certificate import UnreadableCertificateError, make_certificate, public_key_of
from ocote.emulator.companies import InvalidCompanyError, Registry, load_companies

OWN_FORMAT = """
[[company]]
nit = "0614-999999-001-7"
nrc = "123456-7"
name = "Emisor de Prueba"
user = "06149999990017"
password = "Clave#1"
environment = "00"
certificate = "certificados/06149999990017.crt"
certificate_password = "Prueba#2026"

[[company]]
nit = "06149999990017"
nrc = "1234567"
name = "Emisor de Prueba"
user = "06149999990017"
password = "Clave#2"
environment = "01"
certificate = "certificados/produccion.crt"
certificate_password = "Prueba#2026"
"""

GATEWAY_FORMAT = """
nit = "06149999990017"
nrc = "1234567"
name = "Emisor de Prueba"
environment = "00"

[address]
department = "06"

[mh]
user = "06149999990017"
password = "Clave#1"
certificate = "06149999990017.crt"
certificate_password = "Prueba#2026"
"""


def test_a_file_may_hold_several_companies_and_environments(tmp_path: Path) -> None:
    file = tmp_path / "companies.toml"
    file.write_text(OWN_FORMAT)
    first, second = load_companies(file)
    assert (first.nit, first.nrc, first.environment) == ("06149999990017", "1234567", "00")
    assert second.environment == "01"
    assert first.public_key != second.public_key
    registry = Registry([first, second])
    assert registry.with_credentials("06149999990017", "Clave#2") == [second]
    assert registry.with_credentials("06149999990017", "Clave#3") == []
    assert "Clave" not in repr(first)


def test_a_certificate_that_is_missing_is_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "company.toml"
    file.write_text(GATEWAY_FORMAT)
    (first,) = load_companies(file)
    certificate = tmp_path / "06149999990017.crt"
    assert stat.S_IMODE(certificate.stat().st_mode) == 0o600
    (second,) = load_companies(file)
    assert first == second


def test_a_file_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "company.toml"
    file.write_text(GATEWAY_FORMAT, encoding="utf-8-sig")
    assert [company.nit for company in load_companies(file)] == ["06149999990017"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("x = 1", "neither"),
        (GATEWAY_FORMAT.replace('nrc = "1234567"\n', ""), "nrc"),
        (GATEWAY_FORMAT.replace('"00"', '"02"'), "environment"),
        (GATEWAY_FORMAT.replace('"Clave#1"', "7"), "password"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "company.toml"
    file.write_text(content)
    with pytest.raises(InvalidCompanyError, match=reason):
        load_companies(file)


class TestCertificate:
    def test_it_has_mh_s_form(self) -> None:
        xml = make_certificate("06149999990017", "Peña & Hijos <SV>", "Prueba#2026")
        root = _tree(xml)
        assert root.tag == "CertificadoMH"
        assert root.findtext("nit") == "06149999990017"
        assert re.fullmatch(r"[0-9a-f]{24}", root.findtext("_id") or "")
        assert root.findtext("privateKey/format") == "PKCS#8"
        assert root.findtext("publicKey/format") == "X.509"
        assert root.findtext("certificado/basicEstructure/subject/organizationName") == "Peña & Hijos <SV>"
        assert re.fullmatch(r"\d+\.0{9}", root.findtext("certificado/basicEstructure/validity/notAfter") or "")
        wrapped = (root.findtext("privateKey/encodied") or "").splitlines()
        assert {len(line) for line in wrapped[:-1]} == {76}
        key = load_der_private_key(base64.b64decode("".join(wrapped)), password=None)
        assert key.public_key() == public_key_of(xml)

    def test_passwords_stand_in_it_as_sha_512(self) -> None:
        """The value is the one printed in signing.md 3."""
        root = _tree(make_certificate("06149999990017", "X", "Prueba#2026", public_password="otra"))
        assert root.findtext("privateKey/clave") == (
            "452f44816b936344ed28d8af459d0ab757a0b8a69a014db936b82900086bd4ee"
            "a4acabb1b81a9df71535a5cac1771c64b91c184d80f702b37b4484732d5e0cfd"
        )
        assert root.findtext("publicKey/clave") == hashlib.sha512(b"otra").hexdigest()

    @pytest.mark.parametrize("content", [b"", b"<x/>", b"<publicKey><encodied>AAAA</encodied></publicKey>"])
    def test_a_file_without_a_public_key_is_refused(self, content: bytes) -> None:
        with pytest.raises(UnreadableCertificateError):
            public_key_of(content)


def _tree(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - the file was made a line ago
