"""The data of a company as its page shows them, and the sample of its look."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import escape
from itertools import groupby
from textwrap import wrap
from typing import Final

from msgspec import Struct

from ocote.clock import local
from ocote.companies.certificate_check import CertificateFacts
from ocote.companies.company import Contact
from ocote.companies.stored import StoredCompany
from ocote.drafting.samples import SampleKind
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import Address
from ocote.dte.types import EDITION_SUBJECTS
from ocote.panel.described.certificates import CertificateView, Datum, certificate_view
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase, together
from ocote.printing.brand import Brand, MailTexts
from ocote.printing.colour import accent
from ocote.printing.identifiers import identity_number, registration, tax_number
from ocote.printing.logo import JPEG
from ocote.printing.names import title, word
from ocote.store.engine.values import moment

_LETTERS_OF_A_LINE: Final = 72
_MOST_POINTS_SHOWN: Final = 60
_SECURITY: Final = {"starttls": "STARTTLS", "tls": "TLS", "none": "sin cifrar"}
_EVENTS: Final = {"invalidation": "Invalidación", "contingency": "Contingencia"}
_VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "accepted": ("good", phrase("aceptados")),
    "refused": ("bad", "no aceptados"),
    "unanswered": ("waiting", "Hacienda no contestó"),
    "not_tried": ("waiting", "Hacienda no contestó"),
}


class PointLine(Struct, frozen=True):
    """A point of sale with the next numbers of its documents."""

    point: str
    branch: str
    numbers: str


class ToneWords(Struct, frozen=True):
    """Some words with a tone."""

    tone: str
    text: str


class CompanyView(Struct, frozen=True):
    """Everything that the page of a company shows."""

    fiscal: tuple[Datum, ...]
    responsible: tuple[Datum, ...]
    documents: tuple[Datum, ...]
    mail: tuple[Datum, ...]
    texts: tuple[Datum, ...]
    mh: tuple[Datum, ...]
    certificate: CertificateView
    login_mark: ToneWords
    points: tuple[PointLine, ...]
    more_points: int
    has_logo: bool
    colour: str
    roll_mm: int


def company_view(stored: StoredCompany, now: datetime) -> CompanyView:
    """The page of a stored company at a moment."""
    profile, row = stored.profile, stored.row
    points = _points(stored, local(now).year)
    return CompanyView(
        fiscal=_data(
            ("Nombre o razón social", profile.name),
            ("Nombre comercial", profile.trade_name),
            ("NIT", tax_number(profile.nit)),
            ("NRC", registration(profile.nrc)),
            ("Actividad económica", f"{profile.activity_code} · {word(Catalog.ACTIVITIES, profile.activity_code)}"),
            ("Dirección", _address(profile.address)),
            ("Teléfono", profile.phone),
            ("Correo", profile.email),
            ("Contribuyente", _taxpayer(stored)),
        ),
        responsible=_data(
            ("Persona responsable", profile.responsible.name),
            (
                word(Catalog.IDENTITY_DOCUMENTS, profile.responsible.document_type),
                identity_number(profile.responsible.document_number, profile.responsible.document_type),
            ),
        ),
        documents=_documents(stored),
        mail=_mail(stored),
        texts=_texts(profile.brand),
        mh=_data(("Usuario de la API", row.mh_user), ("Contraseña", phrase("Guardada; no se muestra"))),
        certificate=certificate_view(stored_certificate(stored), now),
        login_mark=_login_mark(stored),
        points=points[:_MOST_POINTS_SHOWN],
        more_points=max(0, len(points) - _MOST_POINTS_SHOWN),
        has_logo=profile.brand.logo is not None,
        colour=profile.brand.colour or "",
        roll_mm=profile.brand.roll_mm,
    )


def sample_svg(brand: Brand, name: str, colour: str) -> str:
    """The head of a document with a look, as a picture; a colour that cannot be used is replaced by the usual one."""
    try:
        tone = accent(colour.strip() or None)
    except ValueError:
        tone = accent(None)
    logo = ""
    if brand.logo is not None:
        kind = "jpeg" if brand.logo.startswith(JPEG) else "png"
        data = b64encode(brand.logo).decode()
        logo = (
            f'<image href="data:image/{kind};base64,{data}" x="24" y="20" width="150" height="50" '
            'preserveAspectRatio="xMinYMid meet"/>'
        )
    lines = "".join(
        f'<rect x="24" y="{y}" width="{width}" height="6" rx="3" fill="#d5d9de"/>'
        for y, width in ((150, 320), (168, 280), (186, 300))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 220" font-family="sans-serif">'
        f'<rect width="480" height="220" fill="#ffffff"/>{logo}'
        f'<text x="{190 if logo else 24}" y="44" font-size="15" font-weight="700" fill="{tone}">'
        f"{escape(name[:32])}</text>"
        f'<text x="{190 if logo else 24}" y="64" font-size="11" fill="#4a5058">Factura</text>'
        f'<rect x="24" y="84" width="432" height="3" fill="{tone}"/>'
        f'<rect x="24" y="104" width="432" height="26" fill="{tone}"/>'
        '<text x="34" y="121" font-size="11" fill="#ffffff">Descripción</text>'
        '<text x="446" y="121" font-size="11" fill="#ffffff" text-anchor="end">Total</text>'
        f'{lines}<text x="456" y="196" font-size="14" font-weight="700" fill="{tone}" text-anchor="end">$11.30</text>'
        "</svg>"
    )


class MailSample(Struct, frozen=True):
    """A message as people see it: its subject, its text, and its HTML with the logo inside."""

    kind: SampleKind
    subject: str
    text: str
    html: str


def mail_sample(message: EmailMessage, kind: SampleKind) -> MailSample:
    """A message as people see it; the logo, which a mailbox takes from beside the HTML, is put into it."""
    parts = {part.get_content_type(): part for part in message.walk() if part.get_content_disposition() is None}
    html = str(parts["text/html"].get_content())
    for picture in message.walk():
        if picture.get_content_maintype() == "image":
            data = f"data:{picture.get_content_type()};base64,{b64encode(picture.get_content()).decode()}"
            html = html.replace(f"cid:{str(picture['Content-ID']).strip('<>')}", data)
    subject = str(make_header(decode_header(str(message["Subject"]))))
    return MailSample(kind, subject, str(parts["text/plain"].get_content()), html)


def texts_svg(brand: Brand, name: str) -> str:
    """The foot of a document with the text about payment, as a picture."""
    tone = accent(brand.colour)
    lines = [piece for line in brand.terms.split("\n") for piece in wrap(line, _LETTERS_OF_A_LINE) or [""]]
    height = 92 + 16 * (len(lines) + 1 if lines else 0)
    words = "".join(
        f'<text x="24" y="{108 + 16 * number}" font-size="11" fill="#16191d">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    label = f'<text x="24" y="90" font-size="10" font-weight="700" fill="{tone}">CONDICIONES DE PAGO</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 {height}" font-family="sans-serif">'
        f'<rect width="480" height="{height}" fill="#ffffff"/>'
        f'<text x="24" y="34" font-size="13" font-weight="700" fill="{tone}">{escape(name[:40])}</text>'
        f'<rect x="24" y="46" width="432" height="24" fill="{tone}"/>'
        '<text x="34" y="62" font-size="11" fill="#ffffff">Total a pagar</text>'
        '<text x="446" y="62" font-size="12" font-weight="700" fill="#ffffff" text-anchor="end">$11.30</text>'
        f"{label if lines else ''}{words}</svg>"
    )


def stored_certificate(stored: StoredCompany) -> CertificateFacts:
    """The facts of the certificate that a company signs with."""
    until = stored.row.certificate_valid_until
    return CertificateFacts("", stored.row.certificate_fingerprint, None, moment(until) if until else None)


def _data(*entries: tuple[str, str | None]) -> tuple[Datum, ...]:
    return tuple(Datum(label, value) for label, value in entries if value)


def _address(address: Address) -> str:
    district = catalogs.districts().get((address.department, address.district))
    department = catalogs.departments().get(address.department)
    place = [district.full_name] if district is not None else []
    return ", ".join([address.complement, *place, *([department.name] if department is not None else [])])


def _taxpayer(stored: StoredCompany) -> str:
    profile = stored.profile
    return together(
        phrase("gran contribuyente") if profile.large_taxpayer else "",
        phrase("percibe el 1 % de IVA") if profile.collection_agent else "",
        phrase("declara impuestos especiales al exportar") if profile.export_taxes_authorized else "",
        between="; ",
    )


def _documents(stored: StoredCompany) -> tuple[Datum, ...]:
    profile, export = stored.profile, stored.profile.export
    exceptions = [
        phrase(
            "%(subject)s: %(edition)s",
            subject=phrase(title(subject) if subject.isdecimal() else _EVENTS.get(subject, subject)),
            edition="1.x" if profile.edition_overrides[subject] == "v1" else "2.0",
        )
        for subject in EDITION_SUBJECTS
        if subject in profile.edition_overrides
    ]
    terms = (
        [
            word(Catalog.COUNTRIES, export.country) if export.country else "",
            word(Catalog.CUSTOMS_OFFICES, export.customs_office) if export.customs_office else "",
            word(Catalog.INCOTERMS, export.incoterm) if export.incoterm else "",
        ]
        if export is not None
        else []
    )
    return _data(
        ("Normativa 2.0 desde", f"{profile.v2_from:%d/%m/%Y}"),
        ("Excepciones", together(*exceptions, between="; ")),
        (
            "Si al comprador le falta un dato",
            phrase("se completa y se avisa")
            if profile.incomplete_buyers == "fill"
            else phrase("se rechaza la solicitud"),
        ),
        ("Exportación", "; ".join(filter(None, terms))),
    )


def _mail(stored: StoredCompany) -> tuple[Datum, ...]:
    access = stored.smtp
    if access is None:
        return ()
    return _data(
        ("Servidor", together(f"{access.host}:{access.port}", phrase(_SECURITY[access.security]), between=", ")),
        ("Usuario", access.user),
        ("Contraseña", phrase("Guardada; no se muestra") if access.password else None),
        ("Envía", access.sender),
        ("Respuestas a", access.reply_to),
        ("Copia a", ", ".join(access.copy_to)),
    )


def _texts(brand: Brand) -> tuple[Datum, ...]:
    own = ((brand.delivery, "Correo con un documento"), (brand.invalidation, "Correo de una invalidación"))
    return _data(
        ("Condiciones de pago", brand.terms),
        *((label, phrase("Con textos propios") if texts != MailTexts() else None) for texts, label in own),
    )


def _login_mark(stored: StoredCompany) -> ToneWords:
    if stored.login is None:
        return ToneWords("", "Sin probar desde el panel")
    tone, words = _VERDICTS[stored.login.verdict]
    tried = shown_moment(stored.login.at)
    return ToneWords(tone, phrase("Probados el %(at)s: %(verdict)s", at=tried, verdict=phrase(words)))


def _points(stored: StoredCompany, year: int) -> tuple[PointLine, ...]:
    of_year = [row for row in stored.counters if row.year == year]
    numbers = {
        point: together(
            *(phrase("%(type)s %(n)s", type=phrase(title(row.doc_type)), n=row.last + 1) for row in rows),
            between=", ",
        )
        for point, rows in groupby(of_year, lambda row: row.branch_code + row.pos_code)
    }
    return tuple(
        PointLine(
            point.branch_code + point.pos_code,
            word(Catalog.ESTABLISHMENT_KINDS, point.establishment_kind)
            + _branch_place(stored.profile.branches.get(point.branch_code)),
            numbers.get(point.branch_code + point.pos_code, phrase("empiezan en 1")),
        )
        for point in stored.points
    )


def _branch_place(contact: Contact | None) -> str:
    return f", {_address(contact.address)}" if contact is not None and contact.address is not None else ""
