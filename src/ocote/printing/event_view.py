"""Turns a signed event of invalidation, of either edition, into the printed sheet."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.dte.catalogs import Catalog, labels
from ocote.printing.figures import date, money
from ocote.printing.identifiers import identity_number, tax_number
from ocote.printing.names import title, word
from ocote.printing.parties import printed_issuer
from ocote.printing.qr import consultation_url
from ocote.printing.sheet import Fact, Section, Sheet
from ocote.printing.view import marks

_Block = Mapping[str, Any]

_NIT: Final = "36"
_NOBODY: Final = Fact("Identificación", "El documento no identifica a un comprador distinto del emisor")


def event_sheet(event: _Block, stamp: str | None) -> Sheet:
    """The printed form of an invalidation: the document, the reason and the responsible persons (``rules.md`` 5).

    ``stamp`` is the seal of the event. The QR code leads to the invalidated document.
    """
    identification, document = event["identificacion"], event["documento"]
    code = identification["codigoGeneracion"]
    return Sheet(
        title="Evento de invalidación",
        reference=document["numeroControl"] or document["codigoGeneracion"],
        keywords=(code, document["codigoGeneracion"]),
        issuer=printed_issuer(event),
        identity=_identity(identification, stamp),
        parties=(),
        sections=_sections(event),
        table=None,
        strip=(),
        summary=None,
        remarks=(),
        appendix=(),
        marks=marks(identification),
        url=consultation_url(
            {
                "ambiente": identification["ambiente"],
                "codigoGeneracion": document["codigoGeneracion"],
                "fecEmi": document["fecEmi"],
            }
        ),
    )


def _sections(event: _Block) -> tuple[Section, ...]:
    return (
        Section("Documento invalidado", document_facts(event)),
        Section("Receptor del documento", _receiver(event)),
        Section("Motivo de la invalidación", reason_facts(event)),
        Section("Responsables", _persons(event["motivo"])),
    )


def _identity(identification: _Block, stamp: str | None) -> tuple[Fact, ...]:
    day = identification.get("fecAnula") or identification["fecEmi"]
    hour = identification.get("horAnula") or identification["horEmi"]
    merged = identification.get("fusion")
    return (
        Fact("Código de generación", identification["codigoGeneracion"], is_code=True),
        Fact("Sello de recepción", "Sin sello" if stamp is None else stamp, is_code=stamp is not None),
        Fact("Fecha y hora del evento", f"{date(day)} {hour}"),
        Fact("Versión", str(identification["version"])),
        *((Fact("NIT de la empresa fusionada", tax_number(merged), is_code=True),) if merged else ()),
    )


def document_facts(event: _Block) -> tuple[Fact, ...]:
    """The facts of the invalidated document. The event of Normativa v1.x holds its tax, that of v2.0 no amount."""
    document = event["documento"]
    vat = document.get("montoIva")
    return (
        Fact("Tipo de documento", title(document["tipoDte"])),
        Fact("Código de generación", document["codigoGeneracion"], is_code=True),
        *_optional("Número de control", document["numeroControl"]),
        Fact("Sello de recepción", document["selloRecibido"], is_code=True),
        Fact("Fecha de emisión", date(document["fecEmi"])),
        *(() if vat is None else (Fact("Monto de IVA", f"${money(vat)}"),)),
    )


def _receiver(event: _Block) -> tuple[Fact, ...]:
    document, issuer = event["documento"], event["emisor"]
    kind, number = document.get("tipoDocumento"), document["numDocumento"]
    if kind == _NIT and number == issuer["nit"]:
        # The event of v1.x names the issuer where the document names nobody (rules.md 5.3): that is not the buyer.
        number, document = None, {key: value for key, value in document.items() if value != issuer.get(key)}
    label = "Documento" if kind is None else word(Catalog.IDENTITY_DOCUMENTS, kind)
    identity = Fact(label, identity_number(number, kind), is_code=True) if number else _NOBODY
    return (
        *_optional("Nombre", document.get("nombre"), is_code=False),
        identity,
        *_optional("Teléfono", document.get("telefono"), is_code=False),
        *_optional("Correo", document.get("correo"), is_code=False),
    )


def reason_facts(event: _Block) -> tuple[Fact, ...]:
    """The reason of the invalidation, its explanation by a person, and the document that replaces the invalidated one.

    An event of v1.x without an explanation repeats the catalog's text, which is not printed twice.
    """
    document, reason = event["documento"], event["motivo"]
    explanation, label = reason["motivoAnulacion"], labels(Catalog.EVENT_REASONS).get(str(reason["tipoAnulacion"]))
    return (
        Fact("Motivo", word(Catalog.EVENT_REASONS, reason["tipoAnulacion"])),
        *_optional("Explicación", None if explanation == label else explanation, is_code=False),
        *_optional("Documento que lo reemplaza", document["codigoGeneracionR"]),
    )


def _persons(reason: _Block) -> tuple[Fact, ...]:
    people = (("Responsable", "Responsable"), ("Solicitante", "Solicita"))
    return tuple(
        Fact(
            label,
            f"{reason[f'nombre{key}']}, {word(Catalog.IDENTITY_DOCUMENTS, reason[f'tipDoc{key}'])} "
            f"{identity_number(reason[f'numDoc{key}'], reason[f'tipDoc{key}'])}",
        )
        for label, key in people
    )


def _optional(label: str, value: str | None, *, is_code: bool = True) -> tuple[Fact, ...]:
    return (Fact(label, value, is_code),) if value else ()
