"""The blocks of what a sale says beside amounts and parties, by edition where they differ (wider-sales.md 2.7 to 2.10).

MH takes no empty list and no empty object: a block without content is null.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.mentions import (
    AppendixRow,
    AssociatedDocument,
    Delivery,
    Doctor,
    Mentions,
    RelatedDocument,
    Transport,
)
from ocote.dte.sale import Sale
from ocote.dte.sections import v1 as sections

_ELECTRONIC: Final = 2
_ON_PAPER: Final = 1
"""``tipoGeneracion`` (CAT-007)."""

_SIDES: Final = {"issuer": 1, "receiver": 2}
_DOCTOR: Final = 3
_TRANSPORT: Final = 4
"""``codDocAsociado`` (CAT-021)."""

DOMICILED: Final = 1
_NOT_DOMICILED: Final = 2
"""``codDomiciliado`` (CAT-032)."""

_NO_DELIVERY: Final = Delivery()
_DELIVERY_ROWS: Final = (
    ("nombEntrega", "Entrega", "delivered_by"),
    ("docuEntrega", "Documento de quien entrega", "delivered_by_document"),
    ("nombRecibe", "Recibe", "received_by"),
    ("docuRecibe", "Documento de quien recibe", "received_by_document"),
    ("placaVehiculo", "Placa del vehículo", "vehicle_plate"),
)
"""The key of v1.x, the label and the datum of each row of ``apendice`` that takes the place of ``extension``."""


_BY_LAW: Final = (
    f"desde {sections.HANDOVER_FROM:,.2f} el documento dice el nombre y el documento de quien entrega y de quien recibe"
)


def related_documents(mentions: Mentions) -> list[dict[str, Any]] | None:
    """``documentoRelacionado``: the documents from which the sale comes."""
    return [related_document(each) for each in mentions.related] or None


def related_document(document: RelatedDocument) -> dict[str, Any]:
    """One document of ``documentoRelacionado``, by its number and its own date of issue (rules.md 7)."""
    return {
        "tipoDocumento": document.doc_type,
        "tipoGeneracion": _ELECTRONIC if document.electronic else _ON_PAPER,
        "numeroDocumento": document.number,
        "fechaEmision": document.issued_on.isoformat(),
    }


def documents_and_doctors(mentions: Mentions) -> list[dict[str, Any]] | None:
    """``otrosDocumentos`` of a sale in the country."""
    return [
        *({**_described(each), "medico": None} for each in mentions.documents),
        *map(_doctor, mentions.doctors),
    ] or None


def documents_and_transport(mentions: Mentions) -> list[dict[str, Any]] | None:
    """``otrosDocumentos`` of an export."""
    nothing_carried = {"placaTrans": None, "modoTransp": None, "numConductor": None, "nombreConductor": None}
    return [
        *({**_described(each), **nothing_carried} for each in mentions.documents),
        *map(_transport, mentions.transport),
    ] or None


def _described(document: AssociatedDocument) -> dict[str, Any]:
    return {
        "codDocAsociado": _SIDES[document.side],
        "descDocumento": document.name,
        "detalleDocumento": document.detail,
    }


def _doctor(doctor: Doctor) -> dict[str, Any]:
    return {
        "codDocAsociado": _DOCTOR,
        "descDocumento": None,
        "detalleDocumento": None,
        "medico": {
            "nombre": doctor.name,
            "nit": doctor.nit,
            "docIdentificacion": doctor.document_number,
            "tipoServicio": doctor.service,
        },
    }


def _transport(transport: Transport) -> dict[str, Any]:
    return {
        "codDocAsociado": _TRANSPORT,
        "descDocumento": None,
        "detalleDocumento": None,
        "placaTrans": transport.plate,
        "modoTransp": transport.mode,
        "numConductor": transport.driver_document,
        "nombreConductor": transport.driver_name,
    }


def third_party_v1(mentions: Mentions) -> dict[str, Any] | None:
    """``ventaTercero`` of v1.x, whose principals are all domiciled."""
    principal = mentions.on_behalf_of
    return None if principal is None else {"nit": principal.nit, "nombre": principal.name}


def third_party_v2(mentions: Mentions) -> dict[str, Any] | None:
    """``ventaTercero`` of v2.0, which says whether the principal is domiciled."""
    principal, block = mentions.on_behalf_of, third_party_v1(mentions)
    if principal is None or block is None:
        return None
    return {**block, "codDomiciliado": DOMICILED if principal.domiciled else _NOT_DOMICILED}


def final_buyer(mentions: Mentions) -> dict[str, Any] | None:
    """``compraTercero``: the person for whom the buyer of an export buys."""
    buyer = mentions.bought_for
    return None if buyer is None else {"numDocumento": buyer.document_number, "nombre": buyer.name}


def extension(sale: Sale, total: Decimal, shortest: int = 1) -> dict[str, Any] | None:
    """``extension`` of v1.x: persons, remarks and plate as sent, and the persons that the law demands for ``total``.

    Name and document of a person stay together: a person who was sent gets nothing of another person.
    """
    mentions = sale.mentions
    delivery, by_law = mentions.delivery or _NO_DELIVERY, sections.handover(total, sale.issuer, sale.receiver, shortest)
    if by_law is None and mentions.remarks is None and delivery == _NO_DELIVERY:
        return None
    deliverer = _person(delivery.delivered_by, delivery.delivered_by_document, "Entrega")
    recipient = _person(delivery.received_by, delivery.received_by_document, "Recibe")
    nobody = _person(None, None, "Entrega") | _person(None, None, "Recibe")
    sent = {key: value for pair in (deliverer, recipient) if any(pair.values()) for key, value in pair.items()}
    others = {"observaciones": mentions.remarks, "placaVehiculo": delivery.vehicle_plate}
    return nobody | (by_law or {}) | sent | others


def require_persons(sale: Sale, total: Decimal, shortest: int = 1) -> None:
    """Raises InvalidSale when a document of v1.x would not name deliverer and recipient whole from 11,428.57 on.

    MH refuses such a document although the schema admits a null for each datum (Código Tributario 114 a.2;
    wider-sales.md 2.10). A fault names the half of a person that was not sent, or the datum of the buyer that is too
    short to take its place; a company whose responsible person does not fit has to send the deliverer.
    """
    if total < sections.HANDOVER_FROM:
        return
    written, delivery = extension(sale, total, shortest) or {}, sale.mentions.delivery or _NO_DELIVERY
    faults = [
        *_deliverer_faults(written, delivery),
        *_recipient_faults(written, delivery, shortest),
    ]
    if faults:
        raise InvalidSale(faults)


def _deliverer_faults(written: Mapping[str, Any], delivery: Delivery) -> Iterator[Fault]:
    if None not in (written["nombEntrega"], written["docuEntrega"]):
        return
    if delivery.delivered_by is None:
        yield _unsent("delivered_by")
    if delivery.delivered_by_document is None:
        yield _unsent("delivered_by_document")


def _recipient_faults(written: Mapping[str, Any], delivery: Delivery, shortest: int) -> Iterator[Fault]:
    is_buyer = delivery.received_by is None and delivery.received_by_document is None
    if written["nombRecibe"] is None:
        yield _short_of_buyer("name", shortest) if is_buyer else _unsent("received_by")
    if written["docuRecibe"] is None:
        yield _short_of_buyer("document_number", shortest) if is_buyer else _unsent("received_by_document")


def _unsent(name: str) -> Fault:
    message = f"es obligatorio: {_BY_LAW}"
    return Fault(FaultCode.FIELD_REQUIRED, f"delivery.{name}", message)


def _short_of_buyer(name: str, shortest: int) -> Fault:
    message = (
        f"debe tener al menos {shortest} caracteres, o envíe delivery.received_by y delivery.received_by_document: "
        f"{_BY_LAW}"
    )
    return Fault(FaultCode.TEXT_TOO_SHORT, f"customer.{name}", message)


def _person(name: str | None, document: str | None, role: str) -> dict[str, str | None]:
    return {f"nomb{role}": name, f"docu{role}": document}


def appendix_rows(mentions: Mentions) -> list[dict[str, Any]] | None:
    """``apendice``: the issuer's own data."""
    return _rows(mentions.appendix)


def appendix_with_delivery(mentions: Mentions) -> list[dict[str, Any]] | None:
    """``apendice`` of v2.0, which has no other place for persons and plate (wider-sales.md 2.10)."""
    return _rows([*mentions.appendix, *_delivery_rows(mentions)])


def _delivery_rows(mentions: Mentions) -> Iterator[AppendixRow]:
    """The rows of ``apendice`` that hold persons and plate, one for each datum that was sent."""
    delivery = mentions.delivery or _NO_DELIVERY
    for key, label, name in _DELIVERY_ROWS:
        value = getattr(delivery, name)
        if value is not None:
            yield AppendixRow(key, label, value)


def _rows(rows: Iterable[AppendixRow]) -> list[dict[str, Any]] | None:
    return [{"campo": row.field, "etiqueta": row.label, "valor": row.value} for row in rows] or None
