"""E-mails to customers: what MH asks to hand over, and nothing else (``rules.md`` 11, "E-mail")."""

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

from ocote.mail.unsendable import UnsendableError
from ocote.mail.words import MailWords, delivery_words, invalidation_words
from ocote.printing.colour import accent
from ocote.printing.event_view import document_facts, event_sheet, reason_facts
from ocote.printing.identifiers import tax_number
from ocote.printing.names import title
from ocote.printing.sheet import Sheet, Undone
from ocote.printing.view import sheet
from ocote.store.sending_reason import SendingReason

if TYPE_CHECKING:
    from jinja2 import Environment

_ALWAYS_NAMED: Final = ("Fecha", "Sello")
"""Facts that the message names whether they are codes or not: a stamp may be pending."""

_KINDS: Final = ("txt", "html")
_LINE: Final = 78
"""Characters of a line of a header, beyond which the library folds it."""
_ADDRESS: Final = re.compile(r"[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+@[^\s\x00-\x20\x7f@<>()\[\],;:\\\"]+")
"""One address without display name or quoted parts; letters beyond ASCII are for the mail server to judge."""


class MailEnvelope(Struct, frozen=True):
    """Sender, recipient, moment and identity of one sending.

    ``sent_at`` is an aware moment. ``sending`` distinguishes the sendings of one document to one person; all attempts
    at one sending share it, so that a mailbox recognises a message that arrives twice.
    """

    sender: str
    recipient: str
    sent_at: datetime
    sending: str = ""


class Attached(Struct, frozen=True):
    """The content of a message: the PDF, the delivered JSON (``printing.file``), and perhaps a link.

    ``link`` is the issuer's own page of the document.
    """

    pdf: bytes
    delivered: bytes
    link: str | None = None


def delivery_mail(
    document: Mapping[str, Any],
    envelope: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    undone: Undone | None = None,
    colour: str | None = None,
) -> EmailMessage:
    """The message that hands over a document, in Spanish as text and as HTML, with PDF and delivered JSON attached.

    ``document`` is the signed JSON parsed with Decimal. The files are named by the generation code (``signing.md`` 6).
    ``undone`` is what took the document back since. Equal arguments give equal bytes, and all attempts carry one
    Message-ID, which depends on the document, its stamp and the envelope except for its moment: the later delivery of
    the stamped document is a message of its own. Raises UnsendableError for a bad address, ValueError for a bad colour.
    """
    printed = sheet(document, stamp=stamp, undone=undone, is_strip=True)
    values = {
        "link": attached.link,
        "facts": [fact for fact in printed.identity if fact.is_code or fact.label.startswith(_ALWAYS_NAMED)],
        "words": delivery_words(printed, stamp=stamp, undone=undone),
        "is_undone": undone is not None,
    }
    return _message(_Draft("delivery", document, printed, values, stamp, colour), envelope, attached)


def invalidation_mail(
    event: Mapping[str, Any],
    envelope: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    colour: str | None = None,
) -> EmailMessage:
    """The message that announces an invalidation to a customer, with the event's PDF and delivered JSON attached.

    ``event`` is the signed event parsed with Decimal, ``stamp`` its own seal. The rest is as for :func:`delivery_mail`.
    """
    printed = event_sheet(event, stamp)
    name = title(event["documento"]["tipoDte"])
    values = {
        "facts": (*document_facts(event), *reason_facts(event)),
        "headline": f"Invalidación de {name[:1].lower()}{name[1:]}",
        "words": invalidation_words(printed),
        "is_undone": True,
    }
    return _message(_Draft("invalidation", event, printed, values, stamp, colour), envelope, attached)


class _Draft(Struct, frozen=True):
    """The values with which a template becomes a message about ``signed``, a document or an event."""

    template: str
    signed: Mapping[str, Any]
    printed: Sheet
    values: Mapping[str, Any]
    stamp: str | None
    colour: str | None


def _message(draft: _Draft, envelope: MailEnvelope, attached: Attached) -> EmailMessage:
    signed, printed, values = draft.signed, draft.printed, draft.values
    code = signed["identificacion"]["codigoGeneracion"]
    origin, destination = _address(envelope.sender, printed.issuer.name), _address(envelope.recipient)
    parts = (code, draft.stamp or "", envelope.sender, envelope.recipient, *filter(None, (envelope.sending,)))
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    common = {
        "sheet": printed,
        "subject": _subject(printed, values["words"]),
        "issuer_name": signed["emisor"]["nombre"],
        "issuer_nit": tax_number(signed["emisor"]["nit"]),
        "pdf_name": f"{code}.pdf",
        "json_name": f"{code}.json",
        "accent": accent(draft.colour),
    }
    templates = (_environment().get_template(f"{draft.template}.{kind}") for kind in _KINDS)
    text, html = (template.render({**common, **values}) for template in templates)

    message = EmailMessage(policy=SMTP)
    _put_sender(message, origin)
    message["To"] = destination
    message.set_raw("Subject", _encoded("Subject", common["subject"]))
    message["Date"] = format_datetime(envelope.sent_at)
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
        raise UnsendableError(SendingReason("bad_address"))
    username, _, domain = spec.rpartition("@")
    return Address(display_name=_one_line(name), username=username, domain=domain)


def _put_sender(message: EmailMessage, origin: Address) -> None:
    """Sets From. The library folds a long name without its quotes: a comma in it would begin another sender."""
    if origin.display_name.isascii() and len(f"From: {origin}") <= _LINE:
        message["From"] = origin
    else:
        message.set_raw("From", f"{_encoded('From', origin.display_name, 'utf-8')}\r\n <{origin.addr_spec}>")


def _encoded(name: str, text: str, charset: str | None = None) -> str:
    """A header in ASCII (RFC 2047). The library's own way loses blanks between words with accents (CPython #92081).

    Without ``charset`` ASCII text stays as it is.
    """
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _fix_boundaries(message: EmailMessage, mark: str) -> None:
    """Gives every part a boundary of its own; the library would draw them at random."""
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
