"""A certificate as people check it before it is used, and the form to choose one."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from starlette.datastructures import FormData, UploadFile
from wtforms import FileField, PasswordField
from wtforms.validators import InputRequired

from ocote.clock import local
from ocote.companies.certificate_check import CertificateFacts
from ocote.companies.description.value import NamedFile
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase

_MONTH_S: Final = 30 * 24 * 3600
_LONGEST_NAME: Final = 80


class Datum(Struct, frozen=True):
    """A stored value with its label."""

    label: str
    value: str
    is_code: bool = False


class CertificateView(Struct, frozen=True):
    """A certificate: how it stands, in words with their tone, and its data."""

    tone: str
    words: str
    lines: tuple[Datum, ...]


class CertificateForm(PanelForm):
    """The certificate that MH gave to the company, and the password of its private key."""

    certificate = FileField(
        "Certificado de Hacienda",
        [InputRequired("Elija el archivo.")],
        description="El archivo .crt tal como se descarga del sitio de Hacienda.",
        render_kw={"accept": ".crt,.xml,application/xml"},
    )
    certificate_password = PasswordField(
        "Contraseña de la llave privada", [InputRequired("Complete este dato.")], render_kw={"autocomplete": "off"}
    )


def certificate_view(facts: CertificateFacts, now: datetime) -> CertificateView:
    """A certificate at a moment."""
    tone, words = certificate_standing(facts.valid_until, now)
    lines = [Datum("NIT", facts.nit)] if facts.nit else []
    if facts.valid_from is not None:
        lines.append(Datum("Válido desde", f"{local(facts.valid_from):%d/%m/%Y}"))
    if facts.valid_until is not None:
        lines.append(Datum("Vence", f"{local(facts.valid_until):%d/%m/%Y}"))
    return CertificateView(tone, words, (*lines, Datum("Huella", facts.fingerprint[:16], is_code=True)))


def certificate_standing(valid_until: datetime | None, now: datetime) -> tuple[str, str]:
    """The tone and the words for a certificate that ends at a moment."""
    if valid_until is None:
        return "", "Sin fecha de vencimiento"
    left_s = (valid_until - now).total_seconds()
    if left_s <= 0:
        return "bad", phrase("Vencido")
    return ("waiting", phrase("Vence pronto")) if left_s < _MONTH_S else ("good", phrase("Vigente"))


async def chosen_file(data: FormData, name: str) -> NamedFile | None:
    """The file that was chosen in a field; None when there is none."""
    sent: Any = data.get(name)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return NamedFile(f"«{sent.filename[:_LONGEST_NAME]}»", await sent.read())
