"""Cursors of a list: opaque texts that only this gateway can make, valid for one company and one filter."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest

import msgspec
from msgspec.structs import replace

from ocote.documents.view import DocumentFilter, Position

_MAC_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOMENT = struct.Struct(">q")


class Cursors:
    """Makes and reads cursors. All processes of a gateway share ``secret``; a new secret makes old cursors invalid."""

    def __init__(self, secret: bytes) -> None:
        self._key = sha256(b"ocote document cursor\0" + secret).digest()

    def write(self, company_id: int, wanted: DocumentFilter, position: Position) -> str:
        """The cursor for the page behind ``position`` in the list of ``wanted``, for any page size."""
        moment = (position.posted_at - _EPOCH) // _MICROSECOND
        content = _MOMENT.pack(moment) + position.id.encode("utf-8")
        return urlsafe_b64encode(self._mac(company_id, wanted, content) + content).decode("ascii").rstrip("=")

    def read(self, company_id: int, wanted: DocumentFilter, cursor: str) -> Position | None:
        """The position of a cursor; None for a cursor that was changed, or made for another company or filter."""
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (NotBase64, UnicodeEncodeError):
            return None
        mac, content = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not compare_digest(mac, self._mac(company_id, wanted, content)):
            return None
        (moment,) = _MOMENT.unpack_from(content)
        return Position(_EPOCH + moment * _MICROSECOND, content[_MOMENT.size :].decode("utf-8"))

    def _mac(self, company_id: int, wanted: DocumentFilter, content: bytes) -> bytes:
        same_list = replace(wanted, after=None, limit=0, states=frozenset())
        described = msgspec.json.encode((company_id, sorted(wanted.states), same_list))
        return digest(self._key, described + b"\0" + content, "sha256")[:_MAC_BYTES]
