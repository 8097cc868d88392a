"""The public link of a document, which answers show and its company can replace."""

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.records import view
from ocote.documents.view import DocumentView, Refused
from ocote.public_links import Linked, PublicLinks
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.documents import document_by_any, renew_link
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text


class LinkRenewal:
    """Shows and replaces the public links of documents."""

    def __init__(self, store: Store, links: PublicLinks, clock: Clock) -> None:
        self._store = store
        self._links = links
        self._clock = clock

    def path(self, link: Linked) -> str:
        """The path of a link below the address of the gateway, which needs no look at the tables."""
        return self._links.path(link)

    async def renew(
        self, company_id: int, key: str, id_or_ref: str, author: Author | None = None
    ) -> tuple[DocumentView, str]:
        """Ends the link of a document at once; returns the document and the path of its new link.

        ``key`` is the public beginning of the key that asks, or the name of the person, the ``author``. A document of
        any type and in any state has a link. Raises Refused when there is no such document.
        """
        row = await self._store.read(document_by_any, company_id, id_or_ref)
        if row is None:
            raise Refused("document_not_found")
        now = moment_text(self._clock())

        def entry(_: int) -> AuditEntry | None:
            if author is None:
                return None
            subject, after = f"document {row.control_number}", {"document_id": row.id}
            return AuditEntry(now, author, "public_link_replaced", subject, company_id, after=after)

        version = await self._store.write(audited, entry, renew_link, company_id, row.id)
        audit.record("public_link_replaced", key=key, document_id=row.id)
        return view(row), self._links.path(Linked(company_id, row.id, version))
