"""Requests and replies as plain values, between the socket and the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole."""

    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")


@dataclass(frozen=True, slots=True)
class About:
    """The decision of a service, for the log of transmissions, with codes that only the signed document contains."""

    state: str | None = None
    code: str | None = None
    doc_type: str | None = None
    generation_code: str | None = None


NOTHING = About()


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes
    media_type: str = JSON
    about: About = NOTHING


def json_reply(status: int, content: Any, about: About = NOTHING) -> Reply:
    """An answer with a JSON body."""
    return Reply(status, msgspec.json.encode(content), about=about)


def framework_error(status: int, path: str, now: datetime) -> Reply:
    """The answer of MH's framework to a request that does not reach the service itself (protocol.md 3.5)."""
    timestamp = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}{now:%z}"
    reason = HTTPStatus(status).phrase
    return json_reply(status, {"timestamp": timestamp, "status": status, "error": reason, "path": path})
