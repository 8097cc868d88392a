"""A document, or the next version of a rejected document, before it is written."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ocote.dte.sale import Amounts
from ocote.dte.schedule import Edition
from ocote.dte.types import Family
from ocote.journal.lines import AdjustedLink
from ocote.store.contingency.joining import Joining
from ocote.store.customers import Counterparty
from ocote.store.document_row import DocumentRow
from ocote.store.engine.statement import Transaction
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY, Listeners

Guard: TypeAlias = Callable[[str], Transaction[None]]
"""Work that runs first in the transaction that numbers a document, given the document's id.

The work raises when the document may not be issued after all, and may write rows that belong to the document.
"""


class Adjusts(Struct, frozen=True):
    """The documents that a credit note adjusts, and whether the stamped note cancels its only one (contract 10.1).

    A note on one document of the company has its ``document_id``; any other note has ``links`` in its place.
    """

    document_id: str | None
    whole: bool = False
    links: tuple[AdjustedLink, ...] = ()


class Content(Struct, frozen=True):
    """The content of a document that the tables hold; a retry of a rejected document replaces all of it.

    ``guard`` refuses content that may no longer be issued when it is written.
    """

    edition: Edition
    generation_code: str
    amounts: Amounts
    party: Counterparty
    adjusts: Adjusts | None = None
    guard: Guard | None = None


class NewDocument(Struct, frozen=True):
    """A document to number, sign and write.

    ``key_id`` is the API key that issues it. ``request`` is the order as JSON, from which a note over the
    whole document copies the lines. ``sign`` makes control number and JWS from the correlative. ``joins`` is the
    contingency in which the document is made while MH is known to be down; such a document is not sent.
    """

    id: str
    company_id: int
    key_id: int | None
    family: Family
    doc_type: str
    external_ref: str
    branch_code: str
    pos_code: str
    year: int
    posted_at: str
    lease: Lease
    content: Content
    request: str
    fingerprint: str
    sign: Callable[[int], tuple[str, str]]
    joins: Joining | None = None
    listeners: Listeners = NOBODY


class SignedUnder(Struct, frozen=True):
    """A signed text and the control number in it.

    ``counter_is_behind``: the number took the place of one that the counter gave out although MH knew it.
    """

    control_number: str
    jws: str
    counter_is_behind: bool = False


class UnderNextNumber(Struct, frozen=True):
    """The text of a document whose number MH refused, to be signed under the next number of its series.

    ``refused`` is the document with the refused number. ``sign`` makes the text from the correlative.
    """

    refused: DocumentRow
    sign: Callable[[int], SignedUnder]
    listeners: Listeners


class NewVersion(Struct, frozen=True):
    """The next version of a rejected document, under its number unless MH refused the number (decision 0015).

    ``key_id`` is the API key that issues this version. ``replaces`` is the version that MH refused.
    """

    document_id: str
    company_id: int
    key_id: int | None
    replaces: int
    signed_at: str
    lease: Lease
    content: Content
    request: str
    fingerprint: str
    text: SignedUnder | UnderNextNumber
