"""A client of TLS 1.3 that sends key updates, which Python's ``ssl`` cannot: it makes their records itself."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from struct import pack

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_CIPHER = "TLS_AES_256_GCM_SHA384"
_ANSWER_ME = b"\x18\x00\x00\x01\x01"
"""The message KeyUpdate with update_requested (RFC 8446, 4.6.3)."""

_HANDSHAKE, _DATA = b"\x16", b"\x17"


class KeyUpdater:
    """A connection whose handshake is done; ``key_log`` is a new file for its secrets."""

    def __init__(self, connection: socket.socket, key_log: Path) -> None:
        self._connection = connection
        trusted = ssl.create_default_context()
        trusted.check_hostname = False
        trusted.verify_mode = ssl.CERT_NONE
        trusted.minimum_version = ssl.TLSVersion.TLSv1_3
        trusted.keylog_filename = str(key_log)
        self._arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trusted.wrap_bio(self._arrived, leaving)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(leaving.read())
                self._arrived.write(connection.recv(65536))
        connection.sendall(leaving.read())
        assert (self._tls.cipher() or ("",))[0] == _CIPHER
        self._secret = next(_secrets(key_log, "CLIENT_TRAFFIC_SECRET_0"))
        self._sent = 0

    def update_keys(self, times: int) -> None:
        """Sends so many key updates at once, each of which asks for one of the server's. Raises OSError."""
        self._connection.sendall(b"".join(self._update() for _ in range(times)))

    def send(self, data: bytes) -> None:
        """Sends data. Raises OSError."""
        self._connection.sendall(self._record(data + _DATA))

    def receive(self) -> bytes:
        """Data of the server; empty when the server has ended the connection. Raises OSError."""
        while True:
            try:
                return self._tls.read(65536)
            except ssl.SSLWantReadError:
                received = self._connection.recv(65536)
                if not received:
                    return b""
                self._arrived.write(received)

    def _update(self) -> bytes:
        record = self._record(_ANSWER_ME + _HANDSHAKE)
        self._secret = self._derived("traffic upd", 48)
        self._sent = 0
        return record

    def _record(self, content: bytes) -> bytes:
        """An encrypted record (RFC 8446, 5.2)."""
        header = b"\x17\x03\x03" + pack(">H", len(content) + 16)
        vector = int.from_bytes(self._derived("iv", 12), "big") ^ self._sent
        self._sent += 1
        return header + AESGCM(self._derived("key", 32)).encrypt(vector.to_bytes(12, "big"), content, header)

    def _derived(self, label: str, length: int) -> bytes:
        name = b"tls13 " + label.encode("ascii")
        return HKDFExpand(SHA384(), length, pack(">HB", length, len(name)) + name + b"\x00").derive(self._secret)


def _secrets(key_log: Path, name: str) -> Iterator[bytes]:
    for line in key_log.read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name} "):
            yield bytes.fromhex(line.split()[2])
