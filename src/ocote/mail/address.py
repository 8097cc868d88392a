"""E-mail addresses and machine names in the form in which mail servers take them."""

import re
from email.headerregistry import Address
from typing import Final

import idna

from ocote.mail.unsendable import UnsendableError
from ocote.store.sending_reason import SendingReason

LONGEST_HOST: Final = 253
"""Characters of a machine name (RFC 1035 2.3.4)."""

LONGEST_ADDRESS: Final = 254
"""Characters of an address (RFC 5321 4.5.3.1.3, without the angle brackets of the path)."""

_ADDRESS: Final = re.compile(r"[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+@[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+")
"""One address without display name or quoted parts. The mail server decides about letters beyond ASCII before the @."""
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}", re.ASCII | re.IGNORECASE)


def mail_address(text: str, name: str = "") -> Address:
    """The address of a header, with an optional display name. A domain with accents is written in ASCII (RFC 5891).

    Every mail server takes a domain in ASCII, while only some take letters beyond ASCII (SMTPUTF8). Raises
    UnsendableError, which is a ValueError, for a text that is no address.
    """
    if not _ADDRESS.fullmatch(text):
        raise UnsendableError(SendingReason("bad_address"))
    username, _, domain = text.rpartition("@")
    try:
        return Address(display_name=name, username=username, domain=_in_ascii(domain))
    except ValueError as error:
        raise UnsendableError(SendingReason("bad_address")) from error


def host_name(text: str) -> str:
    """The full name of a machine, such as ``facturas.example.com``, in ASCII. Raises ValueError for any other text.

    An address of digits, a name without a dot such as ``localhost``, and a final dot are no full name.
    """
    name = _in_ascii(text)
    if len(name) > LONGEST_HOST or not _HOST.fullmatch(name):
        raise ValueError("not the full name of a machine")
    return name


def _in_ascii(domain: str) -> str:
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
