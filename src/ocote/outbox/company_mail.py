"""The e-mails of one company: page by page, and one of them in full."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ocote.companies.registry import Companies
from ocote.documents.view import Refused
from ocote.store.engine.store import Store
from ocote.store.sending_pages import SendingView, sending_of, sendings_page, sendings_to, waiting_mails
from ocote.store.sendings import ListedSendingRow

MOST_ON_A_PAGE: Final = 50

SendingPlace = tuple[str, str]
"""A position in a list of messages: a moment and an id."""


class SendingsPage(Struct, frozen=True):
    """The messages of a page; ``next_place`` is where the next page begins, None for the last one."""

    rows: tuple[ListedSendingRow, ...]
    next_place: SendingPlace | None


class CompanyMail:
    """Shows the e-mails of a company. Raises Refused for one of another company."""

    def __init__(self, store: Store, companies: Companies) -> None:
        self._store = store
        self._companies = companies

    async def has_server(self, company_id: int) -> bool:
        """Whether the company has a mail server, without which nothing is mailed."""
        return (await self._companies.get(company_id)).listeners.mail

    async def page(
        self, company_id: int, view: SendingView, place: SendingPlace | None, address: str = ""
    ) -> SendingsPage:
        """A page of e-mails; ``address`` shows those to one address alone, in whatever state."""
        most = MOST_ON_A_PAGE + 1
        if address:
            rows = await self._store.read(sendings_to, company_id, "email", address, place, most)
        elif view == "waiting":
            rows = await self._store.read(waiting_mails, company_id, place, most)
            return page_of(rows, lambda row: row.due_at or "")
        else:
            is_given_up = view == "given_up"
            rows = await self._store.read(sendings_page, company_id, "email", place, most, given_up=is_given_up)
        return page_of(rows, lambda row: row.created_at)

    async def one(self, company_id: int, mail_id: str) -> ListedSendingRow:
        """One e-mail."""
        row = await self._store.read(sending_of, company_id, "email", mail_id)
        if row is None:
            raise Refused("page_not_found")
        return row


def page_of(rows: list[ListedSendingRow], moment_of: Callable[[ListedSendingRow], str]) -> SendingsPage:
    """A page from the rows that were read for it, one more than it shows when there is a next page."""
    shown = rows[:MOST_ON_A_PAGE]
    has_next = len(rows) > MOST_ON_A_PAGE
    return SendingsPage(tuple(shown), (moment_of(shown[-1]), shown[-1].id) if has_next else None)
