"""The fields of a company's form, in sections; each is a part of the one description of a company."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.types import EDITION_SUBJECTS
from ocote.printing.names import title

FieldKind = Literal["text", "lines", "email", "tel", "date", "colour", "secret", "select", "flag"]


class ShownField(Struct, frozen=True):
    """A field for the part of the description at ``path``; ``choices`` are codes and words of a select.

    ``needed_with`` is the path of another field that makes an optional field necessary: its hint says so.
    ``size`` is that of the macro ``field``, ``attributes`` are those of the input.
    """

    path: str
    label: str
    kind: FieldKind = "text"
    is_required: bool = True
    hint: str = ""
    size: str = ""
    choices: Sequence[tuple[str, str]] = ()
    attributes: Mapping[str, str] = {}
    needed_with: str = ""

    @property
    def name(self) -> str:
        """The name of the field in the form."""
        return field_name(self.path)


def field_name(path: str) -> str:
    """The name in a form of the part at a path.

    A form that waits while a person logs in drops fields with "code" in their names, as it does with passwords.

    >>> field_name("activity_code"), field_name("address.district")
    ('activity_cod', 'address-district')
    """
    return path.replace(".", "-").replace("code", "cod")


def _catalog(catalog: Catalog, empty: str | None = None) -> tuple[tuple[str, str], ...]:
    known = tuple((code, f"{code} · {label}") for code, label in labels(catalog).items())
    return known if empty is None else (("", empty), *known)


_DIGITS: Final = {"inputmode": "numeric", "autocomplete": "off"}

IDENTITY: Final = (
    ShownField(
        "environment",
        "Ambiente",
        "select",
        hint="Empiece en pruebas: los documentos no tienen validez fiscal. A producción se pasa después.",
        choices=(("00", "Pruebas"), ("01", "Producción")),
    ),
    ShownField("nit", "NIT", hint="14 dígitos, o los 9 de un DUI homologado.", size="medium", attributes=_DIGITS),
)
"""The fields that make a company another one; they never change."""

FISCAL_FIELDS: Final = (
    ShownField("nrc", "NRC", hint="Como en la tarjeta, por ejemplo 123456-7.", size="medium", attributes=_DIGITS),
    ShownField("name", "Nombre o razón social", attributes={"autocomplete": "organization"}),
    ShownField("trade_name", "Nombre comercial", is_required=False),
    ShownField(
        "activity_code",
        "Actividad económica",
        hint="Escriba el código o parte del nombre, y elija.",
        attributes={"list": "activities", "autocomplete": "off"},
    ),
    ShownField("phone", "Teléfono", "tel", size="medium"),
    ShownField("email", "Correo", "email", hint="Aparece en los documentos."),
    ShownField(
        "address.district",
        "Distrito",
        hint="Escriba el distrito y elija; el departamento va después de la coma.",
        attributes={"list": "districts", "autocomplete": "off"},
    ),
    ShownField("address.complement", "Dirección", hint="Calle, número, colonia.", attributes={"maxlength": "200"}),
)

RESPONSIBLE: Final = (
    ShownField("responsible.name", "Nombre", hint="Firma las anulaciones y los avisos de contingencia."),
    ShownField(
        "responsible.document_type",
        "Tipo de documento",
        "select",
        size="medium",
        choices=_catalog(Catalog.IDENTITY_DOCUMENTS),
    ),
    ShownField("responsible.document_number", "Número de documento", size="medium"),
)

TAX_FIELDS: Final = (
    ShownField("large_taxpayer", "Es gran contribuyente", "flag", is_required=False),
    ShownField("collection_agent", "Está designada para percibir el 1 % de IVA", "flag", is_required=False),
    ShownField(
        "export_taxes_authorized",
        "Hacienda le permite declarar impuestos especiales al exportar",
        "flag",
        is_required=False,
    ),
    ShownField(
        "incomplete_buyers",
        "Si al comprador le falta un dato",
        "select",
        is_required=False,
        choices=(("fill", "Completarlo y avisar"), ("refuse", "Rechazar la solicitud")),
    ),
)

_EDITION_NAMES: Final = {"invalidation": "Invalidación", "contingency": "Contingencia"}
EDITIONS: Final = (
    ShownField("editions.from", "Primer día con la Normativa 2.0", "date", is_required=False, size="medium"),
    *(
        ShownField(
            f"editions.{subject}",
            title(subject) if subject.isdecimal() else _EDITION_NAMES.get(subject, subject),
            "select",
            is_required=False,
            size="medium",
            choices=(("", "Según la fecha"), ("v1", "Siempre la anterior (1.x)"), ("v2", "Siempre la 2.0")),
        )
        for subject in EDITION_SUBJECTS
    ),
)

EXPORT: Final = (
    ShownField("export.country", "País de destino", "select", False, choices=_catalog(Catalog.COUNTRIES, "—")),
    ShownField(
        "export.customs_office", "Recinto fiscal", "select", False, choices=_catalog(Catalog.CUSTOMS_OFFICES, "—")
    ),
    ShownField("export.regime", "Régimen", "select", False, choices=_catalog(Catalog.REGIMES, "—")),
    ShownField("export.incoterm", "Incoterm", "select", False, choices=_catalog(Catalog.INCOTERMS, "—")),
    ShownField(
        "export.item_type",
        "Qué exporta",
        "select",
        False,
        choices=(("", "—"), ("1", "Bienes"), ("2", "Servicios"), ("3", "Bienes y servicios")),
    ),
    ShownField("export.freight", "Flete", is_required=False, size="short", attributes={"inputmode": "decimal"}),
    ShownField("export.insurance", "Seguro", is_required=False, size="short", attributes={"inputmode": "decimal"}),
)

MAIL: Final = (
    ShownField(
        "smtp.host",
        "Servidor de correo (SMTP)",
        is_required=False,
        hint="Vacío: la empresa no envía correos. Con un servidor hace falta también el correo que envía, más abajo.",
        needed_with="smtp.sender",
    ),
    ShownField(
        "smtp.security",
        "Cifrado",
        "select",
        False,
        size="medium",
        choices=(("", "STARTTLS (lo usual)"), ("tls", "TLS desde el inicio"), ("none", "Sin cifrar, sin usuario")),
    ),
    ShownField(
        "smtp.port", "Puerto", is_required=False, hint="Vacío: el usual del cifrado.", size="short", attributes=_DIGITS
    ),
    ShownField(
        "smtp.user",
        "Usuario",
        is_required=False,
        hint="Usuario y contraseña van juntos. Déjelos vacíos solo si el servidor no los pide.",
        attributes={"autocomplete": "off"},
        needed_with="smtp.password",
    ),
    ShownField(
        "smtp.password",
        "Contraseña",
        "secret",
        False,
        hint="Vacía: sigue la que está guardada, si el servidor es el mismo.",
        needed_with="smtp.user",
    ),
    ShownField(
        "smtp.sender",
        "Correo que envía",
        "email",
        False,
        hint="Hace falta si hay servidor: es el remitente de los mensajes.",
        needed_with="smtp.host",
    ),
    ShownField("smtp.reply_to", "Las respuestas van a", "email", False),
    ShownField("smtp.copy_to", "Copia de todo a", is_required=False, hint="Hasta 5 correos, separados por comas."),
    ShownField(
        "smtp.helo", "Nombre con que se presenta", is_required=False, hint="Vacío: el dominio del correo que envía."
    ),
)

BRAND: Final = (
    ShownField(
        "brand.colour",
        "Color",
        is_required=False,
        hint="Como #0e4d64. Vacío: el de siempre.",
        size="short",
        attributes={"autocomplete": "off", "maxlength": "7"},
    ),
    ShownField(
        "brand.roll_mm", "Ancho del rollo", "select", False, size="short", choices=(("80", "80 mm"), ("58", "58 mm"))
    ),
)

TERMS: Final = ShownField(
    "texts.terms",
    "Condiciones de pago",
    "lines",
    False,
    hint="Debajo de los totales, en carta y en tiquete, y en la página del documento. Hasta 500 caracteres.",
    attributes={"rows": "4"},
)
"""The text about payment on every document."""

_FILLED_IN: Final = "Puede llevar {cliente}, {documento}, {numero}, {total}, {empresa} y {fecha}."


def _mail_texts(kind: str) -> tuple[ShownField, ...]:
    return (
        ShownField(f"texts.{kind}.subject", "Asunto", is_required=False, hint="Vacío: el de siempre."),
        ShownField(f"texts.{kind}.greeting", "Saludo", "lines", False, hint=_FILLED_IN, attributes={"rows": "3"}),
        ShownField(f"texts.{kind}.closing", "Despedida", "lines", False, attributes={"rows": "3"}),
    )


DELIVERY_TEXTS: Final = _mail_texts("delivery")
INVALIDATION_TEXTS: Final = _mail_texts("invalidation")
"""The texts of both kinds of mail."""

MH_LOGIN: Final = (
    ShownField(
        "mh.user", "Usuario de la API de Hacienda", hint="Casi siempre es el NIT.", attributes={"autocomplete": "off"}
    ),
    ShownField(
        "mh.password",
        "Contraseña de la API",
        "secret",
        hint="La que se crea en el sitio de Hacienda para la API; en pruebas y en producción son distintas.",
    ),
)
