import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ocote.tls import TlsFiles, loopback_certificate

NOW = datetime.now(UTC)


async def _handshake(files: TlsFiles, host: str) -> str:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(files.certificate, files.key)
    client_side = ssl.create_default_context(cafile=str(files.authority))

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hola")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server_side) as server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_side, server_hostname=host)
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        return said.decode()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
async def test_a_client_that_trusts_the_made_authority_reaches_the_server(tmp_path: Path, host: str) -> None:
    assert await _handshake(loopback_certificate(tmp_path / "tls", NOW), host) == "hola"


async def test_the_certificate_is_good_for_loopback_alone(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await _handshake(loopback_certificate(tmp_path, NOW), "example.com")


def test_the_second_run_uses_the_same_certificate(tmp_path: Path) -> None:
    before = loopback_certificate(tmp_path, NOW).certificate.read_bytes()
    assert loopback_certificate(tmp_path, NOW + timedelta(days=300)).certificate.read_bytes() == before


def test_a_certificate_near_its_end_is_made_again(tmp_path: Path) -> None:
    before = loopback_certificate(tmp_path, NOW).certificate.read_bytes()
    assert loopback_certificate(tmp_path, NOW + timedelta(days=370)).certificate.read_bytes() != before


@pytest.mark.parametrize("damaged", ["ca.pem", "server.pem", "server-key.pem"])
async def test_a_damaged_file_is_replaced(tmp_path: Path, damaged: str) -> None:
    loopback_certificate(tmp_path, NOW)
    (tmp_path / damaged).write_text("nada", encoding="ascii")
    assert await _handshake(loopback_certificate(tmp_path, NOW), "localhost") == "hola"


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    assert loopback_certificate(tmp_path, NOW).key.stat().st_mode & 0o777 == 0o600


def test_the_certificate_names_loopback_for_397_days_and_can_sign_no_other(tmp_path: Path) -> None:
    files = loopback_certificate(tmp_path, NOW)
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    begins = NOW.replace(microsecond=0)
    assert certificate.not_valid_before_utc == begins - timedelta(hours=1)
    assert certificate.not_valid_after_utc == begins + timedelta(days=397)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_key_of_the_authority_is_kept_nowhere(tmp_path: Path) -> None:
    files = loopback_certificate(tmp_path, NOW)
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    key = load_pem_private_key(files.key.read_bytes(), password=None)
    assert key.public_key() != authority.public_key()
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "server-key.pem", "server.pem"]
    assert [path.name for path in tmp_path.iterdir() if b"PRIVATE KEY" in path.read_bytes()] == ["server-key.pem"]
