"""E-mails to customers, with exactly the content that MH requires (``rules.md`` 11, "E-mail")."""

import hashlib
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

from ocote.clock import local
from ocote.mail.address import mail_address
from ocote.mail.picture import MailPicture, mail_picture
from ocote.mail.words import MailWords, delivery_words, invalidation_words
from ocote.printing.brand import PLAIN, Brand
from ocote.printing.colour import accent
from ocote.printing.event_view import document_facts, event_sheet, reason_facts
from ocote.printing.identifiers import tax_number
from ocote.printing.names import title
from ocote.printing.sheet import Sheet, Undone
from ocote.printing.view import sheet

if TYPE_CHECKING:
    from jinja2 import Environment

_ALWAYS_NAMED: Final = ("Fecha", "Sello")
"""Facts that the message always contains, even when the fact is not yet a code: a stamp may be pending."""

_KINDS: Final = ("txt", "html")
_LINE: Final = 78
"""Characters of the longest header line that the library does not fold."""
_PHONE_DIGITS: Final = 8
"""Of a telephone number in El Salvador, without the country's code."""


class MailEnvelope(Struct, frozen=True):
    """Sender, recipient, moment and identity of one sending.

    ``sent_at`` is an aware moment. ``sending`` identifies one of the sendings of a document to one person. All attempts
    at one sending have one value, so that a mailbox recognises a message that arrives twice. Answers of the recipient
    go to ``reply_to``; None for the sender.
    """

    sender: str
    recipient: str
    sent_at: datetime
    sending: str = ""
    reply_to: str | None = None


class Attached(Struct, frozen=True):
    """The content of a message: the PDF, the delivered JSON (``printing.file``), and an optional link.

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
    brand: Brand = PLAIN,
) -> EmailMessage:
    """The message that hands over a document, in Spanish as text and as HTML, with PDF and delivered JSON attached.

    ``document`` is the signed JSON parsed with Decimal. The files are named by the generation code (``signing.md`` 6).
    ``undone`` is how the document was taken back later. Equal arguments give equal bytes, and all attempts carry one
    Message-ID, which depends on the document, its stamp and the envelope except for its moment: the later delivery of
    the stamped document is a message of its own. The logo of ``brand`` stands above the text if a mailbox can show it
    (``mail.picture``). Raises UnsendableError for a bad address.
    """
    printed = sheet(document, stamp=stamp, undone=undone, is_strip=True)
    values = {
        "facts": [fact for fact in printed.identity if fact.is_code or fact.label.startswith(_ALWAYS_NAMED)],
        "headline": printed.title,
        "words": delivery_words(printed, stamp=stamp, undone=undone),
        "is_undone": undone is not None,
    }
    return _message(_Draft("delivery", document, printed, values, stamp, brand), envelope, attached)


def invalidation_mail(
    event: Mapping[str, Any],
    envelope: MailEnvelope,
    attached: Attached,
    *,
    stamp: str | None,
    brand: Brand = PLAIN,
) -> EmailMessage:
    """The message that announces an invalidation to a customer, with the event's PDF and delivered JSON attached.

    ``event`` is the signed event parsed with Decimal, ``stamp`` the event's own seal. The other arguments and errors
    are those of :func:`delivery_mail`.
    """
    printed = event_sheet(event, stamp)
    name = title(event["documento"]["tipoDte"])
    values = {
        "facts": (*document_facts(event), *reason_facts(event)),
        "headline": f"Invalidación de {name[:1].lower()}{name[1:]}",
        "words": invalidation_words(printed),
        "is_undone": True,
    }
    return _message(_Draft("invalidation", event, printed, values, stamp, brand), envelope, attached)


class _Draft(Struct, frozen=True):
    """The values of a template for a message about ``signed``, a document or an event."""

    template: str
    signed: Mapping[str, Any]
    printed: Sheet
    values: Mapping[str, Any]
    stamp: str | None
    brand: Brand


def _message(draft: _Draft, envelope: MailEnvelope, attached: Attached) -> EmailMessage:
    printed = draft.printed
    code = draft.signed["identificacion"]["codigoGeneracion"]
    origin = mail_address(envelope.sender, _one_line(printed.issuer.name))
    destination = mail_address(envelope.recipient)
    parts = (code, draft.stamp or "", envelope.sender, envelope.recipient, *filter(None, (envelope.sending,)))
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    subject = _subject(printed, draft.values["words"])
    pdf_name, json_name = f"{code}.pdf", f"{code}.json"
    picture = mail_picture(draft.brand.logo) if draft.brand.logo is not None else None
    picture_id = f"logo.{mark}@{origin.domain}"
    values = {
        **_common(draft),
        "subject": subject,
        "pdf_name": pdf_name,
        "json_name": json_name,
        "link": attached.link,
        "logo": picture,
        "logo_id": picture_id,
    }
    templates = (_environment().get_template(f"{draft.template}.{kind}") for kind in _KINDS)
    text, html = (template.render({**values, **draft.values}) for template in templates)

    message = EmailMessage(policy=SMTP)
    _put_sender(message, origin)
    if envelope.reply_to is not None:
        message["Reply-To"] = mail_address(envelope.reply_to)
    message["To"] = destination
    message.set_raw("Subject", _encoded("Subject", subject))
    message["Date"] = format_datetime(local(envelope.sent_at))
    message["Message-ID"] = f"<{code.lower()}.{mark}@{origin.domain}>"
    # RFC 3834 for most mailboxes, and Microsoft's own header for Exchange, so that holidays are not answered.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if picture is not None:
        _embed(message, picture, picture_id)
    message.add_attachment(attached.pdf, maintype="application", subtype="pdf", filename=pdf_name)
    message.add_attachment(attached.delivered, maintype="application", subtype="json", filename=json_name)
    message["Content-Language"] = "es"
    _fix_boundaries(message, mark)
    return message


def _common(draft: _Draft) -> dict[str, Any]:
    """The values of both templates, in text and in HTML."""
    issuer = draft.signed["emisor"]
    phone = issuer.get("telefono") or ""
    digits = "".join(char for char in phone if char.isdigit())
    return {
        "sheet": draft.printed,
        "issuer_name": issuer["nombre"],
        "issuer_nit": tax_number(issuer["nit"]),
        "issuer_phone": phone,
        "issuer_dial": f"+503{digits}" if len(digits) == _PHONE_DIGITS else "",
        "issuer_email": issuer.get("correo") or "",
        "is_stamped": draft.stamp is not None,
        "accent": accent(draft.brand.colour),
    }


def _embed(message: EmailMessage, picture: MailPicture, content_id: str) -> None:
    """Puts the logo beside the HTML, which refers to it by its Content-ID; no mailbox has to load it from outside."""
    [html] = (part for part in message.walk() if part.get_content_type() == "text/html")
    html.add_related(
        picture.content,
        maintype="image",
        subtype=picture.subtype,
        cid=f"<{content_id}>",
        disposition="inline",
        filename=f"logo.{picture.subtype}",
    )


def _subject(printed: Sheet, words: MailWords) -> str:
    warnings = "".join(f"[{warning}] " for warning in words.warnings)
    return _one_line(f"{warnings}{printed.title} {printed.reference} de {printed.issuer.name}")


def _put_sender(message: EmailMessage, origin: Address) -> None:
    """Sets From. The library folds a long name without quotes, so a comma in the name would begin another sender."""
    if origin.display_name.isascii() and len(f"From: {origin}") <= _LINE:
        message["From"] = origin
    else:
        message.set_raw("From", f"{_encoded('From', origin.display_name, 'utf-8')}\r\n <{origin.addr_spec}>")


def _encoded(name: str, text: str, charset: str | None = None) -> str:
    """Encodes a header in ASCII (RFC 2047). The library would lose blanks between words with accents (CPython #92081).

    Without ``charset`` ASCII text stays as it is.
    """
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _fix_boundaries(message: EmailMessage, mark: str) -> None:
    """Gives every part a fixed boundary; the library would choose random boundaries."""
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{mark}_{number}")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - imported with the first text

    return Environment(
        loader=FileSystemLoader(str(files("ocote.mail") / "templates")),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
