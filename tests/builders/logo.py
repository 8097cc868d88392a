"""Logos that no command would store, put into a database as earlier versions stored them."""

import random
import struct
import zlib
from base64 import b64encode

import msgspec

from ocote.store.engine.statement import Transaction, sql

_PROFILE = sql("SELECT profile FROM company WHERE id = :id")
_STORE = sql("UPDATE company SET profile = :profile, updated_at = :now WHERE id = :id")


def good_png() -> bytes:
    """A small picture without a fault."""
    dots = random.Random(20)
    return _png(160, 80, zlib.compress(b"".join(b"\0" + dots.randbytes(20) for _ in range(80))))


def damaged_png() -> bytes:
    """A picture with a sound header, the end of which is missing, as an interrupted copy leaves it."""
    return good_png()[:-600]


def png_header(width: int, height: int) -> bytes:
    """A PNG whose header tells any size, with few pixels behind it."""
    return _png(width, height, zlib.compress(bytes(100)))


def png_bomb(side: int) -> bytes:
    """A complete black PNG of ``side`` by ``side`` pixels: 40,000 of them take 190 KiB in a file, 1.6 GB in memory."""
    packing = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    pixels = b"".join(packing.compress(row) for _ in range(side)) + packing.flush()
    return _png(side, side, pixels)


def _png(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def store_logo(company_id: int, logo: bytes) -> Transaction[None]:
    """Gives a registered company this logo, without any of the checks of ``ocote company add``."""
    [row] = yield _PROFILE(id=company_id)
    profile = msgspec.json.decode(str(row["profile"]))
    profile["brand"] = {**profile.get("brand", {}), "logo": b64encode(logo).decode()}
    yield _STORE(id=company_id, profile=msgspec.json.encode(profile).decode(), now="2026-11-29T00:00:00.000000Z")
