"""The e-mail with the link of an invitation to the panel. Pure."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from ocote.clock import local
from ocote.mail.address import mail_address
from ocote.mail.headers import encoded_header, one_line, put_sender
from ocote.mail.rendering import rendered_mail
from ocote.printing.colour import accent

InvitationLanguage = Literal["es", "en"]


class _Words(Struct, frozen=True):
    """The sentences of the message; ``{company}``, ``{role}`` and ``{until}`` are replaced."""

    subject: str
    opening: str
    role: str
    button: str
    once: str
    account: str
    unexpected: str
    roles: Mapping[str, str]


_WORDS: Final[Mapping[InvitationLanguage, _Words]] = MappingProxyType(
    {
        "es": _Words(
            subject="{company} le invita a su panel de facturación",
            opening="{company} le invita a entrar a su panel de facturación electrónica.",
            role="Su rol será: {role}.",
            button="Aceptar la invitación",
            once="El enlace sirve una sola vez, hasta el {until}. No lo comparta: quien lo abra ocupa su lugar.",
            account="Al aceptar elige su contraseña. Si ya tiene cuenta en este panel, entra con la que tiene.",
            unexpected="Si no esperaba este mensaje, bórrelo: sin abrir el enlace no pasa nada.",
            roles={"owner": "propietario", "accountant": "contador", "cashier": "cajero", "reader": "consulta"},
        ),
        "en": _Words(
            subject="{company} invites you to its invoicing panel",
            opening="{company} invites you to its panel for electronic invoicing.",
            role="Your role will be: {role}.",
            button="Accept the invitation",
            once="The link works once, until {until}. Do not share it: whoever opens it takes your place.",
            account="When you accept, you choose a password. With an account on this panel, you log in with that one.",
            unexpected="If you did not expect this message, delete it: nothing happens unless the link is opened.",
            roles={"owner": "owner", "accountant": "accountant", "cashier": "cashier", "reader": "reader"},
        ),
    }
)


class InvitationLetter(Struct, frozen=True):
    """The content of the message: the company with its colour (``#rrggbb`` or None), the role, the link and its end.

    ``until`` is an aware moment, ``role`` empty for an invitation to no role. ``link`` is a secret.
    """

    company: str
    colour: str | None
    role: str
    link: str
    until: datetime
    language: InvitationLanguage = "es"

    def __repr__(self) -> str:
        return "<InvitationLetter>"


class LetterAddresses(Struct, frozen=True):
    """The sender of a message, the recipient, and where answers go; None for the sender."""

    sender: str
    recipient: str
    reply_to: str | None = None


def invitation_mail(letter: InvitationLetter, addresses: LetterAddresses, now: datetime) -> EmailMessage:
    """The message, as text and as HTML, which loads nothing from outside. Raises UnsendableError for a bad address."""
    company = one_line(letter.company)
    words = _WORDS[letter.language]
    origin = mail_address(addresses.sender, company)
    subject = one_line(words.subject.format(company=company))
    until = f"{local(letter.until):%d/%m/%Y %H:%M}"
    values = {
        "language": letter.language,
        "subject": subject,
        "company": company,
        "accent": accent(letter.colour),
        "link": letter.link,
        "opening": words.opening.format(company=company),
        "role": words.role.format(role=words.roles[letter.role]) if letter.role else "",
        "once": words.once.format(until=until),
        "button": words.button,
        "account": words.account,
        "unexpected": words.unexpected,
    }
    text, html = rendered_mail("invitation", values)
    message = EmailMessage(policy=SMTP)
    put_sender(message, origin)
    if addresses.reply_to is not None:
        message["Reply-To"] = mail_address(addresses.reply_to)
    message["To"] = mail_address(addresses.recipient)
    message.set_raw("Subject", encoded_header("Subject", subject))
    message["Date"] = format_datetime(local(now))
    message["Message-ID"] = make_msgid(domain=origin.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message
