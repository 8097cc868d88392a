"""The file of a form that shows what it will do before it does it: the preview sends the file back."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Final

from starlette.datastructures import FormData, UploadFile

from ocote.documents.view import Refused

_MEBIBYTE: Final = 1024 * 1024


async def sent_file(form: FormData, longest: int) -> bytes:
    """The file that was chosen, or that the preview sends back; empty when there is none.

    Raises Refused: ``form_unreadable``, and ``upload_too_large`` beyond ``longest`` bytes.
    """
    content = await _content(form)
    if len(content) > longest:
        raise Refused("upload_too_large", limit=f"{longest // _MEBIBYTE} MB")
    return content


async def _content(form: FormData) -> bytes:
    sent, kept = form.get("file"), form.get("content")
    if isinstance(sent, UploadFile):
        return await sent.read()
    try:
        return b64decode(kept, validate=True) if isinstance(kept, str) else b""
    except (NotBase64, ValueError) as error:
        raise Refused("form_unreadable") from error
