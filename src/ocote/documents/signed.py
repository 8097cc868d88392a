"""Signed documents: on their way to MH, and read back for the documents and events that follow them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from ocote.documents.view import DocumentView
from ocote.dte import catalogs
from ocote.dte.invalidation.value import InvalidatedDocument
from ocote.dte.sale import Address, Environment, Receiver
from ocote.dte.schedule import Edition
from ocote.dte.text import decode
from ocote.dte.types import DOCUMENT_TYPES, party_of, version_of
from ocote.mh import Envelope
from ocote.signing import jws
from ocote.store.document_row import DocumentRow
from ocote.store.documents import signed_text
from ocote.store.engine.store import Store

_NIT = "36"


async def read_signed(store: Store, row: DocumentRow) -> dict[str, Any]:
    """The signed document of a row, its numbers as Decimal."""
    signed = await store.read(signed_text, row.company_id, row.id)
    if signed is None:
        raise LookupError(f"document {row.id} is gone")
    return document_of(signed.jws)


def document_of(signed: str) -> dict[str, Any]:
    """The document inside a signed text, its numbers as Decimal."""
    return decode(jws.payload_of(signed))


def number_in(signed: str) -> str:
    """The control number inside a signed text."""
    number: str = document_of(signed)["identificacion"]["numeroControl"]
    return number


def related_in(signed: str) -> tuple[str, ...]:
    """The numbers of the documents that a signed text names as related, in its order."""
    related = document_of(signed).get("documentoRelacionado") or ()
    return tuple(each["numeroDocumento"] for each in related)


class _Sendable(Protocol):
    """The fields of a document that MH's envelope repeats; a view and a row of the table both have them."""

    @property
    def doc_type(self) -> str: ...

    @property
    def edition(self) -> Edition: ...

    @property
    def generation_code(self) -> str: ...


def envelope_of(environment: Environment, document: _Sendable, signed: str) -> Envelope:
    """The envelope with a signed text of a document, ready for MH."""
    return Envelope(
        environment=environment,
        version=version_of(document.doc_type, document.edition),
        doc_type=document.doc_type,
        jws=signed,
        generation_code=document.generation_code,
    )


def invalidated_document(document: DocumentView, written: Mapping[str, Any]) -> InvalidatedDocument:
    """A stamped document as its invalidation has to name it: the receiver exactly as in the document (rules.md 5.3)."""
    receiver = party_of(written) or {}
    number, kind = receiver.get("numDocumento"), receiver.get("tipoDocumento")
    if receiver.get("nit") is not None:
        number, kind = receiver["nit"], _NIT
    return InvalidatedDocument(
        doc_type=document.doc_type,
        generation_code=document.generation_code,
        stamp=document.stamp or "",
        control_number=document.control_number,
        issued_on=date.fromisoformat(written["identificacion"]["fecEmi"]),
        vat=document.amounts.vat if DOCUMENT_TYPES[document.doc_type].has_vat else None,
        receiver_document_type=kind,
        receiver_document_number=number,
        receiver_name=receiver.get("nombre"),
        receiver_phone=receiver.get("telefono"),
        receiver_email=receiver.get("correo"),
    )


def ccf_receiver(document: Mapping[str, Any]) -> Receiver:
    """The buyer of a signed CCF, of either edition, as a credit note on the CCF repeats the buyer (rules.md 7)."""
    written = document["receptor"]
    return Receiver(
        name=written["nombre"],
        nit=written["nit"],
        nrc=written["nrc"],
        activity_code=written["codActividad"],
        address=_address(written["direccion"]),
        phone=written["telefono"],
        email=written["correo"],
        trade_name=written["nombreComercial"],
    )


def _address(written: Mapping[str, str]) -> Address:
    """An address of either edition: v1.x has the code of the district where v2.0 has the code of the municipality."""
    department, district = written["departamento"], written.get("distrito", written["municipio"])
    municipality = catalogs.districts()[department, district].municipality
    return Address(department, municipality, district, written["complemento"])
