"""Reads the form of a request: never more than its page takes, never more fields than it can have."""

import re
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

from ocote.documents.view import Refused
from ocote.web.body import ClientGone

_MOST_FIELDS: Final = 60_000
"""Of a document of 2,000 lines."""

_MOST_FILES: Final = 4
_MEBIBYTE: Final = 1024 * 1024
_ODD: Final = re.compile("[\0\ud800-\udfff]")


class _TooLargeError(Exception):
    """More came than the page takes."""


async def read_form(scope: Scope, receive: Receive, limit: int, most_fields: int = _MOST_FIELDS) -> FormData:
    """The fields and files of a form of at most ``limit`` bytes and ``most_fields`` fields.

    Raises Refused (``upload_too_large``, ``form_unreadable``) and ClientGone.
    """
    too_large = Refused("upload_too_large", limit=_size(limit))
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not declared.isdigit() or int(declared) > limit:
        raise too_large
    request = Request(scope, _bounded(receive, limit))
    try:
        form = await request.form(max_files=_MOST_FILES, max_fields=most_fields, max_part_size=limit)
    except _TooLargeError:
        raise too_large from None
    except ClientDisconnect:
        raise ClientGone from None
    except (MultiPartException, UnicodeDecodeError) as error:
        raise Refused("form_unreadable") from error
    except Exception as error:
        # Starlette turns what the parser says into an HTTPException when the request belongs to an application.
        if type(error).__name__ == "HTTPException":
            raise Refused("form_unreadable") from error
        raise
    if not all(is_plain(name) and is_plain(_text(value)) for name, value in form.multi_items()):
        await form.close()
        raise Refused("form_unreadable")
    return form


def is_plain(text: str) -> bool:
    """Whether a text has no character that no browser sends and no database keeps: NUL, and half of a character.

    >>> is_plain("año 🙂"), is_plain("a\\0"), is_plain("\\ud800")
    (True, False, False)
    """
    return _ODD.search(text) is None


def _text(value: str | UploadFile) -> str:
    """The value of a field, of a file its name."""
    return value if isinstance(value, str) else value.filename or ""


def _bounded(receive: Receive, limit: int) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise _TooLargeError
        return message

    return bounded


def _size(limit: int) -> str:
    return f"{limit // _MEBIBYTE} MB" if limit >= _MEBIBYTE else f"{limit // 1024} kB"
