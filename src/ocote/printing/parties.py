"""Issuer and receiver of a document, in either edition (Normativa v1.x and v2.0)."""

from collections.abc import Mapping
from typing import Any

from ocote.dte.catalogs import Catalog
from ocote.dte.types import DOCUMENT_TYPES, party_of
from ocote.printing.identifiers import identity_number, registration, tax_number
from ocote.printing.names import place, word
from ocote.printing.sheet import Fact, PrintedParty


def printed_issuer(document: Mapping[str, Any]) -> PrintedParty:
    """The issuing company, under its trade name when it has one (``rules.md`` 11, "Always shown")."""
    block = document["emisor"]
    establishment = _establishment(block)
    facts = (
        Fact("NIT", tax_number(block["nit"]), is_code=True),
        *_registration(block),
        *_optional("Actividad económica", block.get("descActividad")),
        *_address(block.get("direccion")),
        *_optional("Teléfono", block.get("telefono")),
        *_optional("Correo", block.get("correo")),
        *_optional("Establecimiento", establishment),
    )
    trade_name, legal_name = block.get("nombreComercial") or block.get("nomEstablecimiento"), block["nombre"]
    return PrintedParty("Emisor", trade_name or legal_name, legal_name if trade_name else "", facts)


def receiver(document: Mapping[str, Any]) -> PrintedParty | None:
    """The buyer, or the seller of a purchase; None when the document names no party."""
    block = party_of(document)
    if not block:
        return None
    is_purchase = DOCUMENT_TYPES[document["identificacion"]["tipoDte"]].is_purchase
    facts = (
        *_optional("Nombre comercial", block.get("nombreComercial")),
        *_identification(block),
        *_registration(block),
        *_optional("Actividad económica", block.get("descActividad")),
        *_optional("País", block.get("nombrePais")),
        *_address(block.get("direccion")),
        *_optional("Dirección", block.get("complemento")),
        *_optional("Teléfono", block.get("telefono")),
        *_optional("Correo", block.get("correo")),
    )
    if not facts and not block.get("nombre"):
        return None
    return PrintedParty("Sujeto excluido" if is_purchase else "Receptor", block.get("nombre") or "", "", facts)


def third_parties(document: Mapping[str, Any]) -> tuple[PrintedParty, ...]:
    """The third parties for whom the sale or purchase is made, if the document names any."""
    found = []
    for key, heading in (
        ("ventaTercero", "Venta a cuenta de terceros"),
        ("compraTercero", "Compra a cuenta de terceros"),
    ):
        block = document.get(key)
        if block:
            number = tax_number(block["nit"]) if block.get("nit") else identity_number(block.get("numDocumento") or "")
            found.append(PrintedParty(heading, block["nombre"], "", _optional("NIT o documento", number, is_code=True)))
    return tuple(found)


def _identification(block: Mapping[str, Any]) -> tuple[Fact, ...]:
    if block.get("nit"):
        return (Fact("NIT", tax_number(block["nit"]), is_code=True),)
    number = block.get("numDocumento")
    if not number:
        return ()
    kind = block.get("tipoDocumento")
    label = "Documento" if kind in {None, "37"} else word(Catalog.IDENTITY_DOCUMENTS, kind)
    return (Fact(label, identity_number(number, kind), is_code=True),)


def _registration(block: Mapping[str, Any]) -> tuple[Fact, ...]:
    nrc = block.get("nrc")
    return (Fact("NRC", registration(nrc), is_code=True),) if nrc else ()


def _address(block: Mapping[str, Any] | None) -> tuple[Fact, ...]:
    if not block:
        return ()
    where = place(block["departamento"], block["municipio"], block.get("distrito"))
    return _optional("Dirección", ", ".join(part for part in (block.get("complemento"), where) if part))


def _establishment(block: Mapping[str, Any]) -> str | None:
    kind = block.get("tipoEstablecimiento")
    branch = block.get("codEstableMH") or block.get("codEstable")
    pos = block.get("codPuntoVentaMH") or block.get("codPuntoVenta")
    parts = (
        None if kind is None else word(Catalog.ESTABLISHMENT_KINDS, kind),
        branch,
        None if pos is None else f"punto de venta {pos}",
    )
    return ", ".join(part for part in parts if part) or None


def _optional(label: str, value: str | None, *, is_code: bool = False) -> tuple[Fact, ...]:
    return (Fact(label, value, is_code),) if value else ()
