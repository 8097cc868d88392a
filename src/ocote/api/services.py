"""The services behind API Connect, as its routes call them."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from ocote.api.request_keeper import RequestKeeper
from ocote.archive.archive import Archive
from ocote.archive.book_exporting import BookExporter
from ocote.archive.exporting import Exporter
from ocote.companies.key_holders import KeyHolders
from ocote.documents.linking import LinkRenewal
from ocote.invalidation.invalidator import Invalidator
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.orders import Orders
from ocote.items.catalog import ItemCatalog
from ocote.outbox.mailbox import Mailbox


class Services(Struct, frozen=True):
    """The services of one gateway; each call sees only the company of its key holder.

    They raise :class:`ocote.documents.view.Refused` when an operation is refused (the code decides the HTTP status)
    and ``ocote.dte.faults.InvalidSale`` when the content cannot be issued (400).

    ``requests`` takes every request of a company for the log that the panel shows. ``problems`` lists the reasons why
    the gateway cannot work, in short English sentences; empty when it is ready.
    """

    keys: KeyHolders
    orders: Orders
    issuer: DocumentIssuer
    invalidator: Invalidator
    archive: Archive
    exporter: Exporter
    books: BookExporter
    mailbox: Mailbox
    links: LinkRenewal
    items: ItemCatalog
    requests: RequestKeeper
    problems: Callable[[], Awaitable[list[str]]]
