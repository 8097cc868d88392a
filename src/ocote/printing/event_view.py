"""Turns a signed event of invalidation, of either edition, into the sheet that is printed."""

from collections.abc import Mapping
from typing import Any

from ocote.dte.catalogs import Catalog
from ocote.printing.figures import date, money
from ocote.printing.identifiers import identity_number, tax_number
from ocote.printing.names import title, word
from ocote.printing.parties import printed_issuer
from ocote.printing.qr import consultation_url
from ocote.printing.sheet import Fact, Section, Sheet
from ocote.printing.view import marks

_Block = Mapping[str, Any]


def event_sheet(event: _Block, stamp: str | None) -> Sheet:
    """The printed form of an invalidation: which document, why, and who answers for it (``rules.md`` 5).

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
    document, reason = event["documento"], event["motivo"]
    found = (
        Section("Documento invalidado", document_facts(event)),
        Section("Receptor del documento", _receiver(document)),
        Section("Motivo de la invalidación", reason_facts(event)),
        Section("Responsables", _persons(reason)),
    )
    return tuple(section for section in found if section.facts)


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
    """The invalidated document. The event of Normativa v1.x has its tax, the event of v2.0 no amount."""
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


def _receiver(document: _Block) -> tuple[Fact, ...]:
    kind, number = document.get("tipoDocumento"), document["numDocumento"]
    label = "Documento" if kind is None else word(Catalog.IDENTITY_DOCUMENTS, kind)
    return (
        *_optional("Nombre", document.get("nombre"), is_code=False),
        *_optional(label, number and identity_number(number, kind)),
        *_optional("Teléfono", document.get("telefono"), is_code=False),
        *_optional("Correo", document.get("correo"), is_code=False),
    )


def reason_facts(event: _Block) -> tuple[Fact, ...]:
    """Why the document was invalidated and which document replaces it."""
    document, reason = event["documento"], event["motivo"]
    return (
        Fact("Motivo", word(Catalog.EVENT_REASONS, reason["tipoAnulacion"])),
        *_optional("Explicación", reason["motivoAnulacion"], is_code=False),
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
