"""E-mails to customers, with exactly the content that MH requires (``rules.md`` 11, "E-mail")."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

from msgspec import Struct

from ocote.clock import local
from ocote.mail.address import mail_address
from ocote.mail.headers import encoded_header, fix_boundaries, one_line, put_sender
from ocote.mail.picture import MailPicture, mail_picture
from ocote.mail.placeholders import filled_in
from ocote.mail.rendering import rendered_mail
from ocote.mail.words import MailWords, delivery_words, invalidation_words
from ocote.printing.brand import PLAIN, Brand, MailTexts
from ocote.printing.colour import accent
from ocote.printing.event_view import document_facts, event_sheet, reason_facts
from ocote.printing.figures import date
from ocote.printing.identifiers import tax_number
from ocote.printing.names import title
from ocote.printing.sheet import Sheet, Undone
from ocote.printing.view import sheet

_ALWAYS_NAMED: Final = ("Fecha", "Sello")
"""Facts that the message always contains, even when the fact is not yet a code: a stamp may be pending."""

_LONGEST_SUBJECT: Final = 250
"""Characters of a subject that a company has written, after its placeholders are filled in."""
_SOMEBODY: Final = "cliente"
"""The customer of a document that names none."""
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

    ``link`` is the issuer's own page of the document, ``total`` its amount to pay as text, which no event names.
    """

    pdf: bytes
    delivered: bytes
    link: str | None = None
    total: str = ""


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
    own = _own_texts(
        brand.delivery,
        {
            "documento": printed.title,
            "numero": printed.reference,
            "cliente": printed.parties[0].name if printed.parties else "",
            "total": f"${printed.summary.payable.value}" if printed.summary is not None else "",
            "empresa": printed.issuer.name,
            "fecha": date(document["identificacion"]["fecEmi"]),
        },
    )
    return _message(_Draft("delivery", document, printed, values, stamp, brand, own), envelope, attached)


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
    own = _own_texts(
        brand.invalidation,
        {
            "documento": name,
            "numero": printed.reference,
            "cliente": event["documento"].get("nombre") or "",
            "total": f"${attached.total}" if attached.total else "",
            "empresa": printed.issuer.name,
            "fecha": date(event["documento"]["fecEmi"]),
        },
    )
    return _message(_Draft("invalidation", event, printed, values, stamp, brand, own), envelope, attached)


class _Draft(Struct, frozen=True):
    """The values of a template for a message about ``signed``, a document or an event."""

    template: str
    signed: Mapping[str, Any]
    printed: Sheet
    values: Mapping[str, Any]
    stamp: str | None
    brand: Brand
    own: MailTexts


def _own_texts(texts: MailTexts, values: Mapping[str, str]) -> MailTexts:
    """The texts of the company with the values of a mail."""
    given = {**values, "cliente": values["cliente"] or _SOMEBODY}
    return MailTexts(*(filled_in(each, given) for each in (texts.subject, texts.greeting, texts.closing)))


def _message(draft: _Draft, envelope: MailEnvelope, attached: Attached) -> EmailMessage:
    printed = draft.printed
    code = draft.signed["identificacion"]["codigoGeneracion"]
    origin = mail_address(envelope.sender, one_line(printed.issuer.name))
    destination = mail_address(envelope.recipient)
    parts = (code, draft.stamp or "", envelope.sender, envelope.recipient, *filter(None, (envelope.sending,)))
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    subject = _subject(printed, draft.values["words"], draft.own.subject)
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
    text, html = rendered_mail(draft.template, {**values, **draft.values})

    message = EmailMessage(policy=SMTP)
    put_sender(message, origin)
    if envelope.reply_to is not None:
        message["Reply-To"] = mail_address(envelope.reply_to)
    message["To"] = destination
    message.set_raw("Subject", encoded_header("Subject", subject))
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
    fix_boundaries(message, mark)
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
        "own": draft.own,
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


def _subject(printed: Sheet, words: MailWords, own: str) -> str:
    warnings = "".join(f"[{warning}] " for warning in words.warnings)
    line = one_line(own)
    if line:
        shown = line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"
        return f"{warnings}{shown}"
    return one_line(f"{warnings}{printed.title} {printed.reference} de {printed.issuer.name}")
