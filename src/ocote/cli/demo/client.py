"""A simple client of the public API: HTTPS, a key, JSON."""

import json
import ssl
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ocote.cli.failures import CommandFailed

_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A client of the gateway at ``base`` (``https://localhost:8443``), with a trusted authority and an API key."""

    base: str
    authority: Path
    key: str = field(default="", repr=False)

    def is_ready(self) -> bool:
        """Whether the gateway reports that it can issue."""
        try:
            self._fetch("/health/ready", None)
        except (URLError, ConnectionError, TimeoutError, CommandFailed):
            return False
        return True

    def post(self, path: str, request: dict[str, Any]) -> dict[str, Any]:
        """Posts one request and returns the answer, with amounts as Decimal. Raises CommandFailed after a refusal."""
        answer: dict[str, Any] = json.loads(
            self._fetch(f"/api/connect{path}", json.dumps(request).encode()), parse_float=Decimal
        )
        return answer

    def download(self, url: str) -> bytes:
        """Downloads one file from an address in an answer. Raises CommandFailed after a refusal."""
        return self._fetch(url.removeprefix(self.base), None)

    def _fetch(self, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        # The address is https://localhost, made by the caller.
        request = Request(self.base + path, data=body, headers=headers)  # noqa: S310
        try:
            with urlopen(request, timeout=_TIMEOUT_S, context=_trust(self.authority)) as answer:  # noqa: S310
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            reply = error.read().decode("utf-8", errors="replace")
            raise CommandFailed(f"{path} respondió {error.code}: {reply}") from error


def _trust(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))
