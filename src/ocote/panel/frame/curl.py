"""Calls of the API as commands for a terminal, with a variable in place of the key."""

import re
from collections.abc import Sequence
from shlex import quote
from typing import Final

from ocote.panel.frame.request import PanelRequest

KEY_VARIABLE: Final = "$OCOTE_KEY"
"""What stands in a command in place of the key."""

_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]/_~-]{1,260}")
_API: Final = "/api/connect"


def server_of(request: PanelRequest) -> str:
    """The beginning of the API's addresses, when it can stand in a command."""
    return request.origin if _ORIGIN.fullmatch(request.origin) else "https://servidor.example.com"


def command_of_call(server: str, method: str, path: str, body: str | None = None, headers: Sequence[str] = ()) -> str:
    """A call as a command: ``path`` is below ``/api/connect``, percent-encoded, with its query."""
    lines = [
        f"curl -X {quote(method)} {quote(f'{server}{_API}{path}')}",
        f'-H "Authorization: Bearer {KEY_VARIABLE}"',
        *(f"-H {quote(header)}" for header in headers),
    ]
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"--data-raw {quote(body)}"]
    return " \\\n  ".join(lines)
