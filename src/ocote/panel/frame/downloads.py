"""Files that are made while they are sent, begun before the answer: a refusal becomes a page and no broken file."""

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Final

from msgspec import Struct

from ocote.panel.frame.request import PanelRequest
from ocote.web.presence import while_connected
from ocote.web.response import Header
from ocote.web.streaming import StreamedResponse

_NOTHING: Final = b""
_ZIP_BEGINS: Final = b"PK\x03\x04"


FRAMED: Final[Header] = (
    b"content-security-policy",
    b"frame-ancestors 'self'; script-src 'none'; base-uri 'none'; form-action 'none'",
)
"""For a file that a page frames: a viewer of PDFs needs more than the pages may, and no other site may frame it."""


class DownloadKind(Struct, frozen=True):
    """The media type of a file and its name, in ASCII."""

    media_type: str
    name: str

    def headers(self) -> tuple[Header, ...]:
        """The header with which a browser keeps the file under its name."""
        return ((b"content-disposition", f'attachment; filename="{self.name}"'.encode("ascii")),)


class EmptyFile(Exception):  # noqa: N818 - a state of a file, and no error
    """The file would have no content."""


class _Begun(AsyncGenerator[bytes, None]):
    """A generator of which the first piece was taken already, and is given out first."""

    def __init__(self, first: bytes, pieces: AsyncGenerator[bytes, None]) -> None:
        self._first: bytes | None = first
        self._pieces = pieces

    async def asend(self, value: None) -> bytes:
        first, self._first = self._first, None
        return first if first is not None else await self._pieces.asend(value)

    async def athrow(
        self, typ: Any, val: BaseException | object = None, tb: TracebackType | None = None
    ) -> bytes:  # pragma: no cover - nobody throws into a download
        return await self._pieces.athrow(typ, val, tb)

    async def aclose(self) -> None:
        await self._pieces.aclose()


async def download(
    request: PanelRequest,
    pieces: AsyncGenerator[bytes, None],
    kind: DownloadKind,
    when_zipped: DownloadKind | None = None,
    *,
    or_empty: bool = True,
) -> StreamedResponse:
    """The response with a file; ``when_zipped`` is its kind when the content turns out to be a zip.

    Raises whatever the generator raises before its first piece, and ClientGone; without ``or_empty`` EmptyFile for a
    first piece without content. HEAD makes no piece.
    """
    if request.scope["method"] == "HEAD":
        return StreamedResponse(pieces, kind.media_type.encode("ascii"), kind.headers())
    try:
        first = await while_connected(request.receive, _first_of(pieces))
        if not first and not or_empty:
            raise EmptyFile
    except BaseException:
        await pieces.aclose()
        raise
    if when_zipped is not None and first.startswith(_ZIP_BEGINS):
        kind = when_zipped
    return StreamedResponse(_Begun(first, pieces), kind.media_type.encode("ascii"), kind.headers())


async def _first_of(pieces: AsyncGenerator[bytes, None]) -> bytes:
    return await anext(pieces, _NOTHING)
