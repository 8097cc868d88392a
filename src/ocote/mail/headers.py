"""Headers of messages: encoded so that no name or subject begins another header."""

from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final

_LINE: Final = 78
"""Characters of the longest header line that the library does not fold."""


def put_sender(message: EmailMessage, origin: Address) -> None:
    """Sets From. The library folds a long name without quotes, so a comma in the name would begin another sender."""
    if origin.display_name.isascii() and len(f"From: {origin}") <= _LINE:
        message["From"] = origin
    else:
        message.set_raw("From", f"{encoded_header('From', origin.display_name, 'utf-8')}\r\n <{origin.addr_spec}>")


def encoded_header(name: str, text: str, charset: str | None = None) -> str:
    """Encodes a header in ASCII (RFC 2047). The library would lose blanks between words with accents (CPython #92081).

    Without ``charset`` ASCII text stays as it is.
    """
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def one_line(text: str) -> str:
    """The text in one line of printable characters, so that it begins no other header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def fix_boundaries(message: EmailMessage, mark: str) -> None:
    """Gives every part a fixed boundary; the library would choose random boundaries."""
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{mark}_{number}")
