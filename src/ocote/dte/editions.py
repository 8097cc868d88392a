"""The list of the modules that write each document and event in each edition."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ocote.dte.ccf import v1 as ccf_v1
from ocote.dte.ccf import v2 as ccf_v2
from ocote.dte.contingency_event import v1 as contingency_v1
from ocote.dte.contingency_event import v2 as contingency_v2
from ocote.dte.contingency_event.value import ContingencyEvent
from ocote.dte.credit_note import v1 as credit_note_v1
from ocote.dte.credit_note import v2 as credit_note_v2
from ocote.dte.credit_note.value import Note
from ocote.dte.export import v1 as export_v1
from ocote.dte.export import v2 as export_v2
from ocote.dte.invalidation import v1 as invalidation_v1
from ocote.dte.invalidation import v2 as invalidation_v2
from ocote.dte.invalidation.rules import LENGTHS
from ocote.dte.invalidation.value import InvalidationEvent
from ocote.dte.invoice import v1 as invoice_v1
from ocote.dte.invoice import v2 as invoice_v2
from ocote.dte.purchase import v1 as purchase_v1
from ocote.dte.purchase import v2 as purchase_v2
from ocote.dte.purchase.value import Purchase
from ocote.dte.sale import Identity, Sale, Totals
from ocote.dte.schedule import V2_FROM, Edition, Schedule, edition_for
from ocote.dte.types import (
    CCF,
    CONTINGENCY,
    CREDIT_NOTE,
    EXPORT_INVOICE,
    INVALIDATION,
    INVOICE,
    PURCHASE,
    version_of,
)

__all__ = [
    "CONTINGENCY",
    "INVALIDATION",
    "V2_FROM",
    "Edition",
    "Schedule",
    "build_contingency",
    "build_document",
    "build_invalidation",
    "check_invalidation",
    "edition_for",
    "explanation_lengths",
    "version_of",
]

_Content = TypeVar("_Content", Sale, Purchase, Note)
_Event = TypeVar("_Event", InvalidationEvent, ContingencyEvent)


class DocumentMapper(Struct, Generic[_Content], frozen=True):
    """The functions that write one document type in one edition.

    ``check`` raises InvalidSale when the content lacks a datum that the document must state; ``build`` writes content
    that has passed ``check``.
    """

    check: Callable[[_Content, Totals], None]
    build: Callable[[Identity, _Content, Totals], dict[str, Any]]


class EventMapper(Struct, Generic[_Event], frozen=True):
    """The functions that write one event in one edition: ``check`` and ``build`` as in ``DocumentMapper``."""

    check: Callable[[_Event], None]
    build: Callable[[_Event], dict[str, Any]]


DOCUMENT_MAPPERS: Mapping[tuple[str, Edition], DocumentMapper[Any]] = {
    (INVOICE.code, "v1"): DocumentMapper(invoice_v1.check, invoice_v1.build),
    (INVOICE.code, "v2"): DocumentMapper(invoice_v2.check, invoice_v2.build),
    (CCF.code, "v1"): DocumentMapper(ccf_v1.check, ccf_v1.build),
    (CCF.code, "v2"): DocumentMapper(ccf_v2.check, ccf_v2.build),
    (CREDIT_NOTE.code, "v1"): DocumentMapper(credit_note_v1.check, credit_note_v1.build),
    (CREDIT_NOTE.code, "v2"): DocumentMapper(credit_note_v2.check, credit_note_v2.build),
    (EXPORT_INVOICE.code, "v1"): DocumentMapper(export_v1.check, export_v1.build),
    (EXPORT_INVOICE.code, "v2"): DocumentMapper(export_v2.check, export_v2.build),
    (PURCHASE.code, "v1"): DocumentMapper(purchase_v1.check, purchase_v1.build),
    (PURCHASE.code, "v2"): DocumentMapper(purchase_v2.check, purchase_v2.build),
}

_INVALIDATIONS: Mapping[Edition, EventMapper[InvalidationEvent]] = {
    "v1": EventMapper(invalidation_v1.check, invalidation_v1.build),
    "v2": EventMapper(invalidation_v2.check, invalidation_v2.build),
}

_CONTINGENCIES: Mapping[Edition, EventMapper[ContingencyEvent]] = {
    "v1": EventMapper(contingency_v1.check, contingency_v1.build),
    "v2": EventMapper(contingency_v2.check, contingency_v2.build),
}


def build_document(
    edition: Edition, identity: Identity, content: Sale | Purchase | Note, totals: Totals
) -> dict[str, Any]:
    """MH's JSON of a document as a dict in schema order, numbers canonical.

    Raises InvalidSale when ``content`` lacks a datum that a document of the type in ``identity`` must state.
    """
    mapper = DOCUMENT_MAPPERS[identity.doc_type, edition]
    mapper.check(content, totals)
    return mapper.build(identity, content, totals)


def explanation_lengths(edition: Edition) -> range:
    """The lengths that the event of an edition admits for the explanation of an invalidation."""
    return LENGTHS[edition].explanation


def check_invalidation(edition: Edition, event: InvalidationEvent) -> None:
    """Raises InvalidSale when reason, replacement, text and persons of an invalidation do not agree."""
    _INVALIDATIONS[edition].check(event)


def build_invalidation(edition: Edition, event: InvalidationEvent) -> dict[str, Any]:
    """MH's JSON of an invalidation; raises InvalidSale as ``check_invalidation`` does."""
    mapper = _INVALIDATIONS[edition]
    mapper.check(event)
    return mapper.build(event)


def build_contingency(edition: Edition, event: ContingencyEvent) -> dict[str, Any]:
    """MH's JSON of a contingency event; raises InvalidSale when kind 5 lacks its text."""
    mapper = _CONTINGENCIES[edition]
    mapper.check(event)
    return mapper.build(event)
