"""Bodies of exactly 1 MiB, the most that the API takes, each heavy in a manner of its own."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from ocote.web.body import MAX_BODY_BYTES

_LINE: Final = {"description": "Resma", "quantity": 1, "unit_price": 1}
_BUYER: Final = {"customer": {"name": "Ana", "dui": "00016297-5"}}
_MOST_LINES: Final = 2000
_BEGIN: Final = b'{"lines":[{"description":"Resma","quantity":1,"unit_price":1}],"x":'


def _filled(begin: bytes, piece: bytes, end: bytes) -> bytes:
    """``piece`` as often as there is room between ``begin`` and ``end``, and blanks up to 1 MiB."""
    times = (MAX_BODY_BYTES - len(begin) - len(end)) // len(piece)
    return _padded(begin + piece * times + end)


def _numbered(begin: bytes, piece: bytes, end: bytes) -> bytes:
    """The same with a number in each piece, in place of ``%d``."""
    room = MAX_BODY_BYTES - len(begin) - len(end)
    pieces: list[bytes] = []
    for number in range(room):
        next_piece = piece % number
        room -= len(next_piece)
        if room < 0:
            break
        pieces.append(next_piece)
    return _padded(begin + b"".join(pieces) + end)


def _padded(body: bytes) -> bytes:
    """A body with blanks behind it, up to 1 MiB."""
    return body.ljust(MAX_BODY_BYTES)


def _sale(**fields: object) -> bytes:
    """An invoice with other values in its fields."""
    return _padded(json.dumps({"lines": [_LINE], **fields}, ensure_ascii=False).encode())


def _lines(count: int = _MOST_LINES, **fields: object) -> bytes:
    """An invoice of so many equal lines with other values in their fields, to a buyer who is named."""
    return _padded(json.dumps(_BUYER | {"lines": [_LINE | fields] * count}, ensure_ascii=False).encode())


def _long(letter: str, share: float = 1.0) -> str:
    return letter * int(share * (MAX_BODY_BYTES - 200) / len(json.dumps(letter, ensure_ascii=False).encode()[1:-1]))


def _number(first: bytes, last: bytes = b"") -> bytes:
    """An invoice whose line has a number of zeros that fills the body."""
    return _filled(b'{"lines":[{"description":"Resma","unit_price":1,"quantity":' + first, b"0", last + b"}]}")


def _nested(levels: int, name: bytes, inner: bytes) -> bytes:
    """A member of an object, so many levels of objects around the inner value."""
    return (b'"' + name + b'":{') * (levels - 1) + b'"' + name + b'":' + inner + b"}" * (levels - 1)


def _deep(opening: bytes) -> bytes:
    return _filled(_BEGIN, opening, b"")


_SHAPES: Final[Mapping[str, Callable[[], bytes]]] = {
    # What nests, or has very many values.
    "brackets that only open": lambda: _deep(b"["),
    "objects that only open": lambda: _deep(b'{"a":'),
    "brackets that only close": lambda: _deep(b"]"),
    "empty lists": lambda: _filled(_BEGIN + b"[[]", b",[]", b"]}"),
    "empty objects": lambda: _filled(_BEGIN + b"[{}", b",{}", b"]}"),
    "nests of thirty lists": lambda: _filled(_BEGIN + b"[0", b"," + b"[" * 29 + b"]" * 29, b"]}"),
    "zeros": lambda: _filled(_BEGIN + b"[0", b",0", b"]}"),
    "zeros in unknown names": lambda: _numbered(_BEGIN + b"0", b',"k%d":0', b"}"),
    "nearly as many names as are taken": lambda: _numbered(_BEGIN + b"0", b',"a longer name %d":0', b"}"),
    "nearly as many objects as are taken": lambda: _numbered(_BEGIN + b"[{}", b',{"a longer name%d":0}', b"]}"),
    "empty texts": lambda: _filled(_BEGIN + b'[""', b',""', b"]}"),
    "nulls": lambda: _filled(_BEGIN + b"[null", b",null", b"]}"),
    "commas": lambda: _filled(_BEGIN + b"[", b",", b""),
    "colons": lambda: _filled(b"{", b":", b"}"),
    "quotes": lambda: _filled(_BEGIN, b'"', b""),
    "quotes that are escaped": lambda: _filled(_BEGIN + b'"', rb"\"", b""),
    "backslashes": lambda: _filled(_BEGIN + b'"', b"\\", b""),
    "blanks": lambda: b" " * MAX_BODY_BYTES,
    "line breaks": lambda: b"\n" * MAX_BODY_BYTES,
    "line breaks before a fault": lambda: b"\n" * (MAX_BODY_BYTES - 1) + b"x",
    "byte order marks": lambda: _filled(b"", b"\xef\xbb\xbf", b"{}"),
    "bytes that are no UTF-8 at the end": lambda: b'"' + b" " * (MAX_BODY_BYTES - 2) + b"\xff",
    # Paths: a fault deep inside, below a long name, among very many values.
    "a long name over many values, and an escape": lambda: _filled(
        b'{"\\ud83d\\ude00":1,"' + b"k" * (MAX_BODY_BYTES // 2) + b'":[0', b",0", b"]}"
    ),
    "a long name over many values, and a repeated name": lambda: _filled(
        b'{"' + b"k" * (MAX_BODY_BYTES // 2) + b'":[0', b",0", b',{"a":1,"a":1}]}'
    ),
    "a long name over many objects with half a character": lambda: _filled(
        b'{"' + b"k" * (MAX_BODY_BYTES // 2) + b'":[0', b",{}", b',"\\ud83d"]}'
    ),
    "the longest names over nearly as many values as are taken, and an escape": lambda: _padded(
        b'{"\\ud83d\\ude00":1,' + _nested(20, b"k" * 100, b"[0" + b",0" * 49_000 + b"]") + b"}"
    ),
    "the longest names over nearly as many values as are taken, and a repeated name": lambda: _padded(
        b"{" + _nested(20, b"k" * 100, b"[0" + b",0" * 49_000 + b',{"a":1,"a":1}]') + b"}"
    ),
    "a long name with an exponent beyond every program": lambda: _filled(b'{"', b"k", b'":1e99999999999999999999}'),
    "a long name twice": lambda: _padded(
        b"{" + b",".join([b'"' + b"k" * (MAX_BODY_BYTES // 2 - 8) + b'":1'] * 2) + b"}"
    ),
    "long names over each other": lambda: _filled(b"", b'{"' + b"k" * 34_000 + b'":', b"0" + b"}" * 30),
    "a repeated name after many": lambda: _numbered(b'{"x":0', b',"k%d":0', b',"x":0}'),
    "a repeated name after nearly as many as are taken": lambda: _numbered(
        b'{"x":0', b',"a longer name %d":0', b',"x":0}'
    ),
    "one name again and again": lambda: _filled(_BEGIN + b"0", b',"k":0', b"}"),
    "emoji as escapes": lambda: _filled(_BEGIN + b'"', rb"\ud83d\ude00", b'"}'),
    "emoji as escapes in many texts": lambda: _filled(_BEGIN + b'[""', rb',"\ud83d\ude00"', b"]}"),
    "halves of characters": lambda: _filled(_BEGIN + b'"', rb"\ud83d", b'"}'),
    "escapes of control characters": lambda: _filled(_BEGIN + b'"', rb"\u0000", b'"}'),
    "numbers that are not finite": lambda: _filled(_BEGIN + b"[0", b",NaN", b"]}"),
    "numbers that are not finite, unfinished": lambda: _filled(_BEGIN + b"[0", b",NaN", b""),
    "exponents beyond every program": lambda: _filled(_BEGIN + b"[0", b",1e99999999999999999999", b"]}"),
    "exponents beyond every program, unfinished": lambda: _filled(_BEGIN + b"[", b"1e99999999999999999999,", b""),
    "exponents at the edge": lambda: _filled(_BEGIN + b"[0", b",1e999999999999999999", b"]}"),
    # Numbers of very many digits, in a field that is read.
    "a number of nines": lambda: _filled(b'{"lines":[{"description":"R","unit_price":1,"quantity":', b"9", b"}]}"),
    "a number of zeros behind the point": lambda: _number(b"1."),
    "a number of zeros and a last digit": lambda: _number(b"1.", b"1"),
    "a number of threes behind the point": lambda: _filled(
        b'{"lines":[{"description":"R","quantity":1,"unit_price":0.', b"3", b"}]}"
    ),
    "a number as a text": lambda: _filled(b'{"lines":[{"description":"R","quantity":1,"unit_price":"1.', b"0", b'"}]}'),
    "an exponent of zeros": lambda: _filled(
        b'{"lines":[{"description":"R","quantity":1,"unit_price":1e', b"0", b"1}]}"
    ),
    "a period of zeros behind the point": lambda: _filled(
        b'{"lines":[{"description":"R","quantity":1,"unit_price":1}],"period":1.', b"0", b"}"
    ),
    "a period as a text of nines": lambda: _filled(
        b'{"lines":[{"description":"R","quantity":1,"unit_price":1}],"period":"', b"9", b'"}'
    ),
    "freight of nines": lambda: _filled(
        b'{"doc_type":"11","lines":[{"description":"R","quantity":1,"unit_price":1}],"freight":0.', b"9", b"}"
    ),
    # Texts that fill the body.
    "a description": lambda: _sale(lines=[_LINE | {"description": _long("a")}]),
    "a description of line breaks": lambda: _sale(lines=[_LINE | {"description": "a" + _long("\n", 0.9) + "b"}]),
    "a description of combining marks": lambda: _sale(lines=[_LINE | {"description": "a" + _long("\u0301\u0316")}]),
    "a name of blanks": lambda: _sale(customer={"name": _long(" ")}),
    "a NIT of digits": lambda: _sale(customer={"name": "Ana", "nit": _long("0")}),
    "a NIT of hyphens": lambda: _sale(customer={"name": "Ana", "nit": _long("-")}),
    "an e-mail of letters": lambda: _sale(customer={"name": "Ana", "email": _long("a")}),
    "an e-mail of points": lambda: _sale(customer={"name": "Ana", "email": "a@" + _long("a.")}),
    "a phone number": lambda: _sale(customer={"name": "Ana", "phone": _long("2")}),
    "a district": lambda: _sale(customer={"name": "Ana", "district": _long("1")}),
    "a reference": lambda: _sale(external_ref=_long("R")),
    "a payment method": lambda: _sale(payment_method=_long("0")),
    "a type of document": lambda: _sale(doc_type=_long("0")),
    # Faults by the thousand, and lines that are no lines.
    "lines that are empty objects": lambda: _sale(lines=[{}] * _MOST_LINES),
    "lines that are no objects": lambda: _sale(lines=[0] * _MOST_LINES),
    "more lines than a document has": lambda: _lines(_MOST_LINES * 5),
    "lines with every field wrong": lambda: _lines(
        description="", quantity=-1, unit_price="1,5", discount_percentage=100, is_service=1
    ),
    "lines with too many decimals": lambda: _lines(quantity=1.123456789, unit_price=1.123),
    "lines that round to zero": lambda: _lines(quantity=0.00000001, unit_price=0.01),
    "lines above every amount": lambda: _lines(quantity=99999999999, unit_price=99999999999.99),
    "lines of control characters": lambda: _lines(1000, description="\x01" * 100),
    # The largest sales that are right.
    "two thousand lines": lambda: _lines(description="Resma de papel " * 28, quantity=1.12345678, unit_price=5.65),
    "two thousand lines with a discount": lambda: _lines(
        description="x" * 400, quantity=1.12345678, unit_price=5.65, discount_percentage=33.33
    ),
    "two thousand lines of emoji": lambda: _lines(description="😀" * 100),
    "two thousand lines of emoji as escapes": lambda: _padded(
        json.dumps(_BUYER | {"lines": [_LINE | {"description": "😀" * 30}] * _MOST_LINES}).encode()
    ),
    "two thousand lines of exponents in texts": lambda: _lines(description="E-" * 200),
    "two thousand lines of exponents": lambda: _lines(description="1E-" * 100, quantity=0.0000001, unit_price=99999),
    "two thousand lines of line breaks": lambda: _lines(description="a\n" * 8 + "b"),
    "two thousand lines of more line breaks": lambda: _lines(description="a\n" * 50 + "b"),
    "two thousand lines of quotes": lambda: _lines(description='"' * 200),
    "two thousand lines of braces": lambda: _lines(description="{[,:" * 100),
    # The largest sales of every kind, and those that are wrong in each of their fields.
    "a thousand lines with taxes and a tax of their own": lambda: _lines(
        1000,
        unit=22,
        item_kind="goods",
        code="x" * 25,
        taxes=["59", "71", "D1", "C8", {"code": "C5", "amount": 0.01}],
        special_tax={"code": "57", "amount": 0.01, "description": "x" * 150},
    ),
    "nine hundred lines with every tax of the catalog": lambda: _lines(900, taxes=["59"] * 45),
    "lines with every new field wrong": lambda: _lines(
        sale_kind="x", item_kind="x", unit=0, code="x" * 26, taxes=[0], special_tax={}, suggested_price=0
    ),
    "two thousand exempt lines with taxes": lambda: _lines(sale_kind="exempt", taxes=["59", "59"]),
    "a hundred payments that leave their amounts out": lambda: _sale(payments=[{"payment_method": "03"}] * 100),
    "a hundred charges of long descriptions": lambda: _sale(
        charges=[{"description": "x" * 1000, "amount": 0.01}] * 100
    ),
    "ten thousand charges": lambda: _sale(charges=[{"description": "x", "amount": 0.01}] * 10_000),
    "two thousand lines of unknown fields": lambda: _lines(**{f"u{number}": number for number in range(20)}),
}


def heavy_bodies() -> Iterator[tuple[str, bytes]]:
    """Each body with its name."""
    for name in _SHAPES:
        yield name, heavy_body(name)


@cache
def heavy_body(name: str) -> bytes:
    """One of the bodies."""
    body = _SHAPES[name]()
    assert len(body) == MAX_BODY_BYTES, (name, len(body))
    return body


def names() -> list[str]:
    """The names of all bodies."""
    return list(_SHAPES)
