"""Requests as no client means them: valid requests of every operation, changed at random, each by its own number."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final
from urllib.parse import quote

from tests.builders.bodies import ccf, export, invoice, note, purchase

_LONGEST_SHOWN: Final = 3000


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; ``target`` is the path with its query below ``/api/connect``."""

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = None

    def __str__(self) -> str:
        head = b"".join(b" | " + name + b": " + value for name, value in self.headers)
        shown = self.method + b" " + self.target + head + b" | " + (self.body or b"")
        return repr(shown[:_LONGEST_SHOWN])


class _Raw(str):
    """Text that stands in a body as it is, whether it is JSON or not."""

    __slots__ = ()


def valid_documents(mark: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """One document of each type with references that begin with ``mark``, in an order in which all can be stamped."""
    return (
        (
            "/invoice",
            invoice(f"{mark}-01", customer={"name": "Ana Beltrán", "dui": "00016297-5", "phone": "7000-0000"}),
        ),
        ("/invoice", ccf(f"{mark}-03")),
        ("/invoice", export(f"{mark}-11", freight=10.5, insurance=1)),
        ("/suex", purchase(f"{mark}-14", address="Calle 1\nColonia 2", email="marta@example.com")),
        ("/credit-memo", note(f"{mark}-03", f"{mark}-05", "1.13")),
    )


def mutated(seed: int, number: int, mark: str) -> Sent:
    """The request of this number, which names documents that begin with ``mark``. Equal arguments, equal request."""
    chance = Random(f"{seed}/{number}")
    method, target, tree = _valid(chance, mark, number)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4)) if tree is not None else 0):
        tree = _changed(chance, tree)
    body = None if tree is None else _written(tree, chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if body is not None and chance.random() < 0.25:
        body = _spoilt(chance, body)
    sent = Sent(method, target.encode(), _headers(chance, body), body)
    if tree is None or chance.random() < 0.2:
        sent = replace(sent, target=_other_target(chance, sent.target))
    if chance.random() < 0.03:
        sent = replace(sent, method=chance.choice(_METHODS))
    return sent


def _valid(chance: Random, mark: str, number: int) -> tuple[bytes, str, Any]:
    """A valid request of one operation."""
    if chance.random() < 0.7:
        path, body = chance.choice((*valid_documents(f"f{number}")[:-1], *_notes(mark, number)))
        return b"POST", path + chance.choice(("", "", "", "?dry_run=1")), body
    kind = chance.choice(("01", "03", "05", "11", "14"))
    known = chance.choice((f"{mark}-{kind}", f"{mark}-{kind}", "no-existe"))
    if chance.random() < 0.4:
        return b"POST", *chance.choice(_acts(known, mark))
    return b"GET", chance.choice(_questions(known)), None


def _notes(mark: str, number: int) -> tuple[tuple[str, dict[str, Any]], ...]:
    return (
        ("/credit-memo", note(f"{mark}-03", f"f{number}-05", "0.01", "0.02")),
        ("/credit-memo", note(f"{mark}-03", f"f{number}-05", full_adjustment=True)),
    )


def _acts(known: str, mark: str) -> tuple[tuple[str, Any], ...]:
    person = {"name": "Marta Alvarenga", "document_type": "13", "document_number": "00016297-5"}
    return (
        (f"/invalidate/{known}", {"reason": 2, "note": "Precio equivocado", "requested_by": person}),
        (f"/invalidate/{known}", {"reason": 1, "replacement": f"{mark}-01"}),
        (f"/invalidate/suex/{known}", {"reason": 3, "note": "Otra", "replacement": f"{mark}-14"}),
        (f"/documents/{known}/email", {"to": "contabilidad@example.com"}),
        (f"/documents/{known}/link", {}),
    )


def _questions(known: str) -> tuple[str, ...]:
    days = "date_from=2026-01-01&date_to=2026-12-31"
    return (
        *(f"{path}/{known}" for path in ("/status", "/credit-memo/status", "/suex/status", "/invalidate/status")),
        f"/status/{known}?include_dte=1",
        f"/invalidate/suex/status/{known}",
        f"/file/{known}?type=json",
        f"/file/{known}?type=ticket",
        f"/documents/{known}/email",
        f"/documents?{days}&doc_type=01&state=stamped&customer=Ana&limit=10",
        "/documents?limit=2&cursor=AAAA",
        f"/documents/export?{days}&format=csv",
        f"/documents/export?{days}&format=xlsx",
        "/catalogs/activities?search=comercio",
        "/catalogs/departments?search=sons",
        "/catalogs/districts/search?search=santa",
        "/catalogs/countries?search=al",
    )


_METHODS: Final = (b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH")
_TEXTS: Final = (
    *("", " ", "0", "-1", "1e5", "1,5", "$5", "NaN", "null", "01", "99", "á", "ñ" * 101, "😀", "a" * 1001),
    *("\u202e001", "\u200f1", "\u200b", "\u3164", "\u0301" * 300, "a\u2028b", "👨\u200d🌾", "\ufeff", "\ud83d"),
    *("\x00", "\x1b[2J", "a\nb", "a\r\nb", "\n" * 60, "a\n" * 50, "\t", "9" * 5000, "0." + "0" * 400, "-" * 40),
    *("2026-02-30", "0000-00-00", "9999-12-31", "2199-12-31", "2000-01-01", "20260101", "x@y", "a@b.sv", "@"),
    *("'; DROP TABLE document; --", "%s%n", "{0.__class__}", "{field}", "../../etc/passwd", "<b>&amp;", "=1+1"),
    *("06140101260017", "00016297-5", "000000000", "1116", "06", "23", "FOB", "DE", "M001P001"),
)
_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 3, 1.5, 0.1, 0.005, 99.999, 10**11, 99999999999.99, 0.00000001, 1e-9, -0.0),
    *([], {}, [None], [[]], [{}], {"a": {"b": [1]}}, {"name": 1}),
    *map(_Raw, ("NaN", "-Infinity", "NaN1", "1e99999999999999999999", "1e-99999999999999999999", "1E+3", "-0")),
    *map(_Raw, ("9" * 3000, f"0.{'1' * 3000}", f"1.{'0' * 3000}", "01", ".5", "+1", "1.", "'a'", "undefined", "")),
    *map(
        _Raw, ('"\\ud83d"', '"\\ud83d\\ude00"', '"\\udc00a"', '"\\u0000"', '"\\x"', '{"a":1,"a":2}', "[" * 40, "/**/1")
    ),
)


def _odd(chance: Random) -> Any:
    return deepcopy(chance.choice(_TEXTS if chance.random() < 0.5 else _VALUES))


_Place = tuple[Any, Any]
"""A list or an object, and where in it."""


def _places(tree: Any) -> Iterator[_Place]:
    steps = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for step in steps:
        yield tree, step
        yield from _places(tree[step])


def _replace(chance: Random, place: _Place, _: list[_Place]) -> None:
    place[0][place[1]] = _odd(chance)


def _remove(_: Random, place: _Place, __: list[_Place]) -> None:
    del place[0][place[1]]


def _rename(chance: Random, place: _Place, others: list[_Place]) -> None:
    holder, step = place
    if isinstance(holder, dict):
        names = [each for _, each in others if isinstance(each, str)]
        holder[chance.choice((*names, *_TEXTS))] = holder.pop(step)


def _repeat(chance: Random, place: _Place, _: list[_Place]) -> None:
    holder, step = place
    if isinstance(holder, list):
        holder.extend(
            deepcopy(holder[step]) for _ in range(chance.choice((1, 2, 40, 2000) if len(holder) < 3 else (1,)))
        )


def _swap(chance: Random, place: _Place, others: list[_Place]) -> None:
    other = chance.choice(others)
    mine, theirs = deepcopy(place[0][place[1]]), deepcopy(other[0][other[1]])
    place[0][place[1]], other[0][other[1]] = theirs, mine


def _wrap(chance: Random, place: _Place, _: list[_Place]) -> None:
    inner = place[0][place[1]]
    place[0][place[1]] = chance.choice(([inner], {"value": inner}, [inner, inner]))


def _retype(_: Random, place: _Place, __: list[_Place]) -> None:
    value = place[0][place[1]]
    place[0][place[1]] = str(value) if not isinstance(value, str) else _Raw(value if value.isprintable() else "0")


def _add(chance: Random, place: _Place, _: list[_Place]) -> None:
    holder, _step = place
    if isinstance(holder, dict):
        holder[chance.choice(_FIELDS)] = _odd(chance)


def _lengthen(chance: Random, place: _Place, _: list[_Place]) -> None:
    value = place[0][place[1]]
    if isinstance(value, str) and not isinstance(value, _Raw):
        place[0][place[1]] = value * chance.choice((2, 10, 100)) + chance.choice(_TEXTS)


_FIELDS: Final = (
    *("customer", "customer_name", "payment_method", "transaction_condition", "deadline", "period", "activity_code"),
    *("redirect_email", "external_ref", "doc_type", "lines", "country", "incoterm", "regime", "freight", "insurance"),
    *("discount_percentage", "is_service", "district", "department", "municipality", "nrc", "nit", "type_contributor"),
    *("full_adjustment", "document_id", "reason", "note", "replacement", "requested_by", "unknown", "", "k" * 101),
)
_CHANGES: Final[tuple[Callable[[Random, _Place, list[_Place]], None], ...]] = (
    *(_replace, _replace, _replace, _remove, _rename, _repeat, _swap, _wrap, _retype, _add, _add, _lengthen),
)


def _changed(chance: Random, tree: Any) -> Any:
    """The tree of a body with one thing changed in it; now and then something else altogether."""
    if chance.random() < 0.02:
        return _odd(chance)
    tree = deepcopy(tree)
    places = list(_places(tree))
    if places:
        chance.choice(_CHANGES)(chance, chance.choice(places), places)
    return tree


def _written(tree: Any, is_ascii: bool) -> str:
    """The tree as JSON, raw texts as they are."""
    if isinstance(tree, _Raw):
        return str(tree)
    if isinstance(tree, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_written(inner, is_ascii)}" for key, inner in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(_written(inner, is_ascii) for inner in tree) + "]"
    return json.dumps(tree, ensure_ascii=is_ascii)


_PIECES: Final = (
    b'"',
    b"[",
    b"{",
    b"}",
    b"]",
    b",",
    b":",
    b"\\",
    b"\xff",
    b"\x00",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"1e9",
)


def _spoilt(chance: Random, body: bytes) -> bytes:
    """The bytes of a body with something cut out, put in, doubled or flipped."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        at, end = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
        end = min(end, at + 20)
        match chance.randrange(5):
            case 0:
                body = body[:at] + body[end:]
            case 1:
                body = body[:at] + chance.choice(_PIECES) + body[at:]
            case 2:
                body = body[:end] + body[at:]
            case 3:
                body = body[:at] + chance.randbytes(chance.randrange(1, 4)) + body[end:]
            case _:
                body = body[:at]
    return body


_HEADERS: Final[Mapping[bytes, tuple[bytes, ...]]] = {
    b"Content-Type": (
        *(b"", b"text/plain", b"application/json; charset=utf-8", b"application/json; charset=latin1", b"\xff"),
        *(b"application/json" + b";a=b" * 1000, b"APPLICATION/JSON", b'application/json; charset="utf8"'),
    ),
    b"Content-Encoding": (b"gzip", b"identity", b"\xe9", b""),
    b"Idempotency-Key": (b"ref-1", b"", b" ", b"\xff\xfe", b"\xe2\x80\xae1", b"k" * 101, b"k" * 20_000, b"\xc3\xb1"),
    b"X-Request-Id": (b"abc", b"\xff", b"i" * 1000, b"a b"),
    b"Accept": (b"text/html", b"\xff", b"*/*;q=9"),
    b"Accept-Language": (b"en", b"\x00" * 3),
    b"Authorization": (b"", b"Bearer", b"Basic eDp5", b"Bearer odt_", b"Bearer \xff", b"Bearer " + b"a" * 5000),
    b"Host": (b"", b"evil.example.com", b"\xff", b"a" * 300, b"[::1"),
    b"X-Forwarded-For": (b"1.2.3.4", b"x" * 5000),
    b"Forwarded": (b"for=unknown",),
}


def _headers(chance: Random, body: bytes | None) -> tuple[tuple[bytes, bytes], ...]:
    headers = {} if body is None else {b"Content-Type": b"application/json"}
    if chance.random() < 0.15:
        for name in chance.sample(list(_HEADERS), chance.choice((1, 1, 2))):
            headers[name] = chance.choice(_HEADERS[name])
    return tuple(headers.items())


_IN_PATHS: Final = (
    *("%", "%zz", "%00", "%0a", "%ff", "%c3%b1", "%2F", "%252F", "..", "//", ".", ";a", "%E2%80%AE", "%u0041", "\xf1"),
    *("a" * 101, "a" * 4000, "%41" * 3000, "\x80\xff", "'--", "*", "~", "{id_or_ref}", "+"),
)
_NAMES: Final = (
    *(
        "dry_run",
        "include_dte",
        "type",
        "key",
        "limit",
        "cursor",
        "date_from",
        "date_to",
        "doc_type",
        "state",
        "format",
    ),
    *("customer", "search", "q", "unknown", "", "%00", "limit[]"),
)
_ASKED: Final = (
    *("1", "0", "true", "yes", "9" * 5000, "-1", "1.5", "1e3", "%F0%9F%98%80", "%ff", "%", "A" * 401, "A" * 60_000),
    *("AAAA", "====", "%CC%81" * 5000, "zip", "ticket", "invoice", "stamped", "01"),
)


def _other_target(chance: Random, target: bytes) -> bytes:
    """The path and query with something put in, cut out, repeated or added."""
    path, _, query = target.decode().partition("?")
    match chance.randrange(4):
        case 0:
            at = chance.randrange(1, len(path) + 1)
            path = path[:at] + chance.choice(_IN_PATHS) + path[at + chance.randrange(3) :]
        case 1:
            parameters = query.split("&") if query else []
            chance.shuffle(parameters)
            query = "&".join([*parameters[1:], f"{chance.choice(_NAMES)}={_value_asked(chance)}"])
        case 2:
            query = "&".join(
                f"{chance.choice(_NAMES)}={_value_asked(chance)}" for _ in range(chance.choice((1, 3, 200)))
            )
            query = query[:60_000]
        case _:
            return target
    return f"{path}?{query}".removesuffix("?").encode("latin-1")


def _value_asked(chance: Random) -> str:
    return chance.choice(_ASKED) if chance.random() < 0.5 else quote(chance.choice(_TEXTS).encode("utf-8", "replace"))
