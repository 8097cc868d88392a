"""The content of a signed document, read back for the documents and events that follow it."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ocote.documents.view import DocumentView
from ocote.dte import catalogs
from ocote.dte.invalidation.value import InvalidatedDocument
from ocote.dte.sale import Address, Receiver
from ocote.dte.types import DOCUMENT_TYPES, party_of
from ocote.signing import jws
from ocote.store.documents import signed_text
from ocote.store.engine.store import Row, Store

_NIT = "36"


async def read_signed(store: Store, row: Row) -> dict[str, Any]:
    """The signed document of a row, its numbers as Decimal."""
    signed = await store.read(signed_text, row["company_id"], row["id"])
    if signed is None:
        raise LookupError(f"document {row['id']} is gone")
    document: dict[str, Any] = json.loads(jws.payload_of(signed["jws"]), parse_float=Decimal)
    return document


def invalidated_document(document: DocumentView, said: Mapping[str, Any]) -> InvalidatedDocument:
    """A stamped document as its invalidation has to name it: the receiver exactly as in the document (rules.md 5.3)."""
    receiver = party_of(said) or {}
    number, kind = receiver.get("numDocumento"), receiver.get("tipoDocumento")
    if receiver.get("nit") is not None:
        number, kind = receiver["nit"], _NIT
    return InvalidatedDocument(
        doc_type=document.doc_type,
        generation_code=document.generation_code,
        stamp=document.stamp or "",
        control_number=document.control_number,
        issued_on=date.fromisoformat(said["identificacion"]["fecEmi"]),
        vat=document.amounts.vat if DOCUMENT_TYPES[document.doc_type].has_vat else None,
        receiver_document_type=kind,
        receiver_document_number=number,
        receiver_name=receiver.get("nombre"),
        receiver_phone=receiver.get("telefono"),
        receiver_email=receiver.get("correo"),
    )


def ccf_receiver(document: Mapping[str, Any]) -> Receiver:
    """The buyer of a signed CCF, of either edition, as a credit note on it has to repeat (rules.md 7)."""
    said = document["receptor"]
    return Receiver(
        name=said["nombre"],
        nit=said["nit"],
        nrc=said["nrc"],
        activity_code=said["codActividad"],
        address=_address(said["direccion"]),
        phone=said["telefono"],
        email=said["correo"],
    )


def _address(said: Mapping[str, str]) -> Address:
    """An address of either edition: v1.x writes the code of the district where v2.0 has that of the municipality."""
    department, district = said["departamento"], said.get("distrito", said["municipio"])
    municipality = catalogs.districts()[department, district].municipality
    return Address(department, municipality, district, said["complemento"])
