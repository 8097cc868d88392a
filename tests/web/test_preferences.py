"""The wish of a client, as RFC 7240 writes it."""

import pytest

from ocote.web.preferences import asks_for_strict_handling


@pytest.mark.parametrize(
    "headers",
    [
        [b"handling=strict"],
        [b"respond-async", b"handling=strict"],
        [b'return=minimal; foo="a,b", Handling = "Strict" ; x=y'],
        [b'a="\\", handling=lenient", handling=strict'],
        [b"handling=strict, handling=lenient"],
    ],
)
def test_strict_handling_is_asked_for(headers: list[bytes]) -> None:
    assert asks_for_strict_handling(headers)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [b""],
        [b"handling"],
        [b"handling=lenient", b"handling=strict"],
        [b'x="handling=strict"'],
        [b'x="a, handling=strict, b"'],
        [b"strict"],
        [b"x; handling=strict"],
        [b'"' * 1001 + b"\\" * 999],
    ],
)
def test_nothing_else_is(headers: list[bytes]) -> None:
    assert not asks_for_strict_handling(headers)
