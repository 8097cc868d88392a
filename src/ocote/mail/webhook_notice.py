"""The e-mail to a company whose own software does not take its announcements. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

from ocote.clock import local
from ocote.mail.address import mail_address

NoticeCause = Literal["failing", "switched_off_gone", "switched_off_failing"]
"""The trouble of a webhook: it fails, or it is switched off, because it answered 410 or only failed."""

_SUBJECTS: Final[Mapping[NoticeCause, str]] = {
    "failing": "Su sistema no recibe los avisos de sus documentos",
    "switched_off_gone": "Los avisos de sus documentos a su sistema quedaron apagados",
    "switched_off_failing": "Los avisos de sus documentos a su sistema quedaron apagados",
}
_HAPPENED: Final[Mapping[NoticeCause, str]] = {
    "failing": "Desde el {since}, esta dirección no ha recibido ningún aviso; todos los intentos fallaron:",
    "switched_off_gone": "El {since}, esta dirección respondió que ya no quiere avisos (410 Gone), y se dejó de "
    "enviárselos:",
    "switched_off_failing": "El {since} se dejó de enviar avisos a esta dirección, porque durante días fallaron todos:",
}
_REMEDY_FAILING: Final = """\
Revise que esa dirección atienda y responda con un código de 200 a 299. Si nada cambia, dentro de unos días se dejará de
intentarlo; los avisos se guardan entonces durante 90 días."""
_REMEDY_OFF: Final = """\
Los avisos se guardan durante 90 días. Cuando la dirección vuelva a atender, quien administra ocote los envía con:

    ocote webhook enable {webhook}
    ocote webhook replay {webhook}"""
_TEXT: Final = """\
{name}

{happened}

    {address}

Sus documentos no están afectados: se emiten, se sellan y se entregan como siempre. Lo que falta es que su propio
sistema se entere.

{remedy}

Quien administra ocote ve cada respuesta y prueba la dirección con:

    ocote webhook deliveries --company {nit} --unsent
    ocote webhook test {webhook}
"""


class WebhookNotice(Struct, frozen=True):
    """The trouble of a webhook of a company, since an aware moment."""

    webhook: str
    url: str
    cause: NoticeCause
    since: datetime
    name: str
    nit: str


def webhook_notice(notice: WebhookNotice, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """The message, in Spanish, with the address of the webhook but without its query, which may hold a secret.

    Notices of one event have one Message-ID. Raises UnsendableError for a bad address.
    """
    origin, destination = mail_address(sender), mail_address(recipient)
    mark = hashlib.sha256(f"{notice.cause}\n{notice.since.isoformat()}\n{recipient}".encode()).hexdigest()[:20]
    remedy = _REMEDY_FAILING if notice.cause == "failing" else _REMEDY_OFF
    message = EmailMessage(policy=SMTP)
    message["From"] = origin
    message["To"] = destination
    message["Subject"] = _SUBJECTS[notice.cause]
    message["Date"] = format_datetime(local(now))
    message["Message-ID"] = f"<{notice.webhook}.{mark}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    text = _TEXT.format(
        name=notice.name,
        happened=_HAPPENED[notice.cause].format(since=f"{local(notice.since):%d/%m/%Y a las %H:%M}"),
        address=urlunsplit(urlsplit(notice.url)._replace(query="")),
        remedy=remedy.format(webhook=notice.webhook),
        nit=notice.nit,
        webhook=notice.webhook,
    )
    message.set_content(text, cte="quoted-printable")
    message["Content-Language"] = "es"
    return message
