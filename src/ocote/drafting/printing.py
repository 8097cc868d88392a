"""The PDF of a draft as it would be issued, with a mark on every page that it is not."""

from ocote.archive.archive import pdf_for_client
from ocote.companies.brand import brand_of
from ocote.companies.caller import Caller
from ocote.documents.view import DocumentView, Refused
from ocote.drafting.drafts import KeptDraft
from ocote.drafting.issuing import DraftIssuer
from ocote.dte import text
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press
from ocote.store.engine.store import Store


class DraftPrinter:
    """Prints drafts before they are issued."""

    def __init__(self, store: Store, press: Press, issuer: DraftIssuer) -> None:
        self._store = store
        self._press = press
        self._issuer = issuer

    async def pdf(self, caller: Caller, draft: KeptDraft) -> bytes:
        """The letter-size PDF that would be issued now. Raises Faults, and Refused when the document is there."""
        tried = await self._issuer.trial(caller, draft)
        if isinstance(tried, DocumentView):
            raise Refused("page_not_found")
        brand = await self._store.read(brand_of, caller.company_id)
        job = PrintJob(text.encode(tried.document), "document", stamp=None, brand=brand, undone="draft")
        return await pdf_for_client(self._press, job, caller.company_id, "now")
