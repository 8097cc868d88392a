"""The answer to what is not HTTP or passes a bound, as bytes: no application makes it."""

from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ocote.web.request_ids import new_request_id
from ocote.web.response import Header, refusal, same_for_all


def malformed(scheme: str, default_headers: Iterable[Header]) -> bytes:
    """A complete 400 like that of any faulty request, after which the connection closes."""
    response = refusal("http_malformed", {"field": "request"})
    headers = (
        *default_headers,
        (b"content-type", response.media_type),
        (b"content-length", b"%d" % len(response.body)),
        (b"connection", b"close"),
        *same_for_all(scheme),
        *response.headers,
        (b"x-request-id", new_request_id().encode("ascii")),
    )
    lines = (b"%s: %s\r\n" % header for header in headers)
    return b"".join((STATUS_LINE[response.status], *lines, b"\r\n", response.body))
