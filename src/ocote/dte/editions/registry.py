"""Every document and event this gateway writes, by type and edition: the one list to extend."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ocote.dte.contingency_event import ContingencyEvent
from ocote.dte.editions.schedule import Edition
from ocote.dte.editions.v1 import ccf as ccf_v1
from ocote.dte.editions.v1 import contingency as contingency_v1
from ocote.dte.editions.v1 import credit_note as credit_note_v1
from ocote.dte.editions.v1 import excluded_subject as excluded_subject_v1
from ocote.dte.editions.v1 import export as export_v1
from ocote.dte.editions.v1 import invalidation as invalidation_v1
from ocote.dte.editions.v1 import invoice as invoice_v1
from ocote.dte.editions.v2 import ccf as ccf_v2
from ocote.dte.editions.v2 import contingency as contingency_v2
from ocote.dte.editions.v2 import credit_note as credit_note_v2
from ocote.dte.editions.v2 import excluded_subject as excluded_subject_v2
from ocote.dte.editions.v2 import export as export_v2
from ocote.dte.editions.v2 import invalidation as invalidation_v2
from ocote.dte.editions.v2 import invoice as invoice_v2
from ocote.dte.invalidation import InvalidationEvent
from ocote.dte.note import Note
from ocote.dte.purchase import Purchase
from ocote.dte.sale import Identity, Sale, Totals

INVALIDATION = "invalidation"
CONTINGENCY = "contingency"
"""The events stand beside the document types wherever an edition is chosen by name."""


class SaleMapper(Struct, frozen=True):
    """How one type of sale is written in one edition."""

    version: int
    check: Callable[[Sale, Totals], None]
    build: Callable[[Identity, Sale, Totals], dict[str, Any]]


class PurchaseMapper(Struct, frozen=True):
    """How a purchase from an excluded subject is written in one edition."""

    version: int
    build: Callable[[Identity, Purchase, Totals], dict[str, Any]]


class NoteMapper(Struct, frozen=True):
    """How a credit note is written in one edition."""

    version: int
    build: Callable[[Identity, Note, Totals], dict[str, Any]]


class InvalidationMapper(Struct, frozen=True):
    """How an invalidation is written in one edition."""

    version: int
    check: Callable[[InvalidationEvent], None]
    build: Callable[[InvalidationEvent], dict[str, Any]]


class ContingencyMapper(Struct, frozen=True):
    """How a contingency is reported in one edition."""

    version: int
    build: Callable[[ContingencyEvent], dict[str, Any]]


SALES: Mapping[tuple[str, Edition], SaleMapper] = {
    ("01", "v1"): SaleMapper(invoice_v1.VERSION, invoice_v1.check, invoice_v1.build),
    ("01", "v2"): SaleMapper(invoice_v2.VERSION, invoice_v2.check, invoice_v2.build),
    ("03", "v1"): SaleMapper(ccf_v1.VERSION, ccf_v1.check, ccf_v1.build),
    ("03", "v2"): SaleMapper(ccf_v2.VERSION, ccf_v2.check, ccf_v2.build),
    ("11", "v1"): SaleMapper(export_v1.VERSION, export_v1.check, export_v1.build),
    ("11", "v2"): SaleMapper(export_v2.VERSION, export_v2.check, export_v2.build),
}

PURCHASES: Mapping[tuple[str, Edition], PurchaseMapper] = {
    ("14", "v1"): PurchaseMapper(excluded_subject_v1.VERSION, excluded_subject_v1.build),
    ("14", "v2"): PurchaseMapper(excluded_subject_v2.VERSION, excluded_subject_v2.build),
}

NOTES: Mapping[tuple[str, Edition], NoteMapper] = {
    ("05", "v1"): NoteMapper(credit_note_v1.VERSION, credit_note_v1.build),
    ("05", "v2"): NoteMapper(credit_note_v2.VERSION, credit_note_v2.build),
}

INVALIDATIONS: Mapping[tuple[str, Edition], InvalidationMapper] = {
    (INVALIDATION, "v1"): InvalidationMapper(invalidation_v1.VERSION, invalidation_v1.check, invalidation_v1.build),
    (INVALIDATION, "v2"): InvalidationMapper(invalidation_v2.VERSION, invalidation_v2.check, invalidation_v2.build),
}

CONTINGENCIES: Mapping[tuple[str, Edition], ContingencyMapper] = {
    (CONTINGENCY, "v1"): ContingencyMapper(contingency_v1.VERSION, contingency_v1.build),
    (CONTINGENCY, "v2"): ContingencyMapper(contingency_v2.VERSION, contingency_v2.build),
}

_VERSIONS: Mapping[tuple[str, Edition], int] = {
    key: mapper.version
    for table in (SALES, PURCHASES, NOTES, INVALIDATIONS, CONTINGENCIES)
    for key, mapper in table.items()
}


def version_of(doc_type: str, edition: Edition) -> int:
    """MH's schema version of a document type, or of the event ``invalidation`` or ``contingency``, in an edition."""
    return _VERSIONS[doc_type, edition]


def check(edition: Edition, sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale when ``sale`` lacks what its document must say; to be asked before a number is used up."""
    SALES[sale.doc_type, edition].check(sale, totals)


def build(edition: Edition, identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """MH's JSON of ``sale`` as a dict in schema order, numbers canonical; raises InvalidSale as ``check`` does."""
    mapper = SALES[sale.doc_type, edition]
    mapper.check(sale, totals)
    return mapper.build(identity, sale, totals)


def build_purchase(edition: Edition, identity: Identity, purchase: Purchase, totals: Totals) -> dict[str, Any]:
    """MH's JSON of a purchase from an excluded subject (14); raises InvalidSale for an unknown activity."""
    return PURCHASES["14", edition].build(identity, purchase, totals)


def build_note(edition: Edition, identity: Identity, note: Note, totals: Totals) -> dict[str, Any]:
    """MH's JSON of a credit note (05); raises InvalidSale when the receiver lacks a datum the note must print."""
    return NOTES["05", edition].build(identity, note, totals)


def build_invalidation(edition: Edition, event: InvalidationEvent) -> dict[str, Any]:
    """MH's JSON of an invalidation; raises InvalidSale when reason, replacement, text and persons do not agree."""
    mapper = INVALIDATIONS[INVALIDATION, edition]
    mapper.check(event)
    return mapper.build(event)


def build_contingency(edition: Edition, event: ContingencyEvent) -> dict[str, Any]:
    """MH's JSON of a contingency event; raises InvalidSale when kind 5 lacks its text."""
    return CONTINGENCIES[CONTINGENCY, edition].build(event)
