"""The statements of a document beside amounts and parties (wider-sales.md 2.7 to 2.10, 4.1), as plain values.

Every field has a default, with which a document says nothing of it; a default is not written when a request is kept.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

Side = Literal["issuer", "receiver"]


class ThirdParty(Struct, frozen=True, omit_defaults=True):
    """The principal on whose account the issuer sells (``ventaTercero``); v1.x knows domiciled ones alone."""

    name: str
    nit: str
    domiciled: bool = True


class FinalBuyer(Struct, frozen=True):
    """The third party for whom the buyer of an export buys (``compraTercero``, v2.0 alone)."""

    name: str
    document_number: str


class RelatedDocument(Struct, frozen=True, omit_defaults=True):
    """A document from which a sale comes, such as a delivery note (``documentoRelacionado``).

    ``doc_type`` is CAT-002, ``number`` the generation code of an electronic document or the number of a paper one.
    """

    doc_type: str
    number: str
    issued_on: date
    electronic: bool = True


class AssociatedDocument(Struct, frozen=True):
    """A document of issuer or receiver that goes with a sale: a permit, a purchase order (CAT-021, kinds 1 and 2)."""

    side: Side
    name: str
    detail: str


class Doctor(Struct, frozen=True, omit_defaults=True):
    """A doctor whose service is sold (CAT-021, kind 3), by NIT or, not domiciled, by another document.

    ``service`` is CAT-010.
    """

    name: str
    service: int
    nit: str | None = None
    document_number: str | None = None


class Transport(Struct, frozen=True):
    """A vehicle that carries an export (CAT-021, kind 4); ``mode`` is CAT-030."""

    mode: int
    plate: str
    driver_document: str
    driver_name: str


class AppendixRow(Struct, frozen=True):
    """A datum of the issuer's own: name of at most 25 characters, label of 50, value of 150 (``apendice``)."""

    field: str
    label: str
    value: str


class Delivery(Struct, frozen=True, omit_defaults=True):
    """The persons who hand over and receive, and the plate: ``extension`` in v1.x, rows of ``apendice`` later."""

    delivered_by: str | None = None
    delivered_by_document: str | None = None
    received_by: str | None = None
    received_by_document: str | None = None
    vehicle_plate: str | None = None


class Mentions(Struct, frozen=True, omit_defaults=True):
    """Everything that a document says beside amounts and parties."""

    on_behalf_of: ThirdParty | None = None
    bought_for: FinalBuyer | None = None
    related: tuple[RelatedDocument, ...] = ()
    documents: tuple[AssociatedDocument, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    transport: tuple[Transport, ...] = ()
    remarks: str | None = None
    appendix: tuple[AppendixRow, ...] = ()
    delivery: Delivery | None = None


NO_MENTIONS = Mentions()
"""The mentions of a document that has none."""
