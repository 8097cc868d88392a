"""The body comes off the wire whole, as JSON in UTF-8, and never larger than the limit."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from ocote.web.body import MAX_BODY_BYTES, ClientGone, check_media_type, read_body
from ocote.web.invalid import InvalidRequest


def wire(*pieces: bytes, gone: bool = False) -> tuple[Callable[[], Awaitable[dict[str, Any]]], list[bytes]]:
    """A client that sends these pieces, and the list of those that were taken from it."""
    taken: list[bytes] = []
    rest: Iterator[tuple[int, bytes]] = iter(enumerate(pieces, start=1))

    async def receive() -> dict[str, Any]:
        number, piece = next(rest, (0, b""))
        if number == 0:
            return {"type": "http.disconnect"}
        taken.append(piece)
        return {"type": "http.request", "body": piece, "more_body": gone or number < len(pieces)}

    return receive, taken


async def test_a_body_in_pieces_is_put_together() -> None:
    receive, _ = wire(b'{"a"', b": 1", b"}")

    assert await read_body(receive) == b'{"a": 1}'


async def test_a_body_of_exactly_one_mebibyte_is_taken() -> None:
    receive, _ = wire(b"x" * (MAX_BODY_BYTES - 1), b"x")

    assert len(await read_body(receive)) == MAX_BODY_BYTES


@pytest.mark.parametrize("pieces", [[b"x" * (MAX_BODY_BYTES + 1)], [b"x" * 65536] * 80])
async def test_of_a_larger_body_no_more_is_taken_than_shows_that_it_is_larger(pieces: list[bytes]) -> None:
    receive, taken = wire(*pieces)

    with pytest.raises(InvalidRequest) as refused:
        await read_body(receive)

    assert [fault.code for fault in refused.value.faults] == ["body_too_large"]
    assert sum(map(len, taken[:-1])) <= MAX_BODY_BYTES


async def test_a_client_that_leaves_gets_no_answer() -> None:
    receive, _ = wire(b'{"a"', gone=True)

    with pytest.raises(ClientGone):
        await read_body(receive)


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"application/json; charset=utf-8",
        b"application/json; charset=UTF8",
        b'Application/JSON;Charset="UTF-8"',
        b"application/json; profile=x; charset=utf-8",
    ],
)
def test_json_in_utf8_is_taken(content_type: bytes) -> None:
    check_media_type(content_type, None)
    check_media_type(content_type, b"identity")


@pytest.mark.parametrize(
    ("content_type", "content_encoding", "code", "field"),
    [
        (None, None, "content_type_not_json", "Content-Type"),
        (b"", None, "content_type_not_json", "Content-Type"),
        (b"text/plain", None, "content_type_not_json", "Content-Type"),
        (b"application/json5", None, "content_type_not_json", "Content-Type"),
        (b"application/x-www-form-urlencoded", None, "content_type_not_json", "Content-Type"),
        (b"application/json; charset=latin-1", None, "charset_not_utf8", "Content-Type"),
        (b"application/json; charset=utf-16", None, "charset_not_utf8", "Content-Type"),
        (b"application/json", b"gzip", "content_encoding_unsupported", "Content-Encoding"),
    ],
)
def test_anything_else_is_refused(
    content_type: bytes | None, content_encoding: bytes | None, code: str, field: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_media_type(content_type, content_encoding)

    assert [(fault.code, fault.field) for fault in refused.value.faults] == [(code, field)]
