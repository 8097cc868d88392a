"""The e-mails a customer gets: what MH asks to hand over, and nothing else (``rules.md`` 11, "E-mail")."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from ocote.mail.words import MailWords, delivery_words, invalidation_words
from ocote.printing.colour import accent
from ocote.printing.event_view import document_facts, event_sheet, reason_facts
from ocote.printing.identifiers import tax_number
from ocote.printing.names import title
from ocote.printing.sheet import Sheet, Undone
from ocote.printing.view import sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_ALSO_TOLD: Final = ("Fecha", "Sello")
"""Facts that are told whether they are codes or not: a stamp may be pending."""

_KINDS: Final = ("txt", "html")
_LINE: Final = 78
"""Characters of a line of a header, beyond which the library folds it."""
_ADDRESS: Final = re.compile(r"[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+@[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+")
"""One address without display name or quoted parts; letters beyond ASCII are for the mail server to judge."""


class MailEnvelope(Struct, frozen=True):
    """From whom to whom, when, and which sending it is.

    ``sent_at`` is an aware moment. ``sending`` tells one sending of the same thing to the same person from another:
    every attempt at one sending has the same, so that a mailbox that gets the message twice can know it.
    """

    sender: str
    recipient: str
    sent_at: datetime
    sending: str = ""


class Attached(Struct, frozen=True):
    """The two files of a message: what a person reads and what the law asks to hand over (``delivery.file``)."""

    pdf: bytes
    delivered: bytes


def delivery_mail(
    document: Mapping[str, Any],
    passage: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    undone: Undone | None = None,
    colour: str | None = None,
    link: str | None = None,
) -> EmailMessage:
    """The message that hands over a document, in Spanish as text and as HTML, with PDF and delivered JSON attached.

    ``document`` is the signed JSON parsed with Decimal. The files are named by the generation code (``signing.md`` 6).
    ``link`` is the issuer's own page of the document, where it has one; ``undone`` what took the document back since.
    The same arguments always give the same bytes, and a repeated attempt carries the same Message-ID: it depends on
    the document, its stamp and the passage but for its moment, so that the later delivery of a stamped document is a
    message of its own. Raises ValueError when an address cannot be one, or for a bad colour.
    """
    printed = sheet(document, stamp=stamp, undone=undone, is_strip=True)
    values = {
        "link": link,
        "facts": [fact for fact in printed.identity if fact.is_code or fact.label.startswith(_ALSO_TOLD)],
        "words": delivery_words(printed, stamp=stamp, undone=undone),
        "is_undone": undone is not None,
    }
    return _message("delivery", document, printed, values, passage, attached, stamp=stamp, colour=colour)


def invalidation_mail(
    event: Mapping[str, Any],
    passage: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    colour: str | None = None,
) -> EmailMessage:
    """The message that tells a customer that a document was invalidated, with the event's PDF and delivered JSON.

    ``event`` is the signed event parsed with Decimal, ``stamp`` its own seal. Otherwise as :func:`delivery_mail`.
    """
    printed = event_sheet(event, stamp)
    name = title(event["documento"]["tipoDte"])
    values = {
        "facts": (*document_facts(event), *reason_facts(event)),
        "headline": f"Invalidación de {name[:1].lower()}{name[1:]}",
        "words": invalidation_words(printed),
        "is_undone": True,
    }
    return _message("invalidation", event, printed, values, passage, attached, stamp=stamp, colour=colour)


def _message(
    template: str,
    signed: Mapping[str, Any],
    printed: Sheet,
    values: Mapping[str, Any],
    passage: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    colour: str | None,
) -> EmailMessage:
    code = signed["identificacion"]["codigoGeneracion"]
    origin, destination = _address(passage.sender, printed.issuer.name), _address(passage.recipient)
    parts = (code, stamp or "", passage.sender, passage.recipient, *filter(None, (passage.sending,)))
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    common = {
        "sheet": printed,
        "subject": _subject(printed, values["words"]),
        "issuer_name": signed["emisor"]["nombre"],
        "issuer_nit": tax_number(signed["emisor"]["nit"]),
        "pdf_name": f"{code}.pdf",
        "json_name": f"{code}.json",
        "accent": accent(colour),
    }
    text, html = (_environment().get_template(f"{template}.{kind}").render({**common, **values}) for kind in _KINDS)

    message = EmailMessage(policy=SMTP)
    _put_sender(message, origin)
    message["To"] = destination
    message.set_raw("Subject", _encoded("Subject", common["subject"]))
    message["Date"] = format_datetime(passage.sent_at)
    message["Message-ID"] = f"<{code.lower()}.{mark}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.add_attachment(attached.pdf, maintype="application", subtype="pdf", filename=common["pdf_name"])
    message.add_attachment(attached.delivered, maintype="application", subtype="json", filename=common["json_name"])
    message["Content-Language"] = "es"
    _fix_boundaries(message, mark)
    return message


def _subject(printed: Sheet, words: MailWords) -> str:
    warnings = "".join(f"[{warning}] " for warning in words.warnings)
    return _one_line(f"{warnings}{printed.title} {printed.reference} de {printed.issuer.name}")


def _address(spec: str, name: str = "") -> Address:
    if not _ADDRESS.fullmatch(spec):
        raise ValueError("not an e-mail address")
    username, _, domain = spec.rpartition("@")
    return Address(display_name=_one_line(name), username=username, domain=domain)


def _put_sender(message: EmailMessage, origin: Address) -> None:
    """The library folds a long name without its quotes, and a comma in it would then begin another sender."""
    if origin.display_name.isascii() and len(f"From: {origin}") <= _LINE:
        message["From"] = origin
    else:
        message.set_raw("From", f"{_encoded('From', origin.display_name, 'utf-8')}\r\n <{origin.addr_spec}>")


def _encoded(name: str, text: str, charset: str | None = None) -> str:
    """A header in ASCII (RFC 2047). The library's own way loses blanks between words with accents (CPython #92081).

    Without ``charset`` what is ASCII stays as it is.
    """
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _fix_boundaries(message: EmailMessage, mark: str) -> None:
    """The library would draw them at random."""
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{mark}_{number}")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - loaded with the first text: all have to start, not all write one

    return Environment(
        loader=FileSystemLoader(str(files("ocote.mail") / "templates")),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
